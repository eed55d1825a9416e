/** Idleness: for whoever has paused nothing more is made than what he lacks where he is, and that is soon
 *  there: work that goes on is done for nobody. And whoever listens in peace lacks nothing at once: what
 *  waits as if he did keeps others waiting. */
import type { Host } from "#engine/actors/hostApi.ts";
import type { PlayerRun } from "../playerRun.ts";
import type { World } from "../world/world.ts";
import { framesAt, simulatedTracks } from "../ports/tracks.ts";
import type { Docket } from "./docket.ts";
import { calmSeconds } from "./ear.ts";

/** ms after the last command within which everything that it takes has been made */
const restingMs = 5000;

/** seconds at either end of a track at which the next one may be needed at once */
const endSeconds = 4;

/** @param disturbedMs when the last fault was over */
export function inspectIdleness(
  world: World,
  docket: Docket,
  host: Host,
  players: readonly PlayerRun[],
  disturbedMs: number,
): void {
  if (world.now - disturbedMs <= calmSeconds * 1000) return;
  const rest = ({ listener }: PlayerRun) =>
    world.now - Math.max(listener.lastCommandMs, listener.wishSinceMs) > restingMs;
  if (!players.every(rest)) return;
  const { queueDepth, running } = host.figures();
  if (queueDepth.critical > 0 && players.every((player) => hearsOn(player)))
    docket.accuse(
      "urgency",
      `${queueDepth.critical} renders are urgent, and nobody lacks anything`,
    );
  if (players.some(({ listener }) => listener.isPlaying)) return;
  const waiting = Object.values(queueDepth).reduce((sum, depth) => sum + depth, 0);
  if (running + waiting > 0)
    docket.accuse("vain", `${running} renders run and ${waiting} wait, and nobody listens`);
}

/** Whether somebody is in the midst of a track, undisturbed, or has paused. */
function hearsOn({ listener, ear }: PlayerRun): boolean {
  if (!listener.isPlaying) return true;
  const { voice, rate } = ear;
  if (!voice || !ear.isCalm()) return false;
  const seconds = voice.frame / rate;
  const left = framesAt(simulatedTracks[voice.track]!, rate) / rate - seconds;
  return seconds > endSeconds && left > endSeconds;
}
