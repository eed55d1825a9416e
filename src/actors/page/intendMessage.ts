import type { PageCommand, PageReport } from "../../protocol/pageMessages.ts";
import { standsIn, type PlayerContext, type PlayerEvent } from "../../machines/playerContext.ts";

/** What names a generation that is the newest from then on. */
export type Intending = Extract<PageCommand, { type: "page/intend" | "page/succeed" }>;

/** The newest intention as the page worker hears it; undefined while there is no output or target.
 *  @param hurried it came right behind another click */
export function intendMessage(
  context: PlayerContext,
  hurried: boolean,
): Extract<PageCommand, { type: "page/intend" }> | undefined {
  const { generation, target, rate, counterpart, chosen } = context;
  if (!target || rate === null) return undefined;
  return {
    type: "page/intend",
    generation,
    track: target.track,
    variant: target.variant,
    // while the original stands in, the other side is what the listener chose
    counterpart: target.variant === chosen ? counterpart : chosen,
    rate,
    start: target.frame,
    alignTo: target.alignTo,
    standsIn: standsIn(context),
    hurried,
  };
}

/** What the page worker says of an intention, as the player hears it. */
export function supplyEvent(report: Extract<PageReport, { type: "supply/state" }>): PlayerEvent {
  const { generation, phase, waitsFor } = report;
  if (phase === "prepared") return { type: "supply.prepared", generation };
  if (phase === "outdated") return { type: "supply.outdated", generation };
  return { type: "supply.waiting", generation, waitsFor };
}
