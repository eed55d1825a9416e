/** The render engine over worker threads (or whatever `SpawnWorker` spawns): renders in one lane,
 *  analysis and measurement in another with a worker of its own, so that they never keep a
 *  listener waiting. A render whose worker was lost begins anew elsewhere; what was already heard
 *  of it is not repeated. */
import type { InspectionEvent } from "xstate";
import type * as z from "zod/mini";
import type { SegmentLoudness } from "../audio/segmentLoudness.ts";
import type { Clock } from "../ports/clock.ts";
import type { Cancel, Emit, Start } from "../ports/port.ts";
import type {
  AnalyseReport,
  MeasureReport,
  RenderEngine,
  RenderReport,
  RenderRequest,
} from "../ports/renderEngine.ts";
import type { Fault } from "../protocol/faults.ts";
import type { SpawnWorker } from "../ports/workerSlot.ts";
import {
  analyseNewsSchema,
  measureNewsSchema,
  renderNewsSchema,
  type RenderTask,
} from "./renderTasks.ts";
import {
  createWorkerPool,
  defaultSlotConfig,
  type WorkerPool,
  type WorkerPoolFigures,
} from "./workerPool.ts";

export type WorkerEngineConfig = {
  /** workers for renders; one more is spawned for analysis and measurement */
  readonly slots: number;
  /** ms a busy worker may be silent before it is replaced, at most */
  readonly silenceMs: number;
  /** ms it may be silent at least, however quick the others are */
  readonly silenceMinMs: number;
  /** analyses and measurements that may wait */
  readonly waitingMax: number;
};
export const defaultWorkerEngineConfig: WorkerEngineConfig = {
  slots: 2,
  silenceMs: defaultSlotConfig.silenceMs,
  silenceMinMs: 3000,
  waitingMax: 256,
};

export type WorkerEngine = RenderEngine & {
  readonly figures: () => WorkerPoolFigures;
  /** how long a worker may be silent: lanes `render` and `measure` */
  readonly timeouts$: WorkerPool["timeouts$"];
  readonly close: (done: () => void) => void;
};

export function createWorkerEngine(
  ports: {
    readonly clock: Clock;
    readonly spawn: SpawnWorker;
    readonly inspect?: (event: InspectionEvent) => void;
    /** of its pool's actor */
    readonly name?: string;
  },
  config: WorkerEngineConfig = defaultWorkerEngineConfig,
): WorkerEngine {
  const { slots, silenceMs, silenceMinMs, waitingMax } = config;
  const pool = createWorkerPool(
    { ...ports, sharesMemory: true, silenceMinMs },
    {
      lanes: [...Array.from({ length: slots }, () => "render"), "measure"],
      config: { ...defaultSlotConfig, silenceMs },
      waitingMax,
    },
  );

  const render: Start<RenderRequest, RenderReport> = (request, emit) => {
    let heard: number = request.range.from;
    let failed = false;
    let loudness: SegmentLoudness | undefined;
    return pool.run({
      lane: "render",
      task: { type: "render", request } satisfies RenderTask,
      report: (message) => {
        const news = renderNewsSchema.safeParse(message).data;
        if (news === undefined || failed) return false;
        if (news.type === "failed") {
          failed = true;
          emit(news);
        } else if (news.type === "loudness")
          loudness = { firstHop: news.firstHop, sums: news.sums };
        else if (news.start >= heard) {
          heard = news.start + news.frames;
          emit(news);
        }
        return true;
      },
      ended: () => {
        if (!failed) emit({ type: "done", ...(loudness && { loudness }) });
      },
      lost: (why) => {
        if (!failed) emit({ type: "failed", fault: why });
      },
    });
  };

  /** A task with one answer, which is given once even if its worker is lost right after. */
  const ask = <News, Answer>(
    task: RenderTask,
    schema: z.ZodMiniType<News>,
    translate: (news: News) => Answer,
    emit: Emit<Answer | FailedReport>,
  ): Cancel => {
    let answered = false;
    const answer = (report: Answer | FailedReport) => {
      if (!answered) emit(report);
      answered = true;
    };
    return pool.run({
      lane: "measure",
      task,
      report: (message) => {
        const parsed = schema.safeParse(message);
        if (parsed.success) answer(translate(parsed.data));
        return parsed.success;
      },
      ended: () => {},
      lost: (why) => answer({ type: "failed", fault: why }),
    });
  };

  return {
    slots,
    render,
    analyse: ({ source, total }, emit) =>
      ask<AnalyseNews, AnalyseReport>(
        { type: "analyse", source, total },
        analyseNewsSchema,
        (news) => (news.type === "failed" ? news : { ...news, type: "done" }),
        emit,
      ),
    measure: ({ source, total, plan, geometry }, emit) =>
      ask<MeasureNews, MeasureReport>(
        { type: "measure", source, total, plan, geometry },
        measureNewsSchema,
        (news) => (news.type === "failed" ? news : { ...news, type: "done" }),
        emit,
      ),
    figures: pool.figures,
    timeouts$: pool.timeouts$,
    close: pool.close,
  };
}

type AnalyseNews = z.infer<typeof analyseNewsSchema>;
type MeasureNews = z.infer<typeof measureNewsSchema>;
type FailedReport = { readonly type: "failed"; readonly fault: Fault };
