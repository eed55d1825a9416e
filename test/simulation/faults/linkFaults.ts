/** Faults of the connection between a player and the host. */
import { simulatedPageWorkerConfig } from "../simulatedConfig.ts";
import { faultKind, instant, nothingElse, onlyPlayer } from "./faultKind.ts";

const { silenceMaxMs } = simulatedPageWorkerConfig;
/** bytes that the host may have handed to a socket when it slows down */
const backlogBytes = 12_000;

export const linkFaults = [
  /** everything under way is lost, both ends hear of it */
  faultKind({
    type: "cut",
    weight: 2,
    draw: onlyPlayer,
    lastsMs: instant,
    strike: ({ network, players }, { player }) => network.cut(players[player]!.workerRealm),
  }),
  /** so many more messages get through one way, then the connection is cut: at a boundary between any
   *  two messages, those of one burst among them */
  faultKind({
    type: "cutAfter",
    weight: 1,
    draw: (random, player) => ({
      player,
      way: random.pick(["down", "up"] as const),
      messages: 1 + random.below(30),
    }),
    lastsMs: instant,
    strike: ({ network, players, disturb }, { player, way, messages }) =>
      network.cutAfter(players[player]!.workerRealm, way, messages, () => disturb(0)),
  }),
  /** the player hears of the cut and comes back, the host hears of it much later */
  faultKind({
    type: "cutUnheard",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(50, 10_000) }),
    lastsMs: instant,
    strike: ({ network, players }, { player, forMs }) =>
      network.cut(players[player]!.workerRealm, forMs),
  }),
  /** no bytes any more, and no close either */
  faultKind({
    type: "halfOpen",
    weight: 1,
    draw: onlyPlayer,
    lastsMs: () => silenceMaxMs,
    strike: ({ network, players }, { player }) => network.halfOpen(players[player]!.workerRealm),
  }),
  /** what is sent one way arrives much later: the old socket still talks when the next one is open */
  faultKind({
    type: "hold",
    weight: 1,
    draw: (random, player) => ({
      player,
      way: random.pick(["down", "up"] as const),
      forMs: random.between(1000, 30_000),
    }),
    // whoever hears nothing for longer gives the connection up
    lastsMs: ({ forMs }) => Math.min(forMs, silenceMaxMs),
    strike: ({ network, players }, { player, way, forMs }) =>
      network.hold(players[player]!.workerRealm, way, forMs),
  }),
  /** few bytes per ms get through to a player; what was handed over meanwhile leaves as slowly */
  faultKind({
    type: "slowReader",
    weight: 1,
    draw: (random, player) => ({
      player,
      bytesPerMs: random.between(1, 6),
      forMs: random.between(1000, 12_000),
    }),
    lastsMs: ({ bytesPerMs, forMs }) => forMs + backlogBytes / bytesPerMs,
    strike: ({ network, players }, { player, bytesPerMs, forMs }) =>
      network.slow(players[player]!.workerRealm, bytesPerMs, forMs),
  }),
  /** the connection breaks, and no new one comes about for a while */
  faultKind({
    type: "refuse",
    weight: 1,
    draw: (random, player) => ({ player, forMs: random.between(500, 12_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ network, players }, { player, forMs }) => {
      const { workerRealm } = players[player]!;
      network.refusePlayer(workerRealm, forMs);
      network.cut(workerRealm);
    },
  }),
  /** the connection breaks, and of new ones nothing comes: no refusal, and no greeting, or no answer to it */
  faultKind({
    type: "mute",
    weight: 2,
    draw: (random, player) => ({
      player,
      forMs: random.between(500, 8000),
      opens: random.chance(0.5),
    }),
    // one that was begun just before the end is waited for
    lastsMs: ({ forMs }) => forMs + silenceMaxMs,
    strike: ({ network, players }, { player, forMs, opens }) => {
      const { workerRealm } = players[player]!;
      network.mutePlayer(workerRealm, forMs, opens);
      network.cut(workerRealm);
    },
  }),
  /** the next slice is damaged on its way */
  faultKind({
    type: "garble",
    weight: 1,
    draw: nothingElse,
    lastsMs: instant,
    strike: ({ network, disturb }) => network.garbleNext(() => disturb(0)),
  }),
] as const;
