/** Lane needs: what each lane wants of the host, most important first, and behind all of them the other side of A/B. */
import type { LaneNeed } from "../../machines/planDemand.ts";
import { laneNeed, standbyNeed } from "./demander.ts";
import type { Lanes } from "./lanes.ts";
import type { StandbyActor } from "./standbyActor.ts";
import type { Supply } from "./supply.ts";
import type { WindowKeeper } from "./windowKeeper.ts";

export function laneNeeds(
  lanes: Lanes,
  supply: Supply,
  keeper: WindowKeeper,
  standby: StandbyActor,
): readonly LaneNeed[] {
  const wanted = lanes.surroundings();
  const places = lanes.places();
  const reaches = keeper.reach(places);
  const needs = wanted.map((intention, at) => {
    const isStandIn = at > 0 && intention.generation === wanted[0]!.generation;
    const ahead = isStandIn ? null : reaches[at]!.ahead;
    return laneNeed(intention, supply.ready(intention), lanes.position(intention), ahead);
  });
  const heard = lanes.isSettled ? places[0]! : null;
  const isFilling = standby.isFilling(heard, reaches[0]?.ahead ?? 0);
  const [other] = lanes.standbys();
  if (isFilling && other) {
    const { intention, place } = other;
    const { ahead } = reaches[wanted.length]!;
    needs.push(standbyNeed(intention, supply.ready(intention), place.at, ahead));
  }
  return needs;
}
