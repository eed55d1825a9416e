import type { PageCommand } from "../../protocol/pageMessages.ts";
import type { PlayerContext } from "../../machines/playerContext.ts";

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
    hurried,
  };
}
