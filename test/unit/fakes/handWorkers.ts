/** Workers that a test plays itself: every spawn is kept, what it was told is read, what it says is said
 *  by hand. */
import type { WorkerOrder } from "#engine/actors/workerMessages.ts";
import type { Emit } from "#engine/ports/port.ts";
import type { SpawnWorker, WorkerReport } from "#engine/ports/workerSlot.ts";

export type HandWorker = {
  readonly orders: WorkerOrder[];
  readonly say: (message: unknown) => void;
  /** Ends it by itself. */
  readonly crash: () => void;
  terminated: boolean;
  gone: boolean;
};

/** @param exitsWhenTerminated false: a terminated worker has yet to be crashed by the test */
export function handWorkers({ exitsWhenTerminated = true } = {}) {
  const workers: HandWorker[] = [];
  const spawn: SpawnWorker = (emit: Emit<WorkerReport>) => {
    const worker: HandWorker = {
      orders: [],
      say: (message) => emit({ type: "message", message }),
      crash: () => {
        if (worker.gone) return;
        worker.gone = true;
        emit({ type: "exited", detail: "by hand" });
      },
      terminated: false,
      gone: false,
    };
    workers.push(worker);
    return {
      post: (message) => void worker.orders.push(message as WorkerOrder),
      terminate: () => {
        worker.terminated = true;
        if (exitsWhenTerminated) worker.crash();
      },
    };
  };
  return {
    spawn,
    workers,
    living: () => workers.filter((worker) => !worker.gone),
    /** the job that a worker was last told to start */
    jobOf: (worker: HandWorker): number => {
      const order = worker.orders.findLast((one) => one.type === "job/start");
      if (order === undefined) throw new Error("this worker was told nothing");
      return order.job;
    },
  };
}
