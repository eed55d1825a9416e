/** Who may use the decoder when a listener skips through a list. */
import { expect, it } from "vitest";
import { coverOf, hostRig } from "../fakes/hostRig.ts";

function rigOfTwo() {
  const rig = hostRig();
  rig.world.tracks.set("b", { signature: "1", totalFrames: 2500, rate: 100, channels: 2 });
  rig.world.decodeSpeed = 2;
  return rig;
}

it("INTENT-8 a track that was skipped while it was decoded gives way to the next one", () => {
  const rig = rigOfTwo();
  const player = rig.join();
  player.want([{ track: "a", until: 100 }]);
  rig.pass(20);
  player.want([{ track: "b", until: 100 }]);
  rig.pass(5);
  expect(rig.host.figures().openTracks).toBe(1);
  rig.pass(100);
  expect(coverOf(player.slices, player.slices.at(-1)!.key)).toEqual([[0, 100]]);
});

it("one that is ready stays open for a while, and so does one that somebody else uses", () => {
  const rig = rigOfTwo();
  rig.world.decodeSpeed = 1000;
  const player = rig.join();
  player.want([{ track: "a", variant: "warm@80", until: 100 }]);
  rig.pass(200);
  player.want([{ track: "b", until: 100 }]);
  rig.pass(5);
  expect(rig.host.figures().openTracks).toBe(2);
  rig.world.tracks.set("c", { signature: "1", totalFrames: 2500, rate: 100, channels: 2 });
  rig.world.decodeSpeed = 2;
  const other = rig.join();
  other.want([{ track: "c", until: 100 }]);
  player.want([{ track: "c", until: 100 }]);
  rig.pass(5);
  other.want([{ track: "b", until: 100 }]);
  rig.pass(50);
  expect(rig.host.figures().openTracks).toBe(3);
});

it("when nobody waits for anything else, what was begun is finished", () => {
  const rig = rigOfTwo();
  const player = rig.join();
  player.want([{ track: "a", variant: "warm@80", until: 100 }]);
  rig.pass(20);
  player.want([]);
  rig.pass(2000);
  player.want([{ track: "a", variant: "warm@80", until: 100 }]);
  rig.pass(40);
  expect(rig.world.calls.decode).toBe(1);
});
