/** What the simulated workers do: the production job loop over tasks whose samples are frame codes, a
 *  pure function of (key, frame), some time after they were asked for. */
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import type { Plan } from "#engine/audio/plan.ts";
import { aliveEvery, createRenderJobs, type Work } from "#engine/actors/renderJobs.ts";
import type { RenderTask, RenderTaskNews } from "#engine/actors/renderTasks.ts";
import type { WorkerNews, WorkerOrder } from "#engine/actors/workerMessages.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import type { RenderRequest } from "#engine/ports/renderEngine.ts";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { encodeFrame, leftOf, rightOf } from "../judge/frameCode.ts";
import { contentOfSource } from "./simulatedDecode.ts";
import { simulatedLoudness } from "./simulatedFingerprints.ts";
import type { SimulatedLibrary } from "./simulatedLibrary.ts";
import type { WorkerProgram, WorkerSelf } from "./simulatedWorkers.ts";
import type { SimulatedTrack } from "./tracks.ts";
import type { WorkerBench } from "./workerBench.ts";

export type RenderParts = {
  readonly bench: WorkerBench;
  readonly fingerprintOf: (track: SimulatedTrack) => Fingerprint;
  /** number of the variant in the frame code; undefined when the plan belongs to none */
  readonly variantOf: (track: SimulatedTrack, plan: Plan | null) => number | undefined;
  /** which frame's code stands at `frame`; anything but itself is a planted defect */
  readonly misplace?: (frame: number, request: RenderRequest) => number;
  /** renders that fail before the next one succeeds */
  readonly mishaps: { renders: number };
  /** ms that an analysis takes at most, when it is not as usual */
  readonly analysisMs?: number | undefined;
  readonly library: SimulatedLibrary;
};

/** output frames per ms: about 60 × real time */
const framesPerMs = 24;
const pieces = 4;
/** ms of a whole analysis and of a whole measurement, and in how many parts they are done: each gives a
 *  sign of life */
const analysis = { ms: { least: 30, most: 400 }, parts: 4 };
const measurement = { ms: { least: 20, most: 200 }, parts: 2 };

const lost = fault("source-changed", "The decoded audio is gone.");

function slowness({ analysisMs: most }: RenderParts): typeof analysis {
  return most === undefined ? analysis : { ...analysis, ms: { least: most / 2, most } };
}

/** The program of a render worker. */
export function renderProgram(parts: RenderParts, self: WorkerSelf): WorkerProgram {
  const { random } = self.realm;
  /** what the worker was told last, and what it works at */
  let flag: Int32Array | null = null;
  let lastJob = 0;
  let job: string | null = null;

  const begin = (task: RenderTask): Work => {
    if (task.type === "render") return render(task.request);
    const { track } = contentOfSource(task.source.sourceId);
    return task.type === "analyse"
      ? answer(slowness(parts), { type: "analysed", fingerprint: parts.fingerprintOf(track) })
      : answer(measurement, { type: "measured", loudness: simulatedLoudness });
  };

  function render(request: RenderRequest): Work {
    const { source, range, key, segment } = request;
    const { from, until } = range;
    const { track, version } = contentOfSource(source.sourceId);
    const needed = Math.floor(((until - 1) * source.rate) / request.rate);
    const besides = lastRead(request);
    const variant = parts.variantOf(track, request.plan) ?? 15;
    const pieceMs = (until - from) / pieces / framesPerMs;
    const bound = (index: number) => Math.round(from + ((until - from) * index) / pieces);
    const name = `${track.id} ${key} #${segment} from ${from}`;
    let next = 0;
    if (!isCancelled()) parts.bench.begins(name);
    job = name;
    return {
      step: () => {
        const start = bound(next);
        const end = bound(next + 1);
        if (next === pieces) return "done";
        // as where the store is read: it is gone, or is being made anew
        if (isLost(source, needed) || besides.some(([each, last]) => isLost(each, last)))
          return { type: "failed", fault: lost };
        if (next++ === 1 && parts.mishaps.renders > 0) {
          parts.mishaps.renders--;
          return { type: "failed", fault: fault("worker-lost", "its worker died") };
        }
        if (end === start) return null;
        self.takesMs = pieceMs * random.between(0.7, 1.6);
        const samples = codes(parts, request, {
          track: track.number,
          version,
          variant,
          start,
          end,
        });
        return { type: "slice", start: frames(start), frames: frames(end - start), samples };
      },
      close: () => {
        job = null;
      },
    };
  }

  function isLost({ pcmPath }: SourceInfo, needed: number): boolean {
    const { lost, shelf } = parts.library;
    return lost.has(pcmPath) || (shelf.get(pcmPath) ?? 0) <= needed;
  }

  function answer({ ms, parts: count }: typeof analysis, news: RenderTaskNews): Work {
    const partMs = random.between(ms.least, ms.most) / count;
    const steps = count * aliveEvery;
    let taken = 0;
    return {
      step: () => {
        if (taken === steps) return "done";
        if (++taken % aliveEvery === 0) self.takesMs = partMs;
        return taken === steps ? news : null;
      },
      close: () => undefined,
    };
  }

  const isCancelled = (): boolean => flag !== null && flag[0] === lastJob;
  const jobs = createRenderJobs({ begin, post: self.post });
  return {
    take: (message) => {
      const order = message as WorkerOrder;
      if (order.type === "worker/begin") flag = order.flag && new Int32Array(order.flag);
      else if (order.type === "job/start") lastJob = order.job;
      jobs.take(message);
    },
    step: jobs.step,
    rendering: () => (isCancelled() ? null : job),
  };
}

/** What a request reads of its neighbours, and the last frame of it. */
export function lastRead({
  before,
  after,
}: RenderRequest): readonly (readonly [SourceInfo, number])[] {
  return [
    ...(before ? [[before.source, before.total! - 1] as const] : []),
    ...(after ? [[after.source, after.frames - 1] as const] : []),
  ];
}

/** Name of a message of the job loop where it arrives: `slice`, `analyse`, `ended`, … */
export function newsName(message: unknown): string {
  const news = message as WorkerNews;
  if (news.type !== "job/report") return news.type.split("/")[1]!;
  const { type } = news.report as RenderTaskNews;
  return type === "analysed" ? "analyse" : type === "measured" ? "measure" : type;
}

type Piece = {
  readonly track: number;
  readonly version: number;
  readonly variant: number;
  readonly start: number;
  readonly end: number;
};

function codes(parts: RenderParts, request: RenderRequest, piece: Piece): Uint8Array {
  const { track, version, variant, start, end } = piece;
  const samples = new Int16Array((end - start) * 2);
  for (let at = start; at < end; at++) {
    const frame = parts.misplace?.(at, request) ?? at;
    const code = encodeFrame({ frame, track, version, variant });
    samples[(at - start) * 2] = leftOf(code);
    samples[(at - start) * 2 + 1] = rightOf(code);
  }
  return new Uint8Array(samples.buffer);
}
