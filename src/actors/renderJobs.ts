/** A render worker's job loop: one job at a time, in steps of a few milliseconds, so that whoever
 *  drives it (a thread without pause, the simulator at its own pace) sees a cancel in between. */
import { isFault } from "../audio/blockFile.ts";
import type { Fault } from "../protocol/faults.ts";
import { renderTaskSchema, type RenderTask, type RenderTaskNews } from "./renderTasks.ts";
import { workerOrderSchema, type WorkerNews } from "./workerMessages.ts";

/** A task under way. */
export type Work = {
  /** Does a little. @returns news, null when there is none yet, "done" after the last; `failed` is the
   *  last news of a task, and nothing is asked of it after that */
  readonly step: () => RenderTaskNews | "done" | null;
  /** Gives back what it holds; called once, whatever became of it. */
  readonly close: () => void;
};

export type RenderJobsPorts = {
  /** Takes up a task: `renderWork` for sound, the simulator has its own. */
  readonly begin: (task: RenderTask) => Work | Fault;
  /** @param transfer buffers that move instead of being copied */
  readonly post: (news: WorkerNews, transfer?: readonly ArrayBuffer[]) => void;
};

export type RenderJobs = {
  /** @throws TypeError on a message that no pool sends (a bug: it ends the worker) */
  readonly take: (message: unknown) => void;
  /** Does a little of what there is to do. @returns false when there is nothing */
  readonly step: () => boolean;
};

/** steps between two signs of life of a job that has nothing to report yet */
export const aliveEvery = 32;

export function createRenderJobs({ begin, post }: RenderJobsPorts): RenderJobs {
  let cancelled: Int32Array | null = null;
  let current: { readonly job: number; readonly work: Work; steps: number } | null = null;
  const waiting: { readonly job: number; readonly task: unknown }[] = [];

  const end = (job: number): void => {
    current?.work.close();
    current = null;
    post({ type: "job/ended", job });
  };

  const beginNext = (): boolean => {
    const next = waiting.shift();
    if (next === undefined) return false;
    const { job } = next;
    const parsed = renderTaskSchema.safeParse(next.task);
    if (!parsed.success) throw new TypeError(`not a render task: ${parsed.error.message}`);
    const work = begin(parsed.data);
    if (isFault(work)) {
      post({ type: "job/report", job, report: { type: "failed", fault: work } });
      end(job);
    } else current = { job, work, steps: 0 };
    return true;
  };

  return {
    take: (message) => {
      const order = workerOrderSchema.parse(message);
      if (order.type === "worker/begin") {
        cancelled = order.flag && new Int32Array(order.flag);
        post({ type: "worker/ready" });
      } else if (order.type === "job/start") waiting.push(order);
      else if (current?.job === order.job) end(order.job);
    },
    step: () => {
      if (current === null) return beginNext();
      const { job, work } = current;
      if (cancelled !== null && Atomics.load(cancelled, 0) === job) {
        end(job);
        return true;
      }
      const news = work.step();
      if (news === "done") end(job);
      else if (news !== null) {
        const transfer = news.type === "slice" ? [news.samples.buffer as ArrayBuffer] : [];
        post({ type: "job/report", job, report: news }, transfer);
        if (news.type === "failed") end(job);
      } else if (++current.steps % aliveEvery === 0) post({ type: "job/alive", job });
      return true;
    },
  };
}
