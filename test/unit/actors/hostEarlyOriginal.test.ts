/** The first sound of a track that is still being decoded. */
import { expect, it } from "vitest";
import { coverOf, expectTrueSamples, hostRig } from "../fakes/hostRig.ts";

it("an original begins with what is decoded, long before its first segment is", () => {
  const rig = hostRig();
  rig.world.decodeSpeed = 2; // its first segment of 1000 frames takes half a second
  const player = rig.join();
  player.want([{ from: 0, until: 200, lane: "urgent" }]);
  rig.pass(30);
  const [first] = coverOf(player.slices);
  expect(first![0]).toBe(0);
  expect(first![1]).toBeGreaterThanOrEqual(25);
  rig.pass(150);
  expect(coverOf(player.slices)).toEqual([[0, 200]]);
  expectTrueSamples(player.slices);
});

it("the parts make the segment that one job would have made, and it is counted once", () => {
  const rig = hostRig();
  rig.world.decodeSpeed = 2;
  const player = rig.join();
  player.want([{ from: 0, until: 2500 }]);
  rig.pass(2000);
  expect(coverOf(player.slices)).toEqual([[0, 2500]]);
  expectTrueSamples(player.slices);
  expect(rig.host.figures().rendersTotal).toBe(3);
});

it("the last segment waits for the true length: headers lie", () => {
  const rig = hostRig();
  rig.world.decodeSpeed = 2;
  const player = rig.join();
  player.want([{ from: 2000, until: 2500, lane: "urgent" }]);
  rig.pass(1200);
  expect(player.slices).toEqual([]);
  rig.pass(200);
  expect(coverOf(player.slices)).toEqual([[2000, 2500]]);
});

it("a part that waits is given up with its track", () => {
  const rig = hostRig();
  rig.world.decodeSpeed = 2;
  const player = rig.join();
  player.want([{ from: 0, until: 1000 }]);
  rig.pass(60);
  player.want([]);
  rig.pass(60);
  expect(rig.host.figures().running).toBe(0);
  let stopped = false;
  rig.host.stop(() => {
    stopped = true;
  });
  rig.pass(60);
  expect(stopped).toBe(true);
});
