/** One place for a worker: spawn, post, terminate; its exit is reported, whatever the cause. */
import type { Cancel, Emit } from "./port.ts";

export type WorkerReport =
  | { readonly type: "message"; readonly message: unknown }
  | { readonly type: "exited"; readonly detail: string };

export type WorkerHandle = {
  readonly post: (message: unknown, transfer?: readonly ArrayBuffer[]) => void;
  /** Ends it at once, whatever it does; `exited` is still reported. */
  readonly terminate: Cancel;
};

export type SpawnWorker = (emit: Emit<WorkerReport>) => WorkerHandle;
