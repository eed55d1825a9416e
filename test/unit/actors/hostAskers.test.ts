/** The host's root end to end: HTTP, several askers, the end of it all. */
import { describe, expect, it } from "vitest";
import type { SegmentReport } from "#engine/actors/hostApi.ts";
import { handClock } from "../fakes/handClock.ts";
import { fakeWorld, sampleAt } from "../fakes/hostPorts.ts";
import { bytesOf, coverOf, expectTrueSamples, hostRig, readyOf, warm } from "../fakes/hostRig.ts";

describe("HTTP", () => {
  it("hears how a rendition comes along, from pending to ready, never before it asked", () => {
    const { open, pass } = hostRig();
    const { said } = open("warm@80");
    expect(said).toEqual([]);
    pass(150);
    const states = said.map((each) => ("status" in each ? each.status : each.type));
    expect(states[0]).toBe("pending");
    expect(states.at(-1)).toBe("ready");
    expect(readyOf(said, "warm@80").rate).toBe(100);
  });

  it("reads a segment in runs that make it whole, and then hears the tier", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    const reports = rig.read(key, 1);
    expect(reports).toEqual([]);
    rig.pass(20);
    expect(reports.at(-1)).toMatchObject({ type: "done", tier: "MISS" });
    const samples = new Int16Array(bytesOf(reports).buffer);
    expect(samples).toHaveLength(2000);
    expect(samples[7]).toBe(sampleAt(key, 1003, 1));
    const again = rig.read(key, 1);
    rig.pass(5);
    expect(again.at(-1)).toEqual({ type: "done", tier: "L2", queuedMs: 0, madeMs: 0 });
    expect(bytesOf(again)).toEqual(bytesOf(reports));
    expect(rig.world.rendered).toHaveLength(1);
  });

  it("reads an original: its tier is always ORIGINAL, and it never goes to disk", () => {
    const rig = hostRig();
    const opened = rig.open("original");
    rig.pass(30);
    const { key } = readyOf(opened.said, "original");
    for (let time = 0; time < 2; time++) {
      const reports = rig.read(key, 0);
      rig.pass(20);
      expect(reports.at(-1)).toMatchObject({ type: "done", tier: "ORIGINAL" });
    }
    expect([...rig.world.files.keys()].filter((path) => path.startsWith("segments"))).toEqual([]);
    expect(rig.world.rendered).toHaveLength(1);
  });

  it("a segment past the end, and a key that is not open, are faults", () => {
    const rig = hostRig();
    const { key, end } = warm(rig);
    const past = rig.read(key, 3);
    const foreign = rig.read("f".repeat(32), 0);
    rig.pass(5);
    expect(past).toMatchObject([{ type: "failed", fault: { code: "chunk-out-of-range" } }]);
    expect(foreign).toMatchObject([{ type: "failed", fault: { code: "source-changed" } }]);
    end();
    rig.pass(31_000);
    expect(rig.host.figures().openTracks).toBe(0);
    const closed = rig.read(key, 0);
    rig.pass(5);
    expect(closed).toMatchObject([{ type: "failed", fault: { code: "source-changed" } }]);
  });

  it("a segment asked for past the guessed end fails once the length is known", () => {
    const rig = hostRig();
    rig.world.decodeSpeed = 10;
    const opened = rig.open("original");
    rig.pass(10);
    const reports = rig.read(readyOf(opened.said, "original").key, 5);
    rig.pass(100);
    expect(reports).toEqual([]);
    rig.pass(300);
    expect(reports).toMatchObject([{ type: "failed", fault: { code: "chunk-out-of-range" } }]);
  });

  it("an unknown track cannot be opened", () => {
    const { open, pass } = hostRig();
    const { said } = open("original", "nope");
    pass(5);
    expect(said).toMatchObject([{ type: "unopened", fault: { code: "track-unknown" } }]);
  });

  it("a read that is cancelled cancels its render and hears nothing more", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    const { key } = warm(rig);
    const reports: SegmentReport[] = [];
    const cancel = rig.host.readSegment({ key, segment: 0 }, (report) => reports.push(report));
    rig.pass(10);
    const heard = reports.length;
    cancel();
    rig.pass(10);
    expect(reports).toHaveLength(heard);
    expect(rig.world.running.size).toBe(0);
    expect(rig.host.figures()).toMatchObject({ running: 0, bytes: { L1: 0, L2: 0 } });
  });
});

describe("several askers", () => {
  it("of one segment are answered from one render (CACHE-1)", () => {
    const rig = hostRig();
    const { key } = warm(rig);
    const player = rig.join();
    player.want([{ variant: "warm@80", until: 1000 }]);
    const reads = [rig.read(key, 0), rig.read(key, 0)];
    rig.pass(30);
    for (const reports of reads)
      expect(reports.at(-1)).toMatchObject({ type: "done", tier: "MISS" });
    expect(coverOf(player.slices)).toEqual([[0, 1000]]);
    expect(rig.world.rendered).toHaveLength(1);
    expect(rig.host.figures().hits.MISS).toBe(3);
  });

  it("one that leaves takes nothing from one that stays (CACHE-2)", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    const { key } = warm(rig);
    const staying = rig.read(key, 0);
    const cancel = rig.host.readSegment({ key, segment: 0 }, () => {});
    rig.pass(10);
    cancel();
    rig.pass(10);
    expect(rig.world.running.size).toBe(1);
    for (const { finish } of rig.world.running.values()) finish();
    rig.pass(1);
    expect(staying.at(-1)).toMatchObject({ type: "done", tier: "MISS" });
  });

  it("two listeners of one track in different variants do not disturb each other (LINK-9)", () => {
    const rig = hostRig();
    const [left, right] = [rig.join(), rig.join()];
    left.want([{ variant: "warm@80", until: 2500 }]);
    right.want([{ variant: "original", until: 2500 }]);
    rig.pass(200);
    for (const player of [left, right]) {
      expect(coverOf(player.slices)).toEqual([[0, 2500]]);
      expectTrueSamples(player.slices);
    }
    expect(rig.world.calls).toMatchObject({ decode: 1, analyse: 1 });
    expect(rig.world.rendered).toHaveLength(6);
  });

  it("an urgent ask goes before many that are not", () => {
    const world = fakeWorld(handClock());
    world.slots = 1;
    const rig = hostRig({}, world);
    rig.world.tracks.get("a")!.totalFrames = 20_000;
    rig.world.decodeSpeed = 20_000;
    const bulk = rig.join();
    bulk.want([{ until: 8000, lane: "bulk" }]);
    rig.pass(10);
    const urgent = rig.join();
    urgent.want([{ from: 15_000, until: 15_400 }]);
    rig.pass(12);
    expect(coverOf(urgent.slices)).toEqual([[15_000, 15_400]]);
    expect(rig.world.rendered.findIndex((id) => id.endsWith("/15"))).toBeLessThanOrEqual(3);
  });

  it("one slot stays free of what is not urgent", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    rig.world.tracks.get("a")!.totalFrames = 20_000;
    rig.world.decodeSpeed = 20_000;
    const bulk = rig.join();
    bulk.want([{ until: 8000, lane: "bulk" }], { playing: false });
    rig.pass(20);
    expect(rig.world.running.size).toBe(1);
    const urgent = rig.join();
    urgent.want([{ from: 15_000, until: 15_400 }]);
    rig.pass(3);
    expect(coverOf(urgent.slices).length).toBe(1);
  });

  it("more than the queue may hold is answered busy, and served later", () => {
    const rig = hostRig({ queueMax: 2, warmBytes: 1_000_000 });
    rig.world.tracks.get("a")!.totalFrames = 8000;
    rig.world.decodeSpeed = 8000;
    const player = rig.join();
    player.want([{ until: 8000 }]);
    rig.pass(30);
    expect(player.all("fault").map((each) => each.fault.code)).toContain("busy");
    rig.pass(4000);
    expect(coverOf(player.slices)).toEqual([[0, 8000]]);
  });
});

describe("the library", () => {
  it("that changed is told to everybody", () => {
    const rig = hostRig();
    const player = rig.join();
    for (const tell of rig.world.watchers) tell(7);
    expect(player.all("library/changed")).toEqual([{ type: "library/changed", revision: 7 }]);
  });
});

describe("what is left", () => {
  it("after a player left: no session, no ask, no job; its track closes a while later", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    const player = rig.join();
    player.want([{ until: 2500 }]);
    rig.pass(20);
    player.report({ type: "closed", code: 1006, reason: "" });
    expect(rig.host.figures()).toMatchObject({ sessions: 0, running: 0, openTracks: 1 });
    expect(rig.world.running.size).toBe(0);
    rig.pass(1);
    rig.world.clock.pass(30_000);
    expect(rig.host.figures().openTracks).toBe(0);
    rig.world.clock.pass(1);
    expect(rig.world.clock.timers()).toBe(1); // the disk's next look for what has expired
  });

  it("after stop: no timer, no job, no listener, and the sockets are told", () => {
    const rig = hostRig();
    rig.world.holdRenders = true;
    const player = rig.join();
    player.want([{ until: 2500 }, { variant: "warm@80" }]);
    const opened = rig.open("bright@80");
    rig.pass(20);
    let isDone = false;
    rig.host.stop(() => {
      isDone = true;
    });
    expect(player.closed()?.code).toBe(1001);
    rig.world.clock.pass(1);
    expect(isDone).toBe(true);
    expect(rig.world.clock.timers()).toBe(0);
    expect(rig.world.running.size).toBe(0);
    expect(rig.world.watchers.size).toBe(0);
    const said = opened.said.length;
    rig.world.clock.pass(10_000);
    expect(opened.said).toHaveLength(said);
    expect(rig.host.figures()).toMatchObject({ sessions: 0, openTracks: 0, running: 0 });
  });

  it("a track that is used stays open however long", () => {
    const rig = hostRig();
    const player = rig.join();
    player.want([{}]);
    for (let at = 0; at < 10; at++) {
      rig.world.clock.pass(10_000);
      player.say({ type: "ping", at: 0 });
    }
    expect(rig.host.figures().openTracks).toBe(1);
    expect(rig.world.calls.decode).toBe(1);
  });
});
