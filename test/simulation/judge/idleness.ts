/** Idleness: for whoever has paused nothing more is made than what he lacks where he is, and that is soon
 *  there: work that goes on is done for nobody. */
import type { Host } from "#engine/actors/hostApi.ts";
import type { PlayerRun } from "../playerRun.ts";
import type { World } from "../world/world.ts";
import type { Docket } from "./docket.ts";
import { calmSeconds } from "./ear.ts";

/** ms after the last command within which everything that it takes has been made, but for analyses, one of which may have
 *  to wait for another */
const restingMs = 5000;
const analysesMax = 2;

/** @param calm `disturbedMs`: when the last fault was over; `analysisMs`: what an analysis takes at most */
export function inspectIdleness(
  world: World,
  docket: Docket,
  host: Host,
  players: readonly PlayerRun[],
  calm: { readonly disturbedMs: number; readonly analysisMs?: number },
): void {
  const { disturbedMs, analysisMs = 0 } = calm;
  if (world.now - disturbedMs <= calmSeconds * 1000) return;
  for (const { listener } of players) {
    const sinceMs = Math.max(listener.lastCommandMs, listener.wishSinceMs);
    if (listener.isPlaying || world.now - sinceMs <= restingMs + analysesMax * analysisMs) return;
  }
  const { queueDepth, running } = host.figures();
  const waiting = Object.values(queueDepth).reduce((sum, depth) => sum + depth, 0);
  if (running + waiting > 0)
    docket.accuse("vain", `${running} renders run and ${waiting} wait, and nobody listens`);
}
