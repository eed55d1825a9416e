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
  /** another application takes the device, and the system suspends the context before it is given back; or
   *  the other way round, as on a phone that rings while the tab is hidden */
  faultKind({
    type: "interruptThenSuspend",
    weight: 1,
    draw: (random, player) => ({ ...away(random, player), rings: random.chance(0.5) }),
    lastsMs: ({ forMs }) => 2 * forMs,
    strike: ({ players, world }, { player, forMs, rings }) => {
      const { life } = players[player]!;
      const [first, then] = rings
        ? (["suspended", "interrupted"] as const)
        : (["interrupted", "suspended"] as const);
      life.device?.setState(first);
      const label = `${life.pageRealm.name}.output.${then}`;
      world.schedule(forMs, label, () => players[player]!.takeAway(forMs, then), life.pageRealm);
    },
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
  /** what the audio thread says comes late for a while: page and worker have much to do */
  faultKind({
    type: "lateMixer",
    weight: 2,
    draw: (random, player) => ({
      player,
      byMs: random.between(50, 900),
      forMs: random.between(2000, 20_000),
    }),
    lastsMs: ({ byMs, forMs }) => byMs + forMs,
    strike: ({ players, world }, { player, byMs, forMs }) => {
      const { platform } = players[player]!;
      platform.lateMs = byMs;
      world.schedule(forMs, "mixer.prompt", () => {
        platform.lateMs = 0;
      });
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
