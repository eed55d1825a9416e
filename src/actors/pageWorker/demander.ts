/** Demander: says what is wanted whenever that has changed, and only then: not that what was asked for has come,
 *  which the host knows. */
import type { Want } from "../../protocol/clientMessages.ts";
import type { ReadyRendition } from "../../protocol/hostMessages.ts";
import { limits, type Holding } from "../../protocol/limits.ts";
import {
  demandSignature,
  isFulfilment,
  planWants,
  type LaneNeed,
} from "../../machines/planDemand.ts";
import type { Intention } from "../../machines/preloader.machine.ts";
import type { WindowCache } from "../../machines/windowCache.ts";
import type { LinkActor } from "./linkActor.ts";

const restingRate = 44_100;
const urgentSeconds = 2;

export class Demander {
  private readonly link: LinkActor;
  private readonly window: WindowCache;
  private readonly holdings: () => Holding[];
  /** the track that comes behind the one that is meant */
  next: string | null = null;
  private demand = 0;
  /** of what was said last: of whom, and what of it is still to come */
  private marks = "";
  private signature = "";
  private wants: readonly Want[] = [];

  constructor(link: LinkActor, window: WindowCache, holdings: () => Holding[]) {
    this.link = link;
    this.window = window;
    this.holdings = holdings;
  }

  /** The next `ask` speaks, whatever it has to say. */
  forget(): void {
    this.marks = "";
    this.signature = "";
    this.wants = [];
  }

  /** @param first the newest intention @param needs lanes in order of importance */
  ask(first: Intention | undefined, needs: readonly LaneNeed[], playing: boolean): void {
    if (!this.link.isLive) return;
    const grid = Math.max(1, first?.rate ?? 1);
    const other = first?.counterpart ?? null;
    const wants = planWants(needs, other, this.window, grid, limits.wantsMax);
    const marks = `${first?.generation} ${playing} ${this.next}`;
    const signature = demandSignature(wants);
    const isNews = marks !== this.marks || reachesBack(this.wants, wants);
    if (!isNews && signature === this.signature) return;
    const isCome = !isNews && isFulfilment(this.wants, wants, needs, this.window);
    this.marks = marks;
    this.signature = signature;
    this.wants = wants;
    if (isCome) return;
    const head = first && { track: first.track, variant: first.variant, frame: needs[0]!.from };
    this.link.demand({
      type: "demand",
      demand: ++this.demand,
      playing,
      rate: first?.rate ?? restingRate,
      ...(head ? { head } : {}),
      ...(head && this.next !== null ? { next: { track: this.next } } : {}),
      wants,
      holds: this.holdings(),
    });
  }
}

/** Whether something is wanted that was not asked for: it had been held, and was dropped. */
function reachesBack(asked: readonly Want[], wants: readonly Want[]): boolean {
  return wants.some(
    (want) =>
      want.from < want.until &&
      !asked.some(
        ({ track, variant, from, until }) =>
          track === want.track &&
          variant === want.variant &&
          from <= want.from &&
          want.from < until,
      ),
  );
}

/** What stands by needs: nothing of it is urgent. @param ahead frames that it may hold */
export function standbyNeed(
  { track, variant }: Intention,
  rendition: ReadyRendition | undefined,
  from: number,
  ahead: number,
): LaneNeed {
  const end = rendition?.exact ? rendition.frames : limits.framesMax;
  const key = rendition?.key ?? null;
  return { track, variant, key, from, end, urgentFrames: 0, aheadFrames: ahead };
}

/** What a lane needs. @param from frames @param ahead frames that it may hold, or null for a lane that only
 *  stands in and needs no more than its first seconds */
export function laneNeed(
  { track, variant, rate }: Intention,
  rendition: ReadyRendition | undefined,
  from: number,
  ahead: number | null,
): LaneNeed {
  const urgentFrames = Math.round(urgentSeconds * rate);
  const aheadFrames = ahead ?? urgentFrames;
  const end = rendition?.exact ? rendition.frames : limits.framesMax;
  return { track, variant, key: rendition?.key ?? null, from, end, urgentFrames, aheadFrames };
}
