/** Renders one segment of one rendering: a pure function of source, plan and index.
 *  Used by the render workers, by the offline renderer and by the simulator alike.
 *
 *  An enhanced segment starts from silence a fixed context before the segment, runs through the
 *  resampler and the chain, on past its end by the chain's latency, and drops what came out before its
 *  first frame. Before the start of the track and behind its end there is silence, or what its neighbours
 *  in the album have there (`albumJoin.ts`). An original has neither context nor chain nor neighbours. */
import type { FrameRange, Frames, Geometry } from "../protocol/geometry.ts";
import { contextFrames, frames, resampledLength } from "../protocol/geometry.ts";
import type { Fidelity } from "../protocol/hostMessages.ts";
import type { Beside } from "./albumJoin.ts";
import { exactToS16 } from "./dither.ts";
import { EngineChain } from "./engineChain.ts";
import { engineDither } from "./engineDither.ts";
import { makeFinite } from "./finite.ts";
import { chainLatency, type Chain } from "./masteringChain.ts";
import type { Plan } from "./plan.ts";
import type { ReadSource } from "./resample.ts";
import { Resampler, resamplerReach } from "./resample.ts";

/** What a rendering is made from. `RenderRequest` of the ports has this shape, and more. */
export type SegmentRequest = {
  readonly source: {
    /** Hz */
    readonly rate: number;
    readonly channels: number;
    /** how the source lies in its store; only `s16` can be passed on bit-exactly */
    readonly format: "s16" | "f32";
  };
  /** exact total of the source at its own rate, or null while it still decodes */
  readonly sourceFrames: Frames | null;
  /** null: the original */
  readonly plan: Plan | null;
  readonly geometry: Geometry;
  /** Hz of the output */
  readonly rate: number;
  /** frames of the segment at `rate`, already cut at the end of the track */
  readonly range: FrameRange;
  /** neighbours in the album, of the same rate and channels */
  readonly before?: Beside | null | undefined;
  readonly after?: Beside | null | undefined;
};

/** Consecutive frames of the segment, interleaved s16le, from absolute frame `start`. */
export type RenderedRun = {
  readonly start: Frames;
  readonly frames: Frames;
  readonly samples: Uint8Array;
};

/** The same before dither: planar, ±1 is full scale. */
export type RenderedSamples = {
  readonly start: Frames;
  readonly frames: Frames;
  readonly planar: readonly Float32Array[];
};

/** Begins a stream through the chain of a plan. */
export type MakeChain = (plan: Plan, rate: number) => Chain;
const engineChain: MakeChain = (plan, rate) => new EngineChain(plan, rate);

/** Frames of the first run; the following ones double up to `runMax`, so that the first sound
 *  leaves early and the rest is cheap. */
const runMin = 1024;
const runMax = 8192;

/** How the 16 bits of a rendering relate to the source. */
export function fidelityOf(
  source: SegmentRequest["source"],
  plan: Plan | null,
  rate: number,
): Fidelity {
  if (source.rate !== rate) return "resampled";
  return plan === null && source.format === "s16" ? "exact" : "dithered";
}

/** How much of the neighbours in an album a rendering depends on, at most, in frames at the source's rate:
 *  of the end of the one before, of the beginning of the one behind. */
export function besideFrames(
  plan: Plan,
  geometry: Geometry,
  sourceRate: number,
  rate: number,
): { readonly before: Frames; readonly after: Frames } {
  const context = contextFrames(geometry, rate);
  const latency = chainLatency(plan, rate);
  if (sourceRate === rate) return { before: context, after: frames(latency) };
  const reach = resamplerReach(sourceRate, rate);
  const atSource = (count: number) => frames(Math.ceil((count * sourceRate) / rate) + reach);
  return { before: atSource(context), after: atSource(latency) };
}

/** Whether a request reads the neighbour before it, or the one behind, if it has them. */
export function readsBeside(request: SegmentRequest): {
  readonly before: boolean;
  readonly after: boolean;
} {
  const { source, rate, sourceFrames, plan, range } = request;
  if (plan === null || range.until === range.from) return { before: false, after: false };
  const reach = source.rate === rate ? 0 : resamplerReach(source.rate, rate);
  const { from, until } = feedRange(request, true);
  return {
    before: (from * source.rate) / rate < reach,
    after: sourceFrames !== null && (until * source.rate) / rate + reach > sourceFrames,
  };
}

/** Own source frames (at the source's rate) that must be decoded before the request can be rendered. */
export function sourceRangeFor(request: SegmentRequest): FrameRange {
  const { source, rate, sourceFrames } = request;
  const { from, until } = feedRange(request);
  const end = sourceFrames ?? Number.MAX_SAFE_INTEGER;
  if (source.rate === rate) {
    const last = Math.min(until, end);
    return { from: frames(Math.min(Math.max(0, from), last)), until: frames(last) };
  }
  const reach = resamplerReach(source.rate, rate);
  const last = Math.min(Math.ceil((until * source.rate) / rate) + reach, end);
  const first = Math.max(0, Math.floor((from * source.rate) / rate) - reach);
  return { from: frames(Math.min(first, last)), until: frames(last) };
}

/** Renders a segment run by run, so that a worker can look for a cancellation in between. */
export class SegmentRender {
  readonly #request: SegmentRequest;
  readonly #readSource: ReadSource;
  readonly #chain: Chain | null;
  readonly #resampler: Resampler | null;
  readonly #exact: boolean;
  readonly #work: readonly Float32Array[];
  /** source frames that can be read: those of the neighbours lie below 0 and behind the track's own */
  readonly #sourceStart: number;
  readonly #sourceEnd: number;
  readonly #isFinite: boolean;
  /** next output frame to feed into the chain */
  #fed: number;
  /** next output frame to hand out */
  #next: number;
  #runFrames = runMin;

  /** @param readSource planar source frames at the source's rate; asked only for frames inside
   *  `sourceRangeFor(request)`, and for those of the neighbours that the request names, below 0 and behind
   *  the track (`acrossAlbum`); what it returns is not modified
   *  @param makeChain the engine; tests compare it with the reference */
  constructor(request: SegmentRequest, readSource: ReadSource, makeChain: MakeChain = engineChain) {
    const { source, plan, rate, sourceFrames } = request;
    this.#request = request;
    this.#readSource = readSource;
    this.#chain = plan === null ? null : makeChain(plan, rate);
    this.#resampler = source.rate === rate ? null : new Resampler(source.rate, rate);
    this.#exact = fidelityOf(source, plan, rate) === "exact";
    this.#work = Array.from({ length: source.channels }, () => new Float32Array(runMax));
    const { before, after } = plan === null ? {} : request;
    this.#sourceStart = 0 - (before?.frames ?? 0);
    this.#sourceEnd =
      sourceFrames === null ? sourceRangeFor(request).until : sourceFrames + (after?.frames ?? 0);
    this.#isFinite = [source, before?.source, after?.source].every(
      (each) => each?.format !== "f32",
    );
    this.#fed = feedRange(request).from;
    this.#next = request.range.from;
  }

  /** The next run as it goes on the wire, or null when the segment is complete.
   *  The first call also renders the context. */
  next(): RenderedRun | null {
    const run = this.nextSamples();
    if (run === null) return null;
    const samples = this.#exact
      ? exactToS16(run.planar, run.frames)
      : engineDither(run.planar, run.frames, run.start);
    return { start: run.start, frames: run.frames, samples };
  }

  /** The next run before dither; its arrays are valid until the next call. */
  nextSamples(): RenderedSamples | null {
    const { until } = this.#request.range;
    if (this.#next >= until) return null;
    const latency = this.#chain?.latencyFrames ?? 0;
    // What is fed up to here only warms the chain: its output lies before the segment.
    while (this.#fed < this.#next + latency)
      this.#feed(Math.min(runMax, this.#next + latency - this.#fed));
    const count = Math.min(this.#runFrames, until - this.#next);
    const start = frames(this.#next);
    this.#feed(count);
    this.#next += count;
    this.#runFrames = Math.min(runMax, this.#runFrames * 2);
    return {
      start,
      frames: frames(count),
      planar: this.#work.map((samples) => samples.subarray(0, count)),
    };
  }

  /** Puts the next `count` frames through resampler and chain, into the work buffers. */
  #feed(count: number): void {
    const from = this.#fed;
    const until = from + count;
    if (this.#resampler === null) this.#read(from, until, this.#work);
    else {
      const range = this.#resampler.sourceRange(from, until);
      const around = this.#work.map(() => new Float32Array(range.until - range.from));
      this.#read(range.from, range.until, around);
      this.#resampler.resample(around, from, until, this.#work);
      this.#silencePastEnd(from, until);
    }
    this.#chain?.process(this.#work, count);
    this.#fed = until;
  }

  /** Copies source frames into `into`, with silence where there is no track. */
  #read(from: number, until: number, into: readonly Float32Array[]): void {
    const first = Math.max(this.#sourceStart, from);
    const last = Math.min(until, this.#sourceEnd);
    if (first > from || last < until) for (const samples of into) samples.fill(0, 0, until - from);
    if (last <= first) return;
    const source = this.#readSource(first, last);
    for (let channel = 0; channel < into.length; channel++)
      into[channel]!.set(source[channel]!.subarray(0, last - first), first - from);
    if (!this.#isFinite) for (const samples of into) makeFinite(samples);
  }

  /** The resampler rings on for some frames past the end of the track, and those must not leak
   *  into the look-ahead: one segment more or less would then change what is heard. */
  #silencePastEnd(from: number, until: number): void {
    const { source, rate, sourceFrames, after } = this.#request;
    if (sourceFrames === null || after) return;
    const total = resampledLength(sourceFrames, source.rate, rate);
    if (until > total)
      for (const samples of this.#work) samples.fill(0, Math.max(0, total - from), until - from);
  }
}

/** Output frames that run through the chain for a segment: context, segment, latency.
 *  @param runsOn whether there is a neighbour before the track */
function feedRange(
  request: SegmentRequest,
  runsOn = !!request.before,
): { readonly from: number; readonly until: number } {
  const { plan, geometry, rate, range } = request;
  if (plan === null || range.until === range.from) return range;
  const from = range.from - contextFrames(geometry, rate);
  return {
    from: runsOn ? from : Math.max(0, from),
    until: range.until + chainLatency(plan, rate),
  };
}
