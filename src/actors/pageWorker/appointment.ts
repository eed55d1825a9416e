import type { PageCommand } from "../../protocol/pageMessages.ts";
import type { PreloaderEvent } from "../../machines/preloader.machine.ts";

/** What the page says of the next track, as the preloader hears it. */
export function appointment({
  generation,
  succession,
}: Extract<PageCommand, { type: "page/succeed" }>): PreloaderEvent {
  const rest = { start: 0, alignTo: null, standsIn: false, hurried: false } as const;
  return {
    type: "succession.appoint",
    generation,
    succession: succession && { ...succession, ...rest, generation },
  };
}
