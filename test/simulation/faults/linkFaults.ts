/** Faults of the connection between a player and the host. */
import { simulatedPageWorkerConfig } from "../simulatedConfig.ts";
import { faultKind, instant, nothingElse, onlyPlayer } from "./faultKind.ts";

export const linkFaults = [
  /** everything under way is lost, both ends hear of it */
  faultKind({
    type: "cut",
    weight: 2,
    draw: onlyPlayer,
    lastsMs: instant,
    strike: ({ network, players }, { player }) => network.cut(players[player]!.workerRealm),
  }),
  /** no bytes any more, and no close either */
  faultKind({
    type: "halfOpen",
    weight: 1,
    draw: onlyPlayer,
    lastsMs: () => simulatedPageWorkerConfig.silenceMaxMs,
    strike: ({ network, players }, { player }) => network.halfOpen(players[player]!.workerRealm),
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
