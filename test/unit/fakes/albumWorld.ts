/** A world with an album, for tests of the host. */
import { handClock } from "./handClock.ts";
import { fakeWorld, type FakeWorld } from "./hostPorts.ts";
import { hostRig, readyOf, type HostRig } from "./hostRig.ts";

/** The variant that is heard. */
export const warm = "warm@80";

/** An album of `a`, `b` and `c`, 25 s each, each louder than the one before. */
export function albumWorld(): FakeWorld {
  const world = fakeWorld(handClock());
  ["a", "b", "c"].forEach((id, at) => {
    world.tracks.set(id, { signature: "1", totalFrames: 2500, rate: 100, channels: 2 });
    world.loudness.set(id, -26 + 5 * at);
  });
  world.album = ["a", "b", "c"];
  return world;
}

/** Opens a track, waits, and gives it back. @returns its key */
export function look(rig: HostRig, track: string): string {
  const { said, end } = rig.open(warm, track);
  rig.pass(150);
  end();
  return readyOf(said, warm).key;
}

/** A world whose album was analysed whole by a host before. */
export function knownWorld(): FakeWorld {
  const world = albumWorld();
  const rig = hostRig({}, world);
  for (const track of ["a", "b", "c"]) look(rig, track);
  rig.host.stop(() => undefined);
  rig.pass(5);
  return world;
}
