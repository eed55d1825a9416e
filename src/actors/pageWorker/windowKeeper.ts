/** Window keeper: holds the window cache to its time and its bytes, and says what is in it. */
import { limits, type Holding } from "../../protocol/limits.ts";
import type { PageReport } from "../../protocol/pageMessages.ts";
import type { Slice } from "../../protocol/slice.ts";
import { laneWindow } from "../../machines/windowCache.machine.ts";
import { addSpan, type Span } from "../../machines/frameRanges.ts";
import type { WindowCache } from "../../machines/windowCache.ts";
import type { PageWorkerConfig } from "../pageWorkerApi.ts";

const reportMs = 250;
/** in which the window gives way */
const steps = 8;

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
  /** what it is to what sounds. What follows at its end, and what stands by as the other side of A/B, have the
   *  room that the lanes leave */
  readonly role: "lane" | "follows" | "standsBy";
};
type WindowReport = Extract<PageReport, { type: "window/state" }>;

export class WindowKeeper {
  private readonly window: WindowCache;
  private readonly config: PageWorkerConfig;
  /** bytes that may be held */
  budgetBytes: number;
  private told = { atMs: Number.NEGATIVE_INFINITY, bytes: -1, from: 0, until: 0 };

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

  /** Frames that are wanted around each of these places, all together never more than the budget: of the lanes all
   *  that is wanted where that fits, else an equal share each. Lanes of one rendering share what lies around both.
   *  What follows one of them goes on where its window ends, so that nothing has to leave for it; what stands by has
   *  the room that is left. */
  reach(places: readonly LanePlace[]): readonly Reach[] {
    const lanes = places.filter(({ role }) => role === "lane");
    const reaches = this.reachOf(lanes);
    let bytes = this.budgetBytes;
    lanes.forEach((lane, i) => (bytes -= this.bytesOf(lane, reaches[i]!)));
    const spare = lanes.reduce((sum, lane, i) => sum + this.spareOf(lane, reaches[i]!), 0);
    const last = lanes.length - 1;
    const beyond = last < 0 ? 0 : (reaches[last]!.ahead - lanes[last]!.rest) / lanes[last]!.rate;
    let at = 0;
    return places.map((place) => {
      if (place.role === "lane") return reaches[at++]!;
      const free = bytes - (place.role === "standsBy" ? spare : 0);
      const room = Math.max(0, free - this.standOverBytes);
      const reach = laneWindow(this.besides(place, beyond), place.channels * 2, room);
      bytes -= this.bytesOf(place, reach);
      return reach;
    });
  }

  private reachOf(places: readonly LanePlace[]): readonly Reach[] {
    const wanted = places.map(({ rate }) => this.around(rate));
    if (this.fits(places, wanted)) return wanted;
    const share = this.budgetBytes / places.length - this.standOverBytes;
    return places.map(({ channels }, i) => laneWindow(wanted[i]!, channels * 2, share));
  }

  private around(rate: number): Reach {
    const { behindSeconds, aheadSeconds } = this.config;
    return { behind: Math.round(behindSeconds * rate), ahead: Math.round(aheadSeconds * rate) };
  }

  /** What is wanted of what is no lane yet. @param beyondSeconds by which the window of what sounds reaches
   *  over its end */
  private besides({ rate, role }: LanePlace, beyondSeconds: number): Reach {
    const { standbyBehindSeconds, standbyAheadSeconds } = this.config;
    if (role === "follows")
      return { behind: 0, ahead: Math.max(0, Math.round(beyondSeconds * rate)) };
    return {
      behind: Math.round(standbyBehindSeconds * rate),
      ahead: Math.round(standbyAheadSeconds * rate),
    };
  }

  private bytesOf({ channels, rest }: LanePlace, { behind, ahead }: Reach): number {
    return (behind + Math.min(ahead, rest)) * channels * 2 + this.standOverBytes;
  }

  /** Bytes held of a lane farther ahead than it reaches: the playhead was there once, and will come again. */
  private spareOf({ key, at, rate, channels }: LanePlace, { ahead }: Reach): number {
    if (key === null) return 0;
    const from = at + ahead;
    const until = at + this.widest(rate).ahead;
    const missing = this.window.gaps(key, from, until);
    return Math.max(0, until - from - frameCount(missing)) * channels * 2;
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

  /** Drops what surrounds none of these places, and of the rest no more than has to go for the budget.
   *  @returns a report when the books changed and one is due */
  keep(places: readonly LanePlace[], nowMs: number): WindowReport | null {
    const asked = this.reach(places);
    const widest = places.map(({ role, rate }, i) =>
      role === "follows" ? asked[i]! : this.widest(rate),
    );
    const now = [...widest];
    this.trim(places, now);
    // what stands by gives way before what sounds, and what is far from the playhead before what is near
    for (const role of ["standsBy", "lane"] as const)
      for (let step = 1; step <= steps && this.window.bytes > this.budgetBytes; step++) {
        places.forEach((place, i) => {
          if (place.role === role) now[i] = between(widest[i]!, asked[i]!, step / steps);
        });
        this.trim(places, now);
      }
    if (nowMs - this.told.atMs < reportMs) return null;
    const { bytes } = this.window;
    const held = this.heldAround(places);
    const { told, budgetBytes } = this;
    if (bytes === told.bytes && held.from === told.from && held.until === told.until) return null;
    this.told = { atMs: nowMs, bytes, ...held };
    const [heldFrom, heldUntil] = [held.from, held.until];
    return { type: "window/state", bytes, budgetBytes, heldFrom, heldUntil };
  }

  /** The run that a head is in: of the newest lane of which there is one. What is meant comes before what sounds, and has
   *  nothing at its head until it is fetched. */
  private heldAround(places: readonly LanePlace[]): Span {
    for (const { key, at, role } of places) {
      if (key === null || role !== "lane") continue;
      const run = this.window.runs(key).find(({ from, until }) => from <= at && at <= until);
      if (run) return run;
    }
    return { from: 0, until: 0 };
  }

  /** A seek back must not cost what lies ahead, nor a switch what was heard before it. */
  private widest(rate: number): Reach {
    const { behind, ahead } = this.around(rate);
    return { behind, ahead: ahead + behind };
  }

  private trim(places: readonly LanePlace[], reaches: readonly Reach[]): void {
    const kept = new Map<string, Span[]>();
    places.forEach(({ key, at }, i) => {
      if (key === null) return;
      const { behind, ahead } = reaches[i]!;
      kept.set(key, [...(kept.get(key) ?? []), { from: at - behind, until: at + ahead }]);
    });
    for (const key of this.window.keys()) this.window.trim(key, kept.get(key) ?? []);
  }

  /** Everything held, as the protocol names it. */
  holdings(): Holding[] {
    return this.window
      .keys()
      .flatMap((key) => this.window.runs(key).map((run) => ({ key, ...run })))
      .slice(0, limits.holdingsMax);
  }
}

/** The way from one reach to a smaller one. @param share of it, 0…1 */
function between(wide: Reach, near: Reach, share: number): Reach {
  const way = (from: number, to: number): number =>
    to + Math.max(0, Math.round((from - to) * (1 - share)));
  return { behind: way(wide.behind, near.behind), ahead: way(wide.ahead, near.ahead) };
}

function frameCount(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, until }) => sum + until - from, 0);
}
