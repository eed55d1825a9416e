/** What the host finds out about the library while nobody plays, and how it stops when somebody does. */
import { describe, expect, it, vi } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { handClock } from "../fakes/handClock.ts";
import { fakeWorld } from "../fakes/hostPorts.ts";
import { hostRig, type HostRig } from "../fakes/hostRig.ts";

const survey = { quietMs: 1000, restMs: 100 };

/** Tracks `a` to `d` of 100 s, none of them ever opened. */
function rigOf(config: Parameters<typeof hostRig>[0] = { survey }, world = libraryOf()): HostRig {
  return hostRig(config, world);
}

function libraryOf() {
  const world = fakeWorld(handClock());
  for (const id of ["a", "b", "c", "d"])
    world.tracks.set(id, { signature: "1", totalFrames: 10_000, rate: 100, channels: 2 });
  return world;
}

const fingerprintsOf = ({ world }: HostRig): readonly string[] =>
  [...world.files.keys()].filter((path) => path.startsWith("fingerprints/"));

describe("a host that nobody uses", () => {
  it("analyses every track of the library once, one after the other, and keeps nothing else of them", () => {
    const rig = rigOf();
    rig.pass(900);
    expect(rig.world.calls.decode, "it may only be for a moment").toBe(0);
    rig.pass(2000);
    expect(rig.world.analysed).toEqual(["a", "b", "c", "d"]);
    expect(fingerprintsOf(rig)).toHaveLength(4);
    expect([...rig.world.decoded]).toEqual([]);
    expect(rig.host.figures()).toMatchObject({ surveyed: 4, openTracks: 0 });
    rig.pass(5000);
    expect(rig.world.calls).toMatchObject({ decode: 4, analyse: 4, measure: 0 });
  });

  it("does nothing of the kind unless it is told to", () => {
    const rig = rigOf({});
    rig.pass(5000);
    expect(rig.world.calls.decode).toBe(0);
  });

  it("knows after a restart what it had measured before", () => {
    const first = rigOf();
    first.pass(1250);
    const before = [...first.world.analysed];
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(4);
    first.host.stop(() => undefined);
    first.pass(10);
    const second = rigOf({ survey, epoch: "run2" }, first.world);
    second.pass(5000);
    expect(first.world.analysed).toEqual(["a", "b", "c", "d"]);
    expect(second.world.calls.decode, "nothing is decoded for nothing").toBe(4);
  });

  it("looks again when the library has changed", () => {
    const rig = rigOf();
    rig.pass(5000);
    rig.world.tracks.set("e", { signature: "1", totalFrames: 500, rate: 100, channels: 2 });
    rig.world.tracks.set("b", { signature: "2", totalFrames: 900, rate: 100, channels: 2 });
    rig.world.probed.delete("b");
    for (const tell of rig.world.watchers) tell(2);
    rig.pass(5000);
    expect(rig.world.analysed).toEqual(["a", "b", "c", "d", "b", "e"]);
  });

  it("leaves alone what cannot be had, and tries again what may be had later, less and less often", () => {
    const rig = rigOf();
    rig.world.tracks.get("b")!.fault = fault("file-corrupt", "It is broken.");
    rig.world.tracks.get("c")!.fault = fault("file-missing", "It is away.");
    rig.pass(8000);
    expect(rig.world.analysed).toEqual(["a", "d"]);
    const { decode } = rig.world.calls;
    for (const tell of rig.world.watchers) tell(2);
    rig.pass(8000);
    expect(rig.world.calls.decode).toBe(decode);
  });

  it("has what failed for lack of a worker when there is one again", () => {
    const rig = rigOf();
    rig.world.analysisFault = fault("worker-lost", "It is gone.");
    rig.pass(5000);
    expect(rig.world.analysed).toEqual([]);
    rig.world.analysisFault = null;
    rig.pass(15_000);
    expect(rig.world.analysed.toSorted()).toEqual(["a", "b", "c", "d"]);
    expect([...rig.world.decoded]).toEqual([]);
  });
});

describe("a survey", () => {
  it("is given up in the millisecond in which somebody plays, and taken up again when he has ended", () => {
    const rig = rigOf();
    rig.pass(1010);
    expect([...rig.world.decoded]).toEqual([["a", "spare"]]);
    const player = rig.join();
    player.want([{ track: "d", from: 0, until: 100 }], {
      head: { track: "d", variant: "original", frame: 0 },
    });
    expect(rig.world.decoded.has("a"), "the decoder is called off").toBe(false);
    rig.pass(10_000);
    expect(rig.world.analysed).toEqual(["d"]);
    player.want([], { playing: false, head: { track: "d", variant: "original", frame: 0 } });
    rig.pass(900);
    expect(rig.world.calls.analyse).toBe(1);
    rig.pass(2000);
    expect(rig.world.analysed).toEqual(["d", "a", "b", "c"]);
    expect([...rig.world.decoded]).toEqual([["d", "kept"]]);
  });

  it("is no survey any more when its track is the one that is played: nothing is done twice, and it is kept", () => {
    const rig = rigOf();
    rig.pass(1010);
    const player = rig.join();
    const head = { track: "a", variant: "warm@80", frame: 0 };
    player.want([{ variant: "warm@80", from: 0, until: 100 }], { head });
    rig.pass(200);
    expect(rig.world.calls).toMatchObject({ decode: 1, analyse: 1 });
    expect([...rig.world.decoded]).toEqual([["a", "kept"]]);
    expect(player.all("rendition").at(-1)).toMatchObject({ status: "ready", variant: "warm@80" });
    player.report({ type: "closed", code: 1000, reason: "" });
    rig.pass(35_000);
    expect(rig.world.analysed).toEqual(["a", "b", "c", "d"]);
    expect([...rig.world.decoded]).toEqual([["a", "kept"]]);
  });

  it("waits for those who read over HTTP, and for renders of whoever has paused", () => {
    const rig = rigOf();
    const opened = rig.open("original", "c");
    rig.pass(10_000);
    expect(rig.world.analysed).toEqual(["c"]);
    opened.end();
    rig.pass(999);
    expect(rig.world.calls.decode).toBe(1);
    rig.world.holdRenders = true;
    const player = rig.join();
    const head = { track: "c", variant: "original", frame: 0 };
    player.want([{ track: "c", from: 0, until: 100 }], { head, playing: false });
    rig.pass(10_000);
    expect(rig.world.running.size).toBe(1);
    expect(rig.world.calls.decode).toBe(1);
    for (const { finish } of [...rig.world.running.values()]) finish();
    rig.pass(5000);
    expect(rig.world.analysed).toEqual(["c", "a", "b", "d"]);
  });

  it("keeps what had been decoded for a listener", () => {
    const rig = rigOf();
    const opened = rig.open("original", "a");
    rig.pass(5);
    opened.end();
    // whoever left before the analysis was made is not missed; then the track is closed
    rig.pass(35_000);
    expect(rig.world.analysed).toContain("a");
    expect([...rig.world.decoded]).toEqual([["a", "kept"]]);
  });

  it("leaves nothing behind when the host ends in the midst of it", () => {
    const rig = rigOf();
    rig.pass(1010);
    let ended = false;
    rig.host.stop(() => (ended = true));
    rig.pass(100);
    expect(ended).toBe(true);
    expect([...rig.world.decoded]).toEqual([]);
    expect(rig.host.figures().openTracks).toBe(0);
  });

  it("does not begin when the host ends: whoever played leaves with it", () => {
    const warnings: string[] = [];
    const warn = vi.spyOn(console, "warn").mockImplementation((...words) => {
      warnings.push(words.join(" "));
    });
    const rig = rigOf();
    const head = { track: "d", variant: "original", frame: 0 } as const;
    rig.join().want([{ track: "d", from: 0, until: 100 }], { head });
    rig.pass(100);
    rig.host.stop(() => undefined);
    rig.pass(5000);
    warn.mockRestore();
    expect(warnings, "an actor that has ended was told something").toEqual([]);
    expect(rig.world.analysed, "what was played").toEqual(["d"]);
  });
});
