/** Faults of a player's AudioContext. */
import { faultKind, instant, onlyPlayer } from "./faultKind.ts";

export const outputFaults = [
  /** the browser closes the context, or its device disappears */
  faultKind({
    type: "closeOutput",
    weight: 1,
    draw: onlyPlayer,
    lastsMs: instant,
    strike: ({ players }, { player }) => players[player]!.closeOutput(),
  }),
  /** the context says that it runs, but its clock stands still */
  faultKind({
    type: "freezeOutput",
    weight: 1,
    draw: onlyPlayer,
    lastsMs: () => 2000,
    strike: ({ players }, { player }) => players[player]!.freezeOutput(),
  }),
  /** the system takes the audio device away for a while */
  faultKind({
    type: "interrupt",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(20, 3000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ players }, { player, forMs }) => players[player]!.interrupt(forMs),
  }),
] as const;
