/** Window keeper: holds the window cache to its time and its bytes, and says what is in it. */
import { limits, type Holding } from "../../protocol/limits.ts";
import type { PageReport } from "../../protocol/pageMessages.ts";
import type { Slice } from "../../protocol/slice.ts";
import { laneWindow } from "../../machines/windowCache.machine.ts";
import { addSpan, type Span } from "../../machines/frameRanges.ts";
import type { WindowCache } from "../../machines/windowCache.ts";
import type { PageWorkerConfig } from "../pageWorkerApi.ts";

const reportMs = 250;

/** Frames around a playhead. */
export type Reach = { readonly behind: number; readonly ahead: number };

/** Where a lane is in its rendering. */
export type LanePlace = {
  readonly key: string | null;
  /** Hz */
  readonly rate: number;
  readonly channels: number;
  /** next frame */
  readonly at: number;
  /** frames to the end of the track, as far as that is known */
  readonly rest: number;
  /** what follows at the end of another lane: it has the room that the rest of that one leaves */
  readonly follows: boolean;
};
type WindowReport = Extract<PageReport, { type: "window/state" }>;

export class WindowKeeper {
  private readonly window: WindowCache;
  private readonly config: PageWorkerConfig;
  /** bytes that may be held */
  budgetBytes: number;
  private told = { atMs: Number.NEGATIVE_INFINITY, bytes: -1 };

  constructor(window: WindowCache, config: PageWorkerConfig) {
    this.window = window;
    this.config = config;
    this.budgetBytes = config.windowBytes;
  }

  /** Puts a slice as it came into the window; its samples are not copied where they lie even. */
  take({ key, start, frames, channels, samples }: Slice): void {
    const even = samples.byteOffset % 2 === 0 ? samples : samples.slice();
    const words = new Int16Array(even.buffer, even.byteOffset, even.byteLength / 2);
    this.window.add(key, { start, frames, channels, samples: words });
  }

  /** Frames that each of these lanes may keep behind and ahead of its playhead: all that is wanted where
   *  that fits, else an equal share each. Lanes of one rendering share what lies around both. What follows
   *  one of them goes on where its window ends, so that nothing has to leave for it. */
  reach(places: readonly LanePlace[]): readonly Reach[] {
    const lanes = places.filter(({ follows }) => !follows);
    const reaches = this.reachOf(lanes);
    let at = 0;
    return places.map((place) =>
      place.follows ? this.reachBehind(place, lanes, reaches) : reaches[at++]!,
    );
  }

  private reachOf(places: readonly LanePlace[]): readonly Reach[] {
    const { behindSeconds, aheadSeconds } = this.config;
    const wanted = places.map(({ rate }) => ({
      behind: Math.round(behindSeconds * rate),
      ahead: Math.round(aheadSeconds * rate),
    }));
    if (this.fits(places, wanted)) return wanted;
    const share = this.budgetBytes / places.length - this.standOverBytes;
    return places.map(({ channels }, i) => laneWindow(wanted[i]!, channels * 2, share));
  }

  /** What the windows of these lanes leave to the track that follows the last of them. */
  private reachBehind(
    { rate, channels }: LanePlace,
    lanes: readonly LanePlace[],
    reaches: readonly Reach[],
  ): Reach {
    const last = lanes.at(-1);
    const beyond = last ? reaches.at(-1)!.ahead - last.rest : 0;
    const wanted = {
      behind: 0,
      ahead: Math.max(0, Math.round((beyond * rate) / (last?.rate ?? 1))),
    };
    const taken = lanes.reduce((bytes, lane, i) => {
      const { behind, ahead } = reaches[i]!;
      const frames = behind + Math.min(ahead, lane.rest);
      return bytes + frames * lane.channels * 2 + this.standOverBytes;
    }, this.standOverBytes);
    return laneWindow(wanted, channels * 2, Math.max(0, this.budgetBytes - taken));
  }

  /** One slice may stand over at either end of a run. */
  private get standOverBytes(): number {
    return 2 * this.config.sliceBytesMax;
  }

  private fits(places: readonly LanePlace[], reaches: readonly Reach[]): boolean {
    const spans = new Map<string, readonly Span[]>();
    let bytes = 0;
    places.forEach(({ key, at, channels }, i) => {
      const { behind, ahead } = reaches[i]!;
      const name = key ?? `unknown ${i}`;
      const before = spans.get(name) ?? [];
      const now = addSpan(before, { from: at - behind, until: at + ahead });
      spans.set(name, now);
      bytes += (frameCount(now) - frameCount(before)) * channels * 2;
      bytes += (now.length - before.length) * this.standOverBytes;
    });
    return bytes <= this.budgetBytes;
  }

  /** Whether the books have changed since the last report: one is due some time after. */
  get owesReport(): boolean {
    return this.window.bytes !== this.told.bytes;
  }

  /** Drops what surrounds no lane. @returns a report when the books changed and one is due */
  keep(places: readonly LanePlace[], nowMs: number): WindowReport | null {
    const kept = new Map<string, { from: number; until: number }[]>();
    const asked = this.reach(places);
    // a seek back must not cost what lies ahead: the playhead will come to it again
    const roomy = asked.map(({ behind, ahead }, i) => ({
      behind,
      ahead: places[i]!.follows ? ahead : ahead + behind,
    }));
    const reaches = this.fits(places, roomy) ? roomy : asked;
    places.forEach(({ key, at }, i) => {
      if (key === null) return;
      const { behind, ahead } = reaches[i]!;
      kept.set(key, [...(kept.get(key) ?? []), { from: at - behind, until: at + ahead }]);
    });
    for (const key of this.window.keys()) this.window.trim(key, kept.get(key) ?? []);
    const { bytes } = this.window;
    if (bytes === this.told.bytes || nowMs - this.told.atMs < reportMs) return null;
    this.told = { atMs: nowMs, bytes };
    const key = places[0]?.key ?? null;
    const runs = key === null ? [] : this.window.runs(key);
    return {
      type: "window/state",
      bytes,
      budgetBytes: this.budgetBytes,
      heldFrom: runs[0]?.from ?? 0,
      heldUntil: runs.at(-1)?.until ?? 0,
    };
  }

  /** Everything held, as the protocol names it. */
  holdings(): Holding[] {
    return this.window
      .keys()
      .flatMap((key) => this.window.runs(key).map((run) => ({ key, ...run })))
      .slice(0, limits.holdingsMax);
  }
}

function frameCount(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, until }) => sum + until - from, 0);
}
