/** The catalogue port over the simulated library. What has changed is told a little later. Now and then the
 *  watch of a file is lost: then a change is noticed at the next look only. */
import type { Catalogue } from "#engine/ports/catalogue.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import type { SimulatedLibrary } from "./simulatedLibrary.ts";
import { simulatedTracks, type SimulatedTrack } from "./tracks.ts";

/** ms between a change and the word of it */
const tellingMs = 250;
/** ms from a change until a file that is watched has been quiet, and that was seen */
const noticingMs = [1000, 3300] as const;
/** share of the watches that are lost */
const lostShare = 0.25;

export function simulatedCatalogue(
  world: World,
  realm: Realm,
  library: SimulatedLibrary,
): Catalogue {
  const random = realm.random.fork("catalogue");
  const watches = realm.random.fork("catalogue.follow");
  return {
    find: (id) => library.find(id),
    album: (id) => library.album(id),
    everyTrack: () => library.everyTrack(),
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
    follow: ({ track: id, signature }, emit) => {
      const track = simulatedTracks.find((one) => one.id === id)!;
      if (watches.chance(lostShare)) return () => undefined;
      let isNoticing = false;
      const look = (): void => {
        isNoticing = false;
        if (!library.followers.has(note)) return;
        const found = library.check(track);
        if (!("code" in found) && found.signature === signature) return;
        library.followers.delete(note);
        if ("code" in found) emit({ type: "failed", fault: found });
        else emit({ type: "found", source: found });
      };
      const note = (changed: SimulatedTrack): void => {
        if (!realm.isAlive) library.followers.delete(note);
        if (changed !== track || isNoticing) return;
        isNoticing = true;
        const delayMs = watches.between(...noticingMs);
        world.schedule(delayMs, `${realm.name}.catalogue.follow`, look, realm);
      };
      library.followers.add(note);
      return () => library.followers.delete(note);
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
