/** The catalogue port over the simulated library; nothing in it changes by itself. */
import type { Catalogue } from "#engine/ports/catalogue.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { simulatedTracks, sourceOf } from "./tracks.ts";

export function simulatedCatalogue(world: World, realm: Realm): Catalogue {
  const random = realm.random.fork("catalogue");
  const find: Catalogue["find"] = (id) => {
    const track = simulatedTracks.find((one) => one.id === id);
    return track && sourceOf(track);
  };
  return {
    find,
    check: ({ track }, emit) => {
      const answer = (): void => {
        const source = find(track);
        if (source) emit({ type: "found", source });
        else emit({ type: "failed", fault: fault("track-unknown", `there is no track ${track}`) });
      };
      const event = world.schedule(
        random.between(0.2, 6),
        `${realm.name}.catalogue.check`,
        answer,
        realm,
      );
      return () => world.cancel(event);
    },
    watch: () => () => undefined,
  };
}
