/** Spawns a child process from a TypeScript entry: for native code that may abort the process. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { SpawnWorker } from "#engine/ports/workerSlot.ts";

const boot = fileURLToPath(new URL("./boot.mjs", import.meta.url));

/** @param entry URL of the module to run @param args handed to the entry behind its own address */
export function processSpawner(entry: URL, args: readonly string[] = []): SpawnWorker {
  return (emit) => {
    const child = fork(boot, [entry.href, ...args], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let detail = "";
    let gone = false;
    const exited = (why: string) => {
      if (gone) return;
      gone = true;
      emit({ type: "exited", detail: detail || why });
    };
    child.on("message", (message) => emit({ type: "message", message }));
    child.on("error", (error) => {
      detail = String(error);
      // A child that never started has no exit.
      if (child.pid === undefined) exited(detail);
    });
    child.on("exit", (code, signal) => exited(`exit code ${code ?? signal}`));
    return {
      post: (message) => {
        // Between the end of the child and its `exit` event a message has nobody to go to.
        if (child.connected) child.send(message as object, () => {});
      },
      terminate: () => void child.kill("SIGKILL"),
    };
  };
}
