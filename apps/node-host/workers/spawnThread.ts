/** Spawns a worker thread from a TypeScript entry. */
import { Worker } from "node:worker_threads";
import type { SpawnWorker } from "#engine/ports/workerSlot.ts";

const boot = new URL("./boot.mjs", import.meta.url);

/** @param entry URL of the module to run
 *  @param data handed to the entry as `workerData.data` */
export function threadSpawner(entry: URL, name: string, data: unknown = null): SpawnWorker {
  return (emit) => {
    const worker = new Worker(boot, {
      name,
      workerData: { entry: entry.href, data },
      execArgv: [],
    });
    let detail = "";
    worker.on("message", (message) => emit({ type: "message", message }));
    worker.on("error", (error) => (detail = String(error)));
    worker.on("messageerror", (error) => (detail = String(error)));
    worker.on("exit", (code) => emit({ type: "exited", detail: detail || `exit code ${code}` }));
    return {
      post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
      terminate: () => void worker.terminate(),
    };
  };
}
