/** What the host makes ready before it is asked: for whom, how much, and who comes first. */
import { describe, expect, it } from "vitest";
import type { Demand } from "#engine/protocol/clientMessages.ts";
import { handClock } from "../fakes/handClock.ts";
import { fakeWorld } from "../fakes/hostPorts.ts";
import { hostRig, type HostRig } from "../fakes/hostRig.ts";
import type { FakePlayer } from "../fakes/fakePlayer.ts";

/** Tracks `a`, `b` and `c` of 100 s: ten segments of 4000 bytes each. */
function rigOf(config: Parameters<typeof hostRig>[0] = {}, slots = 2): HostRig {
  const world = fakeWorld(handClock());
  world.slots = slots;
  const rig = hostRig({ warmBytes: 400_000, diskBytes: 400_000, ...config }, world);
  for (const id of ["a", "b", "c"])
    rig.world.tracks.set(id, { signature: "1", totalFrames: 10_000, rate: 100, channels: 2 });
  return rig;
}

/** Says where the listener is; wants nothing else, as if all of it were held. */
function listen(player: FakePlayer, frame = 0, more: Partial<Demand> = {}, track = "a"): void {
  const want = { track, from: frame, until: frame };
  const wants = [
    { ...want, variant: "warm@80" },
    { ...want, variant: "original" },
  ];
  player.want(wants, { head: { track, variant: "warm@80", frame }, ...more });
}

const keyOf = (player: FakePlayer, variant: string, track = "a"): string => {
  const ready = player
    .all("rendition")
    .findLast((each) => each.track === track && each.variant === variant);
  return ready?.status === "ready" ? ready.key : `${variant} is not ready`;
};
const segmentsOf = ({ world }: HostRig, key: string): readonly number[] =>
  world.rendered.filter((id) => id.startsWith(key)).map((id) => Number(id.split("/")[1]));
const sorted = (segments: readonly number[]) => segments.toSorted((a, b) => a - b);

describe("what surrounds the playhead", () => {
  it("is made on both sides of A/B, nearest first, and each segment once", () => {
    const rig = rigOf();
    const player = rig.join();
    listen(player);
    rig.pass(400);
    const enhanced = segmentsOf(rig, keyOf(player, "warm@80"));
    expect(enhanced).toEqual([0, 1, 2, 3]);
    expect(sorted(segmentsOf(rig, keyOf(player, "original")))).toEqual([0, 1, 2, 3]);
    expect(new Set(rig.world.rendered).size).toBe(rig.world.rendered.length);
    expect(player.slices).toEqual([]);
    // nobody had asked: neither a hit nor a miss
    expect(Object.values(rig.host.figures().hits).reduce((sum, each) => sum + each)).toBe(0);
  });

  it("is there when it is asked for", () => {
    const rig = rigOf();
    const player = rig.join();
    listen(player);
    rig.pass(400);
    const before = rig.world.rendered.length;
    player.want([{ variant: "original", from: 1000, until: 2000 }]);
    rig.pass(2);
    expect(player.slices.length).toBeGreaterThan(0);
    expect(rig.world.rendered.length).toBe(before);
    expect(rig.host.figures().hits).toMatchObject({ MISS: 0 });
  });

  it("grows to the whole track, as it is heard, after five seconds of play", () => {
    const rig = rigOf();
    const player = rig.join();
    listen(player);
    rig.pass(5000);
    const key = keyOf(player, "warm@80");
    rig.pass(200);
    expect(segmentsOf(rig, key)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(segmentsOf(rig, keyOf(player, "original"))).toHaveLength(4);
  });

  it("begins anew where the listener seeks to, and the rest of the track waits for five seconds more", () => {
    const rig = rigOf();
    const player = rig.join();
    listen(player);
    rig.pass(4000);
    listen(player, 9000);
    rig.pass(2000);
    expect(sorted(segmentsOf(rig, keyOf(player, "warm@80")))).toEqual([0, 1, 2, 3, 6, 7, 8, 9]);
    rig.pass(4000);
    expect(segmentsOf(rig, keyOf(player, "warm@80"))).toHaveLength(10);
  });

  it("is looked at for a preset that was listened to a moment ago, too, and a minute later no more", () => {
    const rig = rigOf({
      silenceMs: 1e6,
      warming: { aroundSeconds: 0, spreadMs: 1e6, warmShare: 0.5 },
    });
    const player = rig.join();
    listen(player);
    rig.pass(300);
    const other = (variant: string, frame: number) =>
      player.want(
        [
          { variant, from: frame, until: frame },
          { variant: "original", from: frame, until: frame },
        ],
        { head: { track: "a", variant, frame } },
      );
    other("bright@80", 50);
    rig.pass(300);
    other("bright@80", 2050);
    rig.pass(300);
    const warm = keyOf(player, "warm@80");
    expect(segmentsOf(rig, warm)).toEqual([0, 2]);
    rig.pass(61_000 - 900);
    other("bright@80", 5050);
    rig.pass(300);
    expect(segmentsOf(rig, warm)).toEqual([0, 2]);
    expect(segmentsOf(rig, keyOf(player, "bright@80"))).toEqual([0, 2, 5]);
  });
});

describe("a listener who pauses or leaves", () => {
  it("has nothing made any more, and what runs for him is cancelled; play goes on with it", () => {
    const rig = rigOf();
    rig.world.holdRenders = true;
    const player = rig.join();
    listen(player);
    rig.pass(100);
    expect(rig.world.running.size).toBe(1);
    listen(player, 0, { playing: false });
    rig.pass(1);
    expect(rig.world.running.size).toBe(0);
    expect(rig.host.figures()).toMatchObject({ running: 0, queueDepth: { low: 0 } });
    const before = rig.world.rendered.length;
    rig.pass(6000);
    expect(rig.world.rendered.length).toBe(before);
    rig.world.holdRenders = false;
    listen(player, 0);
    rig.pass(200);
    expect(rig.world.rendered.length).toBeGreaterThan(before);
  });

  it("by a pause, a demand that is withdrawn, or the end of his socket: all the same", () => {
    for (const leave of [
      (player: FakePlayer) => listen(player, 0, { playing: false }),
      (player: FakePlayer) => player.want([]),
      (player: FakePlayer) => player.say({ type: "cancel", demand: 99 }),
      (player: FakePlayer) => player.report({ type: "closed", code: 1006, reason: "gone" }),
    ]) {
      const rig = rigOf();
      rig.world.holdRenders = true;
      const player = rig.join();
      listen(player, 0, { next: { track: "b" } });
      rig.pass(100);
      expect(rig.world.running.size).toBe(1);
      leave(player);
      rig.pass(1);
      expect(rig.world.running.size).toBe(0);
      expect(rig.host.figures().queueDepth).toMatchObject({ low: 0, background: 0 });
    }
  });
});

describe("the track that follows", () => {
  it("is decoded and analysed, and its first segments are made", () => {
    const rig = rigOf();
    const player = rig.join();
    listen(player, 0, { next: { track: "b" } });
    rig.pass(200);
    listen(player, 20, { next: { track: "b" } });
    rig.pass(400);
    expect(rig.world.calls.decode).toBe(2);
    expect(rig.world.calls.analyse).toBe(2);
    const before = new Set(rig.world.rendered);
    player.want([{ track: "b", variant: "warm@80", from: 0, until: 500 }]);
    rig.pass(1);
    expect(player.slices.length).toBeGreaterThan(0);
    const key = keyOf(player, "warm@80", "b");
    expect([0, 1, 2].map((segment) => before.has(`${key}/${segment}`))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("is not opened while the one that is wanted is being decoded or analysed", () => {
    const rig = rigOf();
    rig.world.decodeSpeed = 10;
    const player = rig.join();
    for (let at = 0; at < 10; at++) {
      listen(player, 0, { next: { track: "b" } });
      rig.pass(100);
      expect(rig.host.figures().openTracks).toBe(1);
    }
  });

  it("gives way when somebody waits for another, and when it is not to follow any more", () => {
    const rig = rigOf();
    const player = rig.join();
    listen(player);
    rig.pass(200);
    rig.world.decodeSpeed = 10;
    listen(player, 20, { next: { track: "b" } });
    rig.pass(20);
    expect(rig.host.figures().openTracks).toBe(2);
    const other = rig.join();
    other.want([{ track: "c", until: 100 }]);
    rig.pass(1);
    // `b` was given up for `c`, and is not begun again before `c` is ready
    expect(rig.host.figures().openTracks).toBe(2);
    listen(player, 40, { next: { track: "b" } });
    rig.pass(20);
    expect(rig.host.figures().openTracks).toBe(2);
    rig.pass(1200);
    listen(player, 60, { next: { track: "b" } });
    rig.pass(20);
    expect(rig.host.figures().openTracks).toBe(3);
    listen(player, 80);
    rig.pass(20);
    expect(rig.host.figures().openTracks).toBe(2);
  });

  it("of one listener does not drive out that of another", () => {
    const rig = rigOf();
    rig.world.tracks.set("d", { signature: "1", totalFrames: 10_000, rate: 100, channels: 2 });
    const [one, other] = [rig.join(), rig.join()];
    listen(one);
    listen(other, 0, {}, "c");
    rig.pass(400);
    rig.world.decodeSpeed = 100;
    listen(one, 20, { next: { track: "b" } });
    listen(other, 20, { next: { track: "d" } }, "c");
    rig.pass(10);
    expect(rig.host.figures().openTracks).toBe(4);
    rig.pass(300);
    expect(rig.world.calls).toMatchObject({ decode: 4, analyse: 4 });
  });

  it("that cannot be read is left alone", () => {
    const rig = rigOf();
    const player = rig.join();
    rig.world.tracks.delete("b");
    for (let at = 0; at < 8; at++) {
      listen(player, at * 10, { next: { track: "b" } });
      rig.pass(100);
    }
    expect(player.all("fault")).toEqual([]);
    expect(rig.host.figures().openTracks).toBe(1);
  });
});

describe("what is made ahead", () => {
  it("takes no more memory than its share when the disk does not keep it, and is not made in circles", () => {
    const rig = rigOf({ warmBytes: 40_000 });
    rig.world.writeFault = { code: "disk-full", detail: "full", retryable: true };
    const player = rig.join();
    for (let at = 0; at < 40; at++) {
      listen(player, at * 20);
      rig.pass(200);
    }
    expect(rig.world.rendered.length).toBeLessThanOrEqual(5);
    expect(new Set(rig.world.rendered).size).toBe(rig.world.rendered.length);
  });

  it("goes on when the disk keeps it", () => {
    const rig = rigOf({ warmBytes: 40_000 });
    const player = rig.join();
    for (let at = 0; at < 40; at++) {
      listen(player, at * 20);
      rig.pass(200);
    }
    expect(segmentsOf(rig, keyOf(player, "warm@80"))).toHaveLength(10);
    expect(new Set(rig.world.rendered).size).toBe(rig.world.rendered.length);
  });

  it("gives its place to what somebody waits for, with one worker as with several", () => {
    const rig = rigOf({}, 1);
    const player = rig.join();
    listen(player, 0);
    rig.pass(40);
    rig.world.holdRenders = true;
    rig.pass(60);
    const held = [...rig.world.running.keys()][0]!;
    const other = rig.join();
    other.want([{ track: "a", from: 7000, until: 7100 }]);
    rig.pass(5);
    expect([...rig.world.running.keys()]).not.toContain(held);
    expect(other.slices.length).toBeGreaterThan(0);
  });

  it("gives up its place in a line that is full", () => {
    const rig = rigOf({ queueMax: 2 }, 1);
    const player = rig.join();
    listen(player, 0);
    rig.pass(40);
    rig.world.holdRenders = true;
    rig.pass(60);
    const other = rig.join();
    other.want([{ track: "a", from: 7000, until: 7100 }]);
    rig.pass(5);
    expect(other.all("fault")).toEqual([]);
    expect(other.slices.length).toBeGreaterThan(0);
  });
});
