/** The catalogue port over the simulated library. What has changed is told a little later. */
import type { Catalogue } from "#engine/ports/catalogue.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import type { SimulatedLibrary } from "./simulatedLibrary.ts";
import { simulatedTracks } from "./tracks.ts";

/** ms between a change and the word of it */
const tellingMs = 250;

export function simulatedCatalogue(
  world: World,
  realm: Realm,
  library: SimulatedLibrary,
): Catalogue {
  const random = realm.random.fork("catalogue");
  return {
    find: (id) => library.find(id),
    check: ({ track: id }, emit) => {
      const answer = (): void => {
        const track = simulatedTracks.find((one) => one.id === id);
        const found = track ? library.check(track) : fault("track-unknown", `no track ${id}`);
        if ("code" in found) emit({ type: "failed", fault: found });
        else emit({ type: "found", source: found });
      };
      const delayMs = random.between(0.2, 6);
      const event = world.schedule(delayMs, `${realm.name}.catalogue.check`, answer, realm);
      return () => world.cancel(event);
    },
    watch: (emit) => {
      let isTelling = false;
      let isOver = false;
      library.changed = () => {
        if (isTelling || isOver) return;
        isTelling = true;
        const tell = (): void => {
          isTelling = false;
          if (!isOver) emit(library.revision);
        };
        world.schedule(tellingMs, `${realm.name}.catalogue.news`, tell, realm);
      };
      return () => {
        isOver = true;
      };
    },
  };
}
