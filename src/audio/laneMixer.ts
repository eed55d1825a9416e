/** Lane mixer: what stands between the page worker's slices and the speakers. Runs in the
 *  AudioWorklet, on the audio thread; pure, so that tests and the simulator pull it themselves.
 *
 *  Invariants:
 *  - one lane sounds, at most one waits to take over, at most one fades out;
 *  - a commit is honoured once, and only for the newest generation that was heard of;
 *  - a stand-in takes over from nothing that it would go on from;
 *  - a lane's frames are emitted in order, each once; time advances by frames emitted;
 *  - every change between sound and silence, and between lanes, is a fade of `fadeSeconds`, but for
 *    a track's own first and last frame, and the crossfade that a successor was opened with;
 *  - a successor takes over at the end of the lane that it comes after, at that very frame, or never;
 *  - with volume, lane gain and level at one, a 16-bit sample leaves exactly as sample / 32768. */
import type { MixerControl, MixerFeed, MixerReport } from "../protocol/mixerMessages.ts";
import { LaneFades } from "./laneFades.ts";
import { LaneQueue } from "./laneQueue.ts";
import { Ramp } from "./ramp.ts";

export type LaneMixerConfig = {
  /** Hz */
  readonly rate: number;
  readonly fadeSeconds: number;
  /** queued seconds at which a starved lane sounds again; four times as many each time that it starves anew */
  readonly refillSeconds: number;
  /** the most of them: less than what the page worker keeps queued */
  readonly refillMaxSeconds: number;
  /** seconds of sound after which a lane that starves counts as starving for the first time */
  readonly recoveredSeconds: number;
  /** seconds between state reports while sounding */
  readonly reportSeconds: number;
};
export const defaultLaneMixerConfig: Omit<LaneMixerConfig, "rate"> = {
  fadeSeconds: 0.015,
  refillSeconds: 0.25,
  refillMaxSeconds: 2,
  recoveredSeconds: 20,
  reportSeconds: 0.05,
};

type Lane = {
  readonly generation: number;
  readonly alignTo: number | null;
  /** the lane whose end it takes over at */
  readonly after: number | null;
  readonly crossfade: number;
  /** the generation since which every lane has kept its place */
  placed: number;
  readonly queue: LaneQueue;
  readonly gain: Ramp;
  end: number;
  committing: boolean;
  ended: boolean;
};

type Told = {
  readonly generation: number | null;
  readonly pending: number | null;
  readonly sounding: boolean;
  readonly starved: boolean;
};

export class LaneMixer {
  private readonly fadeFrames: number;
  private readonly firstRefillFrames: number;
  private readonly refillFramesMax: number;
  private readonly recoveredFrames: number;
  private refillFrames: number;
  /** frames that the lane has sounded since it starved last */
  private soundFrames = Number.POSITIVE_INFINITY;
  private readonly reportFrames: number;
  private readonly report: (report: MixerReport) => void;

  private newest = -1;
  private playing = false;
  private held = false;
  private starved = false;
  private current: Lane | null = null;
  private pending: Lane | null = null;
  private readonly fades: LaneFades;
  /** 0 silent … 1 full: pause, play and starvation move it */
  private readonly level: Ramp;
  private readonly volume: Ramp;
  private underrun = 0;
  private sinceReport = 0;
  /** what was told of the things that are told at once */
  private told: Told = { generation: -1, pending: -1, sounding: false, starved: false };

  /** @param report called from `control`, `feed` and `process`, never re-entered */
  constructor(
    config: Pick<LaneMixerConfig, "rate"> & Partial<LaneMixerConfig>,
    report: (report: MixerReport) => void,
  ) {
    const whole = { ...defaultLaneMixerConfig, ...config };
    const { rate, fadeSeconds, reportSeconds } = whole;
    this.fadeFrames = Math.max(1, Math.round(fadeSeconds * rate));
    this.refillFrames = Math.max(this.fadeFrames * 2, Math.round(whole.refillSeconds * rate));
    this.firstRefillFrames = this.refillFrames;
    this.refillFramesMax = Math.max(this.refillFrames, Math.round(whole.refillMaxSeconds * rate));
    this.recoveredFrames = Math.round(whole.recoveredSeconds * rate);
    this.reportFrames = Math.max(1, Math.round(reportSeconds * rate));
    this.fades = new LaneFades(this.fadeFrames);
    this.level = new Ramp(0, 1 / this.fadeFrames);
    this.volume = new Ramp(1, 1 / this.fadeFrames);
    this.report = report;
  }

  /** Hears the page: newest intention, transport, volume. */
  control(message: MixerControl): void {
    switch (message.type) {
      case "mixer/intend":
        this.newest = Math.max(this.newest, message.generation);
        if (this.pending && this.pending.generation < this.newest) this.pending = null;
        break;
      case "mixer/transport":
        this.playing = message.playing;
        this.held = message.hold && this.level.value === 0;
        break;
      case "mixer/volume":
        this.volume.target = message.gain;
        break;
    }
  }

  /** Hears the page worker: lanes, their slices and commits. */
  feed(message: MixerFeed): void {
    const { generation } = message;
    switch (message.type) {
      case "lane/open":
        if (generation < this.newest || generation <= (this.current?.generation ?? -1)) return;
        this.newest = generation;
        this.pending = null;
        if (message.standsIn && this.isAligned(message.alignTo)) return;
        this.pending = {
          generation,
          alignTo: message.alignTo,
          after: message.after,
          crossfade: message.crossfade,
          placed: message.alignTo ?? generation,
          queue: new LaneQueue(message.start, message.channels),
          gain: new Ramp(message.gain, 1 / (this.fadeFrames * 16)),
          end: Number.POSITIVE_INFINITY,
          committing: false,
          ended: false,
        };
        break;
      case "lane/feed":
        this.keepUp();
        this.lane(generation)?.queue.append(message.start, message.frames, message.samples);
        break;
      case "lane/end": {
        const lane = this.lane(generation);
        if (lane) lane.end = message.end;
        break;
      }
      case "lane/gain": {
        const lane = this.lane(generation);
        if (lane) lane.gain.target = message.gain;
        break;
      }
      case "lane/commit":
        if (this.pending?.generation === generation && generation === this.newest)
          this.pending.committing = true;
        break;
    }
  }

  /** Emits the next quantum. @param output two channels, at least `count` frames each; overwritten */
  process(output: readonly Float32Array[], count: number): void {
    const left = output[0]!;
    const right = output[1] ?? left;
    left.fill(0, 0, count);
    right.fill(0, 0, count);
    this.takeOver(count);
    this.weighSupply(count);
    this.emit(left, right, count);
    if (this.isAudible()) this.fades.fall(left, right, count, this.level);
    else this.fades.forget();
    this.level.skip(this.isAudible() ? count : 0);
    this.volume.apply(left, right, count);
    this.tell(count);
  }

  private lane(generation: number): Lane | null {
    if (this.pending?.generation === generation) return this.pending;
    return this.current?.generation === generation ? this.current : null;
  }

  /** Whether what sounds is at the place that is meant. */
  private isAligned(alignTo: number | null): boolean {
    return alignTo !== null && this.current !== null && this.current.generation >= alignTo;
  }

  /** A waiting lane that is to go on where the music is passes over what came too late for it: the run that
   *  comes next may begin behind a gap. */
  private keepUp(): void {
    const { pending: next, current: old } = this;
    if (!next || !old || !this.isAligned(next.alignTo) || old.placed > next.placed) return;
    if (old.queue.position > next.queue.position) next.queue.skipTo(old.queue.position);
  }

  /** The waiting lane becomes the one that sounds, as soon as it covers its position. */
  private takeOver(count: number): void {
    const next = this.pending;
    if (!next?.committing) return;
    const old = this.current;
    if (next.after !== null) return this.crossfadeInto(next);
    const aligned = this.isAligned(next.alignTo);
    // the track has changed since: who meant it in place hears of that, and means it anew
    if (old && aligned && old.placed > next.placed) return;
    this.keepUp();
    if (!covers(next, this.fadeFrames * 2 + count)) return;
    if (old && aligned) next.placed = old.placed;
    this.starved = false;
    this.soundFrames = Number.POSITIVE_INFINITY;
    if (old && this.level.value > 0 && !old.ended) {
      // a seek to where the music is: the same frames as well
      const equalGain = aligned || old.queue.position === next.queue.position;
      this.fades.begin(old, Math.min(this.fadeFrames, old.queue.available), equalGain);
    } else {
      this.fades.forget();
      this.level.value = this.playing && next.queue.position === 0 ? 1 : 0;
    }
    this.become(next);
  }

  /** A successor begins before the lane that it comes after has ended. It was fed before it was committed: what
   *  it goes on with is there. */
  private crossfadeInto(next: Lane): void {
    const old = this.current;
    if (next.crossfade === 0 || old?.generation !== next.after) return;
    if (old.ended || this.level.value === 0) return;
    const rest = old.end - old.queue.position;
    if (rest > next.crossfade || old.queue.available < rest) return;
    this.fades.begin(old, rest, false);
    this.become(next);
  }

  private become(next: Lane): void {
    this.pending = null;
    this.current = next;
    this.held = false;
    const { generation, queue } = next;
    this.report({ type: "lane/committed", generation, frame: queue.position as never });
  }

  /** Starved: too little is queued to go on, and the track does not end within it. */
  private weighSupply(count: number): void {
    const lane = this.current;
    if (!lane) return;
    const wasStarved = this.starved;
    if (this.starved) this.starved = !covers(lane, this.refillFrames);
    else this.starved = !covers(lane, this.fadeFrames + count);
    if (this.starved && !wasStarved) this.awaitMore();
    const due = this.playing && !this.held && !this.starved && !lane.ended;
    this.level.target = due ? 1 : 0;
    if (due) this.soundFrames += count;
  }

  /** Silence until more is there than last time: one long wait is better than many short ones. */
  private awaitMore(): void {
    const isAnew = this.soundFrames < this.recoveredFrames;
    this.soundFrames = 0;
    this.refillFrames = isAnew
      ? Math.min(this.refillFramesMax, this.refillFrames * 4)
      : this.firstRefillFrames;
  }

  private isAudible(): boolean {
    return this.level.value > 0 || this.level.target > 0;
  }

  private emit(left: Float32Array, right: Float32Array, count: number): void {
    const lane = this.current;
    if (!lane || lane.ended) return;
    if (!this.isAudible()) {
      if (this.playing && this.starved) this.underrun += count;
      return;
    }
    // a level that is falling may stop in mid-quantum: the frames behind that are not consumed
    const sounding = this.level.target > 0 ? count : Math.min(count, this.level.framesToTarget());
    let got = read(lane, left, right, sounding);
    if (got < sounding && lane.queue.position >= lane.end && this.succeed(lane))
      got += read(this.current!, left.subarray(got), right.subarray(got), sounding - got);
    this.fades.rise(left, right, got);
    this.level.shape(left, right, got);
    const last = this.current!;
    // a lane that begins at its end still has to let the old one fade out
    if (last.queue.position < last.end || this.fades.isOn || this.succeed(last)) return;
    last.ended = true;
    this.level.value = this.level.target = 0;
    // it comes too late to follow without a gap: whoever hears of the end means it anew
    if (this.pending?.after === last.generation) this.pending = null;
    this.report({ type: "lane/ended", generation: last.generation });
  }

  /** `lane` has come to its end: whether its successor goes on at the next frame. */
  private succeed(lane: Lane): boolean {
    const next = this.pending;
    if (!next?.committing || next.after !== lane.generation) return false;
    this.become(next);
    return true;
  }

  private tell(count: number): void {
    const lane = this.current;
    const sounding = this.level.value > 0 && lane !== null;
    const generation = lane?.generation ?? null;
    const pending = this.pending?.generation ?? null;
    const { starved, told } = this;
    const isNews =
      told.generation !== generation ||
      told.pending !== pending ||
      told.sounding !== sounding ||
      told.starved !== starved;
    this.sinceReport += count;
    if (!isNews && this.sinceReport < this.reportFrames) return;
    if (isNews) this.told = { generation, pending, sounding, starved };
    this.sinceReport = 0;
    this.report({
      type: "mixer/state",
      generation,
      frame: lane?.queue.position ?? 0,
      sounding,
      starved: starved && this.playing,
      queued: lane?.queue.available ?? 0,
      queuedPending: this.pending?.queue.available ?? 0,
      underrun: this.underrun,
    });
  }
}

/** Whether a lane holds `frames`, or all that is left of its track. */
function covers(lane: Lane, frames: number): boolean {
  const { position, available } = lane.queue;
  return available >= frames || position + available >= lane.end;
}

/** What is left of a lane's track, up to `count` frames. @returns frames read */
function read(lane: Lane, left: Float32Array, right: Float32Array, count: number): number {
  const until = Math.min(count, Math.max(0, lane.end - lane.queue.position));
  const got = lane.queue.read(left, right, until);
  lane.gain.apply(left, right, got);
  return got;
}
