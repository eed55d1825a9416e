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

it("the track that follows for one listener gives way to what another means, and is taken again behind it", () => {
  const rig = rigOfTwo();
  rig.world.tracks.set("c", { signature: "1", totalFrames: 2500, rate: 100, channels: 2 });
  rig.world.decodeSpeed = 1000;
  const player = rig.join();
  const head = { track: "a", variant: "original", frame: 0 } as const;
  player.want([{ track: "a", until: 100 }], { head });
  rig.pass(50);
  rig.world.decodeSpeed = 2;
  const wants = [
    { track: "a", until: 100 },
    { track: "b", until: 100 },
  ];
  player.want(wants, { head, next: { track: "b" } });
  rig.pass(20);
  const other = rig.join();
  other.want([{ track: "c", until: 100 }]);
  rig.pass(5);
  expect(rig.host.figures().openTracks, "a and c").toBe(2);
  rig.pass(2000);
  expect(coverOf(other.slices)).toEqual([[0, 100]]);
  const ready = player.all("rendition").findLast((each) => each.track === "b")!;
  expect(ready.status).toBe("ready");
  // it is what is meant now: nobody is sent away for anybody
  const meant = { head: { track: "b", variant: "original", frame: 0 } } as const;
  player.want([{ track: "b", until: 100 }], meant);
  rig.pass(50);
  expect(rig.world.calls.decode, "a, b twice, c").toBe(4);
});

it("a track that has begun to be meant while it is prepared gives way to nobody", () => {
  const rig = rigOfTwo();
  rig.world.tracks.set("c", { signature: "1", totalFrames: 2500, rate: 100, channels: 2 });
  const player = rig.join();
  const wants = [{ track: "b", until: 100 }];
  player.want(wants, { next: { track: "b" } });
  rig.pass(20);
  player.want(wants, { head: { track: "b", variant: "original", frame: 0 } });
  rig.join().want([{ track: "c", until: 100 }]);
  rig.pass(5);
  expect(rig.host.figures().openTracks).toBe(2);
});
