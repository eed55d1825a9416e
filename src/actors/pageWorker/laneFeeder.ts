/** Lane feeder: keeps the mixer's lanes filled from the window cache, a few seconds ahead.
 *  Data plane: samples are copied out of the window and transferred; no actor sees them. */
import type { MixerFeed } from "../../protocol/mixerMessages.ts";
import type { WindowCache } from "../../machines/windowCache.ts";

type FedLane = {
  readonly key: string;
  readonly rate: number;
  fedUntil: number;
  end: number | null;
  gain: number;
};
export type LaneOpening = {
  readonly generation: number;
  readonly key: string;
  readonly rate: number;
  readonly channels: number;
  /** frames */
  readonly start: number;
  readonly alignTo: number | null;
  readonly standsIn: boolean;
  /** the lane at whose end it begins, and frames of crossfade into it */
  readonly after: number | null;
  readonly crossfade: number;
  /** 0…1 */
  readonly gain: number;
};

export class LaneFeeder {
  private readonly lanes = new Map<number, FedLane>();
  private readonly window: WindowCache;
  private readonly aheadSeconds: number;
  private send: (message: MixerFeed) => void = () => {};

  constructor(window: WindowCache, aheadSeconds: number) {
    this.window = window;
    this.aheadSeconds = aheadSeconds;
  }

  /** A (new) mixer, with nothing in it. */
  attach(send: (message: MixerFeed) => void): void {
    this.lanes.clear();
    this.send = send;
  }

  open(lane: LaneOpening): void {
    const { key, rate, ...opening } = lane;
    const { generation, start, gain } = lane;
    this.lanes.set(generation, { key, rate, fedUntil: start, end: null, gain });
    this.send({ type: "lane/open", ...opening });
  }

  /** Which rendering a lane was opened with, and goes on with though the file is another now; undefined
   *  when it is not fed (any more). */
  keyOf(generation: number): string | undefined {
    return this.lanes.get(generation)?.key;
  }

  commit(generation: number): void {
    this.send({ type: "lane/commit", generation });
  }

  /** Forgets lanes older than the one that sounds. */
  settle(generation: number): void {
    for (const old of this.lanes.keys()) if (old < generation) this.lanes.delete(old);
  }

  setEnd(generation: number, end: number): void {
    const lane = this.lanes.get(generation);
    if (!lane || lane.end === end) return;
    lane.end = end;
    this.send({ type: "lane/end", generation, end });
  }

  /** Whether the mixer has all of a lane to its end. */
  isWhole(generation: number): boolean {
    const lane = this.lanes.get(generation);
    return lane !== undefined && lane.end !== null && lane.fedUntil >= lane.end;
  }

  setGain(generation: number, gain: number): void {
    const lane = this.lanes.get(generation);
    if (!lane || lane.gain === gain) return;
    lane.gain = gain;
    this.send({ type: "lane/gain", generation, gain });
  }

  /** Tops a lane up. @param position next frame that the lane will sound
   *  @param aheadFrames more than the usual, where a crossfade needs it */
  fill(generation: number, position: number, aheadFrames = 0): void {
    const lane = this.lanes.get(generation);
    if (!lane) return;
    const until = position + Math.max(aheadFrames, Math.round(this.aheadSeconds * lane.rate));
    // one that waits to take over goes on where the music is, when what has passed did not come in time
    if (lane.fedUntil < position && !this.window.at(lane.key, lane.fedUntil))
      lane.fedUntil = position;
    while (lane.fedUntil < until) {
      const slice = this.window.at(lane.key, lane.fedUntil);
      if (!slice) return;
      const skip = lane.fedUntil - slice.start;
      this.send({
        type: "lane/feed",
        generation,
        start: lane.fedUntil,
        frames: slice.frames - skip,
        samples: slice.samples.slice(skip * slice.channels),
      });
      lane.fedUntil = slice.start + slice.frames;
    }
  }
}

/** What a feed message takes along instead of copying. */
export function feedTransfer(message: MixerFeed): readonly unknown[] {
  return message.type === "lane/feed" ? [message.samples.buffer] : [];
}
