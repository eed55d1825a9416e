import type { TapeClock } from "#engine/actors/tape/rootTape.ts";
import { clock } from "./clock.ts";

/** The clock of this window or worker as a tape has it: µs are enough, and shorter to write. */
export const tapeClock: TapeClock = {
  now: () => Math.round(clock.now() * 1000) / 1000,
  originMs: Math.round(performance.timeOrigin * 1000) / 1000,
};
