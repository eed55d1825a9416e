/** Faults of a player's AudioContext. */
import type { SeededRandom } from "../world/seededRandom.ts";
import { faultKind, instant, onlyPlayer } from "./faultKind.ts";

const away = (random: SeededRandom, player: number) => ({
  player,
  forMs: random.between(20, 3000),
});

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
    draw: away,
    lastsMs: ({ forMs }) => forMs,
    strike: ({ players }, { player, forMs }) => players[player]!.takeAway(forMs, "interrupted"),
  }),
  /** the browser or the system suspends the context for a while */
  faultKind({
    type: "suspend",
    weight: 1,
    draw: away,
    lastsMs: ({ forMs }) => forMs,
    strike: ({ players }, { player, forMs }) => players[player]!.takeAway(forMs, "suspended"),
  }),
  /** the context does not run when it is asked to: the browser waits for a gesture, which comes late
   *  @property closes the context that runs, so that another is made and asked */
  faultKind({
    type: "lockOutput",
    weight: 1,
    draw: (random, player) => ({
      player,
      forMs: random.between(100, 10_000),
      closes: random.chance(0.5),
    }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ players, world }, { player, forMs, closes }) => {
      const { platform } = players[player]!;
      platform.lockedUntil = Math.max(platform.lockedUntil, world.now + forMs);
      if (closes) players[player]!.closeOutput();
    },
  }),
  /** the context is closed, and the next takes long to come about */
  faultKind({
    type: "slowOutput",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(500, 10_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ players }, { player, forMs }) => {
      players[player]!.platform.slowMs = forMs;
      players[player]!.closeOutput();
    },
  }),
  /** the context is closed, and the next does not come about */
  faultKind({
    type: "failOutput",
    weight: 1,
    draw: onlyPlayer,
    lastsMs: instant,
    strike: ({ players }, { player }) => {
      players[player]!.platform.failures++;
      players[player]!.closeOutput();
    },
  }),
] as const;
