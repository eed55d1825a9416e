/** The host's root end to end: disk and memory, and what players hear of them. */
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { handClock } from "../fakes/handClock.ts";
import { fakeWorld } from "../fakes/hostPorts.ts";
import { bytesOf, coverOf, expectTrueSamples, hostRig, warm } from "../fakes/hostRig.ts";

describe("disk", () => {
  it("keeps what was rendered over a restart, and serves it without rendering (LINK-2)", () => {
    const world = fakeWorld(handClock());
    const first = hostRig({}, world);
    const { key } = warm(first);
    const before = first.read(key, 0);
    first.pass(50);
    expect(world.files.has(`segments/${key}/0.seg`)).toBe(true);
    first.host.stop(() => {});
    first.world.clock.pass(1);

    const second = hostRig({ epoch: "run2" }, world);
    const again = warm(second);
    expect(again.key).toBe(key);
    const reports = second.read(key, 0);
    second.pass(10);
    expect(reports.at(-1)).toMatchObject({ type: "done", tier: "L3" });
    expect(bytesOf(reports)).toEqual(bytesOf(before));
    expect(world.rendered).toHaveLength(1);
    expect(world.calls).toMatchObject({ analyse: 1, measure: 1 });
  });

  it("asks that come before the disk was looked through wait for that", () => {
    const world = fakeWorld(handClock());
    const first = hostRig({}, world);
    const { key } = warm(first);
    first.read(key, 0);
    first.pass(50);
    first.host.stop(() => {});
    world.clock.pass(1);
    const second = hostRig({}, world);
    const player = second.join();
    player.want([{ variant: "warm@80" }]);
    second.pass(60);
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
    expect(world.rendered).toHaveLength(1);
  });

  it.each([
    ["truncated", (bytes: Uint8Array) => bytes.slice(0, 900)],
    ["empty", () => new Uint8Array(0)],
    ["altered by one bit", (bytes: Uint8Array) => bytes.with(500, bytes[500]! ^ 4)],
  ])("a file that is %s is never served but made anew (CACHE-5)", (_name, spoil) => {
    const world = fakeWorld(handClock());
    const first = hostRig({}, world);
    const { key } = warm(first);
    const before = first.read(key, 0);
    first.pass(50);
    first.host.stop(() => {});
    world.clock.pass(1);
    const path = `segments/${key}/0.seg`;
    const file = world.files.get(path)!;
    world.files.set(path, { ...file, bytes: spoil(file.bytes) });
    const second = hostRig({}, world);
    warm(second);
    const reports = second.read(key, 0);
    second.pass(30);
    expect(reports.at(-1)).toMatchObject({ type: "done", tier: "MISS" });
    expect(bytesOf(reports)).toEqual(bytesOf(before));
    expect(world.files.get(path)!.bytes).toEqual(file.bytes);
  });

  it("that is full is warned of once; playing goes on, and it recovers (CACHE-6)", () => {
    const rig = hostRig();
    rig.world.writeFault = fault("disk-full", "no space");
    const player = rig.join();
    player.want([{ variant: "warm@80", until: 2500 }]);
    rig.pass(200);
    expect(coverOf(player.slices)).toEqual([[0, 2500]]);
    expect(player.all("fault").map((each) => each.fault.code)).toEqual(["disk-full"]);
    rig.world.writeFault = null;
    rig.pass(6000);
    player.want([{ variant: "bright@80", until: 2500 }]);
    rig.pass(200);
    expect(rig.host.figures().bytes.L3).toBeGreaterThan(0);
    expect(player.all("fault")).toHaveLength(1);
  });

  it("that has recovered gets what was rendered meanwhile, as far as memory has it still (CACHE-6)", () => {
    const rig = hostRig({ warmBytes: 9000 });
    rig.world.tracks.get("a")!.totalFrames = 8000;
    rig.world.writeFault = fault("disk-full", "no space");
    const { key } = warm(rig);
    for (const segment of [0, 1, 2, 3]) {
      rig.read(key, segment);
      rig.pass(50);
    }
    expect(rig.host.figures()).toMatchObject({ unwritten: 2, behind: 2 });
    rig.world.writeFault = null;
    rig.pass(6000);
    const kept = [...rig.world.files.keys()].filter((path) => path.startsWith("segments"));
    expect(kept.toSorted()).toEqual([`segments/${key}/2.seg`, `segments/${key}/3.seg`]);
    expect(rig.host.figures()).toMatchObject({ unwritten: 2, behind: 0 });
  });

  it("stays within its budget: the longest unused goes", () => {
    const rig = hostRig({ diskBytes: 9000, warmBytes: 20_000 });
    const { key } = warm(rig);
    for (const segment of [0, 1, 2]) {
      rig.read(key, segment);
      rig.pass(50);
    }
    const kept = [...rig.world.files.keys()].filter((path) => path.startsWith("segments"));
    expect(kept).toEqual([`segments/${key}/1.seg`, `segments/${key}/2.seg`]);
    expect(rig.host.figures().bytes.L3).toBeLessThanOrEqual(9000);
  });

  it("lets go of what is older than its days", () => {
    const rig = hostRig({ diskDays: 1 });
    const { key } = warm(rig);
    rig.read(key, 0);
    rig.pass(50);
    const path = `segments/${key}/0.seg`;
    rig.world.clock.pass(23 * 3_600_000);
    expect(rig.world.files.has(path)).toBe(true);
    rig.world.clock.pass(2 * 3_600_000);
    expect(rig.world.files.has(path)).toBe(false);
    expect(rig.host.figures().bytes.L3).toBe(0);
    expect(rig.host.audit()).toEqual([]);
  });

  it("lets go, when it starts, of what grew too old while no host ran", () => {
    const world = fakeWorld(handClock());
    const first = hostRig({}, world);
    const { key } = warm(first);
    first.read(key, 0);
    first.pass(50);
    first.host.stop(() => {});
    world.clock.pass(2 * 24 * 3_600_000);
    const second = hostRig({ diskDays: 1 }, world);
    second.pass(10);
    expect([...world.files.keys()].filter((path) => path.startsWith("segments"))).toEqual([]);
    expect(second.host.figures().bytes.L3).toBe(0);
    expect(second.host.audit()).toEqual([]);
  });

  it("is cleared of what is no segment", () => {
    const world = fakeWorld(handClock());
    world.files.set("segments/junk.tmp", { bytes: new Uint8Array(5), modified: 0 });
    hostRig({}, world).pass(10);
    expect(world.files.size).toBe(0);
  });
});

describe("memory", () => {
  it("never holds more than its budgets, and still serves everything (CACHE-8)", () => {
    const rig = hostRig({ hotBytes: 9000, warmBytes: 9000 });
    rig.world.tracks.get("a")!.totalFrames = 8000;
    const players = [rig.join(), rig.join(), rig.join()];
    for (const [at, player] of players.entries())
      player.want([{ until: 8000, variant: at === 0 ? "warm@80" : "original" }], {
        head: { track: "a", variant: "original", frame: 0 },
      });
    for (let at = 0; at < 400; at++) {
      rig.pass(1);
      const { L1, L2 } = rig.host.figures().bytes;
      expect(Math.max(L1, L2)).toBeLessThanOrEqual(9000);
    }
    for (const player of players) {
      expect(coverOf(player.slices)).toEqual([[0, 8000]]);
      expectTrueSamples(player.slices);
    }
  });

  it("that is taken up by a player without credit does not stop another for ever", () => {
    const rig = hostRig({ hotBytes: 0, warmBytes: 8000, silenceMs: 1000 });
    const stuck = rig.join(0);
    stuck.want([{ until: 2500 }]);
    rig.pass(50);
    const other = rig.join();
    other.want([{ from: 2000, until: 2500 }]);
    rig.pass(900);
    other.say({ type: "ping", at: 0 });
    rig.pass(200);
    expect(stuck.closed()).toBeDefined();
    expect(coverOf(other.slices)).toEqual([[2000, 2500]]);
  });

  it("that is short is given back at once, but for what is in use, and grows again", () => {
    const rig = hostRig({ warmBytes: 40_000, warmBytesMin: 9000 });
    rig.world.tracks.get("a")!.totalFrames = 8000;
    const player = rig.join();
    player.want([{ until: 8000 }]);
    rig.pass(400);
    const { L2 } = rig.host.figures().bytes;
    expect(L2).toBeGreaterThan(20_000);
    const [tell] = rig.world.gauges;
    tell!("tight");
    expect(rig.host.figures().bytes.L2).toBeLessThanOrEqual(20_000);
    expect(rig.host.figures().bytes.L2).toBeGreaterThan(14_000);
    tell!("critical");
    expect(rig.host.figures().bytes.L2).toBeLessThanOrEqual(9000);
    expect(rig.host.audit()).toEqual([]);
    const other = rig.join();
    other.want([{ until: 8000 }]);
    for (let at = 0; at < 400; at++) {
      rig.pass(1);
      expect(rig.host.figures().bytes.L2).toBeLessThanOrEqual(9000);
    }
    expect(coverOf(other.slices)).toEqual([[0, 8000]]);
    expectTrueSamples(other.slices);
    tell!("roomy");
    const third = rig.join();
    third.want([{ until: 8000 }]);
    rig.pass(400);
    expect(coverOf(third.slices)).toEqual([[0, 8000]]);
    expect(rig.host.figures().bytes.L2).toBe(L2);
    rig.host.stop(() => {});
    expect(rig.world.gauges.size).toBe(0);
  });

  it("too small for one segment is a fault, not a wait", () => {
    const rig = hostRig({ hotBytes: 100, warmBytes: 100 });
    const player = rig.join();
    player.want([{}]);
    rig.pass(50);
    expect(player.all("fault")).toMatchObject([{ fault: { code: "busy" } }]);
  });
});

describe("cache news", () => {
  it("tell what the host holds of a wanted rendering, then only what changed", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    rig.read(key, 1);
    rig.pass(50);
    const player = rig.join();
    player.want([{ variant: "warm@80", until: 900 }]);
    rig.pass(300);
    const told = player.all("cache/state");
    const last = new Map(
      told.flatMap(({ segments }) => segments.map(({ segment, tier }) => [segment, tier])),
    );
    expect(last).toEqual(
      new Map([
        [0, "L2"],
        [1, "L2"],
      ]),
    );
    rig.pass(1000);
    expect(player.all("cache/state")).toHaveLength(told.length);
  });
});

describe("the way it takes", () => {
  it("is the same every time: same events, same messages, same bytes", () => {
    const run = () => {
      const rig = hostRig();
      const player = rig.join(5000);
      player.want([{ until: 2500 }, { variant: "warm@80", until: 2500, lane: "bulk" }]);
      rig.pass(120);
      player.want([{ from: 1200, until: 2500, variant: "warm@80" }]);
      player.say({ type: "credit", lane: "urgent", granted: 100_000 });
      rig.pass(120);
      const slices = player.slices.map(({ key, start, frames, lane }) => [
        key,
        start,
        frames,
        lane,
      ]);
      return JSON.stringify([player.messages, slices, rig.world.rendered]);
    };
    expect(run()).toBe(run());
  });
});
