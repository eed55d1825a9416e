/** What the host counts: each count beside the decision that it counts. */
import { describe, expect, it } from "vitest";
import { tiers } from "#engine/protocol/limits.ts";
import { fakeWorld } from "../fakes/hostPorts.ts";
import { handClock } from "../fakes/handClock.ts";
import { hostRig, warm, type HostRig } from "../fakes/hostRig.ts";

const left = (rig: HostRig, tier: string, reason: string): number =>
  rig.host
    .figures()
    .evictions.filter((each) => each.tier === tier && each.reason === reason)
    .reduce((sum, { count }) => sum + count, 0);

const allLeft = (rig: HostRig): number =>
  rig.host.figures().evictions.reduce((sum, { count }) => sum + count, 0);

/** What a host leaves that has made one segment, of which a bit is another now. */
function tornSegment() {
  const world = fakeWorld(handClock());
  const first = hostRig({}, world);
  const { key } = warm(first);
  first.read(key, 0);
  first.pass(50);
  first.host.stop(() => {});
  world.clock.pass(1);
  const path = `segments/${key}/0.seg`;
  const file = world.files.get(path)!;
  world.files.set(path, { ...file, bytes: file.bytes.with(500, file.bytes[500]! ^ 4) });
  return { world, key, file };
}

describe("what left a tier", () => {
  it("for want of room is counted, in memory and on disk", () => {
    const rig = hostRig({ diskBytes: 9000, warmBytes: 9000 });
    const { key } = warm(rig);
    for (const segment of [0, 1, 2]) {
      rig.read(key, segment);
      rig.pass(50);
    }
    expect([left(rig, "L2", "room"), left(rig, "L3", "room")]).toEqual([1, 1]);
    expect(allLeft(rig)).toBe(2);
  });

  it("because it was too old is counted as that", () => {
    const rig = hostRig({ diskDays: 1 });
    const { key } = warm(rig);
    rig.read(key, 0);
    rig.pass(50);
    expect(allLeft(rig)).toBe(0);
    rig.world.clock.pass(25 * 3_600_000);
    expect([left(rig, "L3", "expiry"), allLeft(rig)]).toEqual([1, 1]);
  });

  it("because it was torn is counted as that, and files of somebody else as foreign", () => {
    const { world, key, file } = tornSegment();
    world.files.set("segments/letter.txt", { ...file });
    const second = hostRig({}, world);
    warm(second);
    second.read(key, 0);
    second.pass(30);
    expect([left(second, "L3", "corrupt"), left(second, "L3", "foreign")]).toEqual([1, 1]);
    expect(allLeft(second)).toBe(2);
  });
});

describe("answers", () => {
  it("are counted by where their bytes came from, once, and no count ever falls", () => {
    const { world, key } = tornSegment();
    const second = hostRig({}, world);
    warm(second);
    second.read(key, 0);
    // it is asked for, and the file is being read
    world.clock.pass(0);
    let before = second.host.figures().hits;
    for (let at = 0; at < 50; at++) {
      second.pass(1);
      const now = second.host.figures().hits;
      for (const tier of tiers) expect(now[tier], tier).toBeGreaterThanOrEqual(before[tier]);
      before = now;
    }
    expect([before.L3, before.MISS]).toEqual([0, 1]);
  });
});

describe("renders", () => {
  it("that several wait for are counted once, the others as joined", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    const begun: [string, number][] = [];
    rig.host.onRenderBegun((priority, ms) => begun.push([priority, ms]));
    const before = rig.host.figures();
    for (let n = 0; n < 3; n++) rig.read(key, 0);
    rig.pass(50);
    const now = rig.host.figures();
    expect(now.rendersTotal - before.rendersTotal).toBe(1);
    expect(now.jobs.coalesced - before.jobs.coalesced).toBe(2);
    expect(begun).toEqual([["high", 0]]);
  });

  it("that wait for a slot have waited that long when they begin", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    const begun: number[] = [];
    rig.host.onRenderBegun((_, ms) => begun.push(ms));
    for (const segment of [0, 1, 2]) rig.read(key, segment);
    rig.pass(200);
    expect(begun).toHaveLength(3);
    expect(begun[0]).toBe(0);
    expect(begun.at(-1)).toBeGreaterThan(0);
    expect(begun).toEqual(begun.toSorted((a, b) => a - b));
  });

  it("that nobody waits for any more are counted where they were: in line or running", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    rig.pass(200);
    const cancels = [0, 1, 2].map((segment) => rig.host.readSegment({ key, segment }, () => {}));
    rig.pass(1);
    const { running, queueDepth } = rig.host.figures();
    expect(running).toBeGreaterThan(0);
    expect(queueDepth.high).toBeGreaterThan(0);
    // last asked, first given up: none takes the slot of another
    for (const cancel of cancels.toReversed()) cancel();
    const { jobs } = rig.host.figures();
    expect([jobs.stopped, jobs.dropped]).toEqual([running, queueDepth.high]);
  });
});

describe("how long answers are reckoned with", () => {
  it("is told by kind, and comes down once such answers have come", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    const before = rig.host.figures().timeoutsMs;
    expect(before.render).toBe(15_000);
    for (const segment of [0, 1, 2]) {
      rig.read(key, segment);
      rig.pass(50);
    }
    const after = rig.host.figures().timeoutsMs;
    expect(after.render).toBe(200);
    expect(after.disk).toBe(before.disk);
  });
});
