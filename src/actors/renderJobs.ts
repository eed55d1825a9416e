/** A render worker's job loop: one job at a time, in steps of a few milliseconds, so that whoever
 *  drives it (a thread without pause, the simulator at its own pace) sees a cancel in between. */
import { isFault } from "../audio/blockFile.ts";
import { createPcmReader } from "../audio/pcmStore.ts";
import { SegmentRender } from "../audio/renderSegment.ts";
import type { ReadSource } from "../audio/resample.ts";
import { fault, type Fault } from "../protocol/faults.ts";
import type { BlockFiles } from "../ports/blockFiles.ts";
import type { SourceInfo } from "../ports/decoder.ts";
import { renderTaskSchema, type RenderTask, type RenderTaskNews } from "./renderTasks.ts";
import { analyseSource, measureRendering } from "./sourceMeasurements.ts";
import { workerOrderSchema, type WorkerNews } from "./workerMessages.ts";

export type RenderJobsPorts = {
  readonly files: BlockFiles;
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
const aliveEvery = 32;

export function createRenderJobs({ files, post }: RenderJobsPorts): RenderJobs {
  let cancelled: Int32Array | null = null;
  let current: Running | null = null;
  const waiting: { readonly job: number; readonly task: unknown }[] = [];

  const end = (job: number): void => {
    current?.close();
    current = null;
    post({ type: "job/ended", job });
  };

  const begin = (): boolean => {
    const next = waiting.shift();
    if (next === undefined) return false;
    const parsed = renderTaskSchema.safeParse(next.task);
    if (!parsed.success) throw new TypeError(`not a render task: ${parsed.error.message}`);
    const opened = openSource(files, sourceOf(parsed.data), totalOf(parsed.data));
    if (isFault(opened)) {
      post({ type: "job/report", job: next.job, report: { type: "failed", fault: opened } });
      end(next.job);
    } else
      current = {
        job: next.job,
        steps: 0,
        close: opened.close,
        run: runOf(parsed.data, opened.read),
      };
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
      if (current === null) return begin();
      const { job } = current;
      if (cancelled !== null && Atomics.load(cancelled, 0) === job) {
        end(job);
        return true;
      }
      try {
        const news = current.run();
        if (news === "done") end(job);
        else if (news !== null) {
          const transfer = news.type === "slice" ? [news.samples.buffer as ArrayBuffer] : [];
          post({ type: "job/report", job, report: news }, transfer);
        } else if (++current.steps % aliveEvery === 0) post({ type: "job/alive", job });
      } catch (error) {
        if (!(error instanceof ReadFailure)) throw error;
        post({ type: "job/report", job, report: { type: "failed", fault: error.fault } });
        end(job);
      }
      return true;
    },
  };
}

type Running = {
  readonly job: number;
  steps: number;
  readonly run: () => RenderTaskNews | "done" | null;
  readonly close: () => void;
};

/** A fault on its way out of a read deep inside the chain, which knows nothing of files; it never
 *  leaves this module. */
class ReadFailure extends Error {
  readonly fault: Fault;
  constructor(cause: Fault) {
    super(cause.detail);
    this.fault = cause;
  }
}

/** One step of a task per call: news, null when there is none yet, "done" after the last. */
function runOf(task: RenderTask, read: ReadSource): () => RenderTaskNews | "done" | null {
  if (task.type === "render") {
    const render = new SegmentRender(task.request, read);
    return () => {
      const run = render.next();
      return run === null ? "done" : { type: "slice", ...run };
    };
  }
  const steps =
    task.type === "analyse"
      ? mapEnd(analyseSource(task.source, task.total, read), (fingerprint) => ({
          type: "analysed" as const,
          fingerprint,
        }))
      : mapEnd(measureRendering(task, read), (loudness) => ({
          type: "measured" as const,
          loudness,
        }));
  let finished = false;
  return () => {
    if (finished) return "done";
    const { done, value } = steps.next();
    finished = done === true;
    return value ?? null;
  };
}

function* mapEnd<From, To>(
  steps: Generator<undefined, From>,
  map: (end: From) => To,
): Generator<undefined, To> {
  return map(yield* steps);
}

function sourceOf(task: RenderTask): SourceInfo {
  return task.type === "render" ? task.request.source : task.source;
}

function totalOf(task: RenderTask): number | null {
  return task.type === "render" ? task.request.sourceFrames : task.total;
}

function openSource(
  files: BlockFiles,
  source: SourceInfo,
  total: number | null,
): Fault | { readonly read: ReadSource; readonly close: () => void } {
  const file = files.open(source.pcmPath);
  if (isFault(file))
    return file.code === "file-missing"
      ? fault("source-changed", "The decoded audio is gone; the track has to be opened again.")
      : file;
  const reader = createPcmReader(file, source, total);
  return {
    close: file.close,
    read: (from, until) => {
      const planar = reader.read(from, until);
      if (!isFault(planar)) return planar;
      if (planar.code !== "disk-failed") throw new ReadFailure(planar);
      // Damaged audio must not be found again by the next run, which would trust its header; whoever
      // opens the track again has it decoded anew.
      files.remove(source.pcmPath);
      throw new ReadFailure(fault("source-changed", planar.detail));
    },
  };
}
