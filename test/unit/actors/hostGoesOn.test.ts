/** What becomes of a render that nobody waits for any more. */
import { expect, it } from "vitest";
import { handClock } from "../fakes/handClock.ts";
import { fakeWorld, testConfig } from "../fakes/hostPorts.ts";
import { hostRig, readyOf } from "../fakes/hostRig.ts";

/** A listener of a track of ten segments whose enhanced variant is known; renders do not end by themselves. */
function listening() {
  const world = fakeWorld(handClock());
  world.slots = 2;
  // nothing is made ahead but where he is
  const warming = { ...testConfig.warming, aroundSeconds: 0, spreadMs: 1e6 };
  const rig = hostRig({ warming }, world);
  world.tracks.set("a", { signature: "1", totalFrames: 10_000, rate: 100, channels: 2 });
  const player = rig.join();
  const seek = (segment: number, variant = "warm@80", playing = true): void => {
    const frame = segment * 1000;
    const head = { track: "a", variant, frame };
    player.want([{ variant, from: frame, until: frame + 900 }], { playing, head });
    rig.pass(1);
  };
  seek(0);
  rig.pass(300);
  seek(0, "warm@80", false);
  rig.pass(1000);
  world.holdRenders = true;
  const running = (): readonly number[] =>
    [...world.running.keys()].map((id) => Number(id.split("/")[1])).toSorted((a, b) => a - b);
  return { rig, world, player, seek, running };
}

it("goes on while its listener plays and nobody needs its place, and gives way then", () => {
  const { seek, running } = listening();
  seek(3);
  expect(running()).toContain(3);
  seek(6);
  expect(running()).toEqual([3, 6]);
  seek(8);
  expect(running()).toEqual([3, 8]);
});

it("is found by who comes back to it, and is not begun anew", () => {
  const { seek, running, world, rig } = listening();
  seek(3);
  seek(6);
  const before = world.rendered.length;
  seek(3);
  expect(running()).toEqual([3, 6]);
  expect(world.rendered.length).toBe(before);
  expect(rig.host.figures().jobs.stopped).toBe(0);
});

it("is cancelled when its listener has paused", () => {
  const { seek, running } = listening();
  seek(3, "warm@80", false);
  expect(running()).toEqual([3]);
  seek(6, "warm@80", false);
  expect(running()).toEqual([6]);
});

it("is cancelled when it is an original, which is read again as soon", () => {
  const { seek, player, world } = listening();
  seek(3, "original");
  const { key } = readyOf(player.all("rendition"), "original");
  expect(world.running.has(`${key}/3`)).toBe(true);
  seek(6, "original");
  expect(world.running.has(`${key}/3`)).toBe(false);
});
