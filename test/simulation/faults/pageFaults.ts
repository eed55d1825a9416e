/** Faults of a page and of the machine that it runs on. */
import { faultKind, instant, onlyPlayer, unheard, type Levers } from "./faultKind.ts";

type Where = { readonly player: number; readonly forMs: number };
const lastsMs = ({ forMs }: Where): number => forMs;

function block(realm: "pageRealm" | "workerRealm") {
  return ({ players, world }: Levers, { player, forMs }: Where): void =>
    players[player]!.life[realm].block(world.now, forMs);
}

export const pageFaults = [
  /** the page is loaded anew in the middle of what it did; nothing was said to anybody */
  faultKind({
    type: "reload",
    weight: 1,
    draw: (random, player) => ({
      player,
      forMs: random.between(100, 2000),
      isTold: random.chance(0.5),
    }),
    lastsMs,
    strike: ({ players }, { player, forMs, isTold }) => players[player]!.vanish(isTold, forMs),
  }),
  /** the same, and the new page finds what the old one kept. Only named scenarios have it: their listener looks
   *  where it stands before he goes on */
  faultKind({
    type: "reloadKept",
    weight: 0,
    draw: (random, player) => ({ player, forMs: random.between(100, 2000) }),
    lastsMs,
    strike: ({ players }, { player, forMs }) => {
      players[player]!.keep();
      players[player]!.vanish(true, forMs);
    },
  }),
  /** the tab is gone, nobody was told, and it does not come back */
  faultKind({
    type: "closeTab",
    weight: 0.25,
    draw: onlyPlayer,
    lastsMs: instant,
    strike: ({ players }, { player }) => players[player]!.vanish(false, null),
  }),
  /** the page's main thread is busy with something else; worker and mixer are not */
  faultKind({
    type: "blockPage",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(50, 1000) }),
    lastsMs: unheard,
    strike: block("pageRealm"),
  }),
  /** others take the memory of the player's machine for a while: his page holds less, and the music goes on */
  faultKind({
    type: "pageMemoryShort",
    weight: 2,
    draw: (random, player) => ({
      player,
      level: random.pick(["tight", "critical"] as const),
      forMs: random.between(500, 30_000),
    }),
    lastsMs: unheard,
    strike: ({ players }, { player, level, forMs }) => players[player]!.memory.press(level, forMs),
  }),
  /** the page worker is busy with something else; the mixer has enough for that */
  faultKind({
    type: "blockWorker",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(20, 300) }),
    lastsMs: unheard,
    strike: block("workerRealm"),
  }),
  /** the tab is hidden: timers of the page fire once a second, messages, worker and mixer as ever */
  faultKind({
    type: "hideTab",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(2000, 120_000) }),
    lastsMs: unheard,
    strike: ({ players, world }, { player, forMs }) => {
      const { pageRealm } = players[player]!;
      pageRealm.timerGridMs = 1000;
      world.schedule(forMs, "tab.shown", () => {
        pageRealm.timerGridMs = null;
      });
    },
  }),
  /** the player's machine sleeps: all of it stands still, and its timers are late at once */
  faultKind({
    type: "sleep",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(1000, 20_000) }),
    lastsMs,
    strike: ({ players, world }, { player, forMs }) => {
      for (const realm of players[player]!.life.realms) realm.block(world.now, forMs);
    },
  }),
] as const;
