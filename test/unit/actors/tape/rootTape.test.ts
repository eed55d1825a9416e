import { describe, expect, it } from "vitest";
import { recordClock, recordStart } from "#engine/actors/tape/recordPorts.ts";
import { RootTape } from "#engine/actors/tape/rootTape.ts";
import type { Clock } from "#engine/ports/clock.ts";
import { tapeLimits, tapeLineSchema } from "#engine/protocol/tape.ts";

/** A tape of a root whose clock is moved by hand. */
function tapeRig(take: (line: string) => boolean = () => true) {
  const lines: unknown[] = [];
  const time = { nowMs: 10 };
  const timers: (() => void)[] = [];
  const clock: Clock = {
    now: () => time.nowMs,
    setTimeout: (callback) => timers.push(callback) - 1,
    clearTimeout: (id) => void timers.splice(id as number, 1),
  };
  const tape = new RootTape("host.1", clock, (line) => {
    lines.push(JSON.parse(line));
    return take(line);
  });
  return { lines, time, timers, clock, tape };
}

describe("the tape of a root", () => {
  it("has what was heard, read and done in the order in which it happened", () => {
    const { lines, time, tape } = tapeRig();
    tape.begin({ slots: 2 }, () => tape.note("a.first"));
    time.nowMs = 20;
    tape.hear({ port: "disk", call: 4, report: { type: "missing" } }, () => {
      tape.note("a.second");
      tape.read("random", "uniform", 0.25);
      tape.note("a.third");
      tape.note("a.fourth");
    });
    expect(lines).toEqual([
      { root: "host.1", atMs: 10, begin: { slots: 2 } },
      { root: "host.1", did: ["a.first"] },
      { root: "host.1", atMs: 20, port: "disk", call: 4, report: { type: "missing" } },
      { root: "host.1", did: ["a.second"] },
      { root: "host.1", port: "random", read: "uniform", nth: 0, value: 0.25 },
      { root: "host.1", did: ["a.third", "a.fourth"] },
    ]);
    for (const line of lines) expect(tapeLineSchema.safeParse(line).success).toBe(true);
  });

  it("says when its clock was zero, where that is known", () => {
    const lines: unknown[] = [];
    const sink = (line: string): boolean => lines.push(JSON.parse(line)) > 0;
    const clock = { now: () => 2.5, originMs: 1_700_000_000_000.125 };
    new RootTape("page.1", clock, sink).begin({}, () => undefined);
    expect(lines).toEqual([
      { root: "page.1", atMs: 2.5, originMs: 1_700_000_000_000.125, begin: {} },
    ]);
    for (const line of lines) expect(tapeLineSchema.safeParse(line).success).toBe(true);
  });

  it("stands still in time while the root hears something", () => {
    const { time, tape } = tapeRig();
    tape.hear({ port: "clock", call: 0 }, () => {
      time.nowMs = 500;
      expect(tape.now()).toBe(10);
    });
    tape.hear({ port: "clock", call: 1 }, () => expect(tape.now()).toBe(500));
  });

  it("says how deep something was heard that a port reported at once", () => {
    const { lines, tape } = tapeRig();
    const disk = recordStart<null, string>(tape, "disk", "read", (_, emit) => {
      emit("at once");
      return () => undefined;
    });
    tape.hear({ port: "host", ask: "stop" }, () => disk(null, () => tape.note("a.heard")));
    expect(lines).toMatchObject([
      { ask: "stop" },
      { did: [expect.stringMatching(/^disk#0\.read /)] },
      { port: "disk", call: 0, report: "at once", deep: 1 },
      { did: ["a.heard"] },
    ]);
  });

  it("writes a reading again only when it has changed, and at which reading it did", () => {
    const { lines, tape } = tapeRig();
    for (const backlog of [0, 0, 0, 64, 64, 0]) tape.read("socket", "backlog#1", backlog);
    expect(lines).toMatchObject([
      { nth: 0, value: 0 },
      { nth: 3, value: 64 },
      { nth: 5, value: 0 },
    ]);
  });

  it("keeps what the root threw, and throws it on", () => {
    const { lines, tape } = tapeRig();
    const run = (): void =>
      tape.hear({ port: "clock", call: 0 }, () => {
        tape.note("a.before");
        throw new RangeError(`no such thing in '${["", "home", "me", "music"].join("/")}'`);
      });
    expect(run).toThrow("no such thing");
    expect(lines).toMatchObject([
      { port: "clock" },
      { did: ["a.before"] },
      { threw: expect.stringMatching(/^no such thing in 'path:[0-9a-f]{16}'$/) },
    ]);
  });

  it("is over when no more lines are taken; the root goes on, at the real time", () => {
    const { lines, time, timers, clock, tape } = tapeRig(() => false);
    const recorded = recordClock(tape, clock);
    let fired = 0;
    recorded.setTimeout(() => fired++, 5);
    expect(lines).toHaveLength(1);
    time.nowMs = 99;
    expect(recorded.now()).toBe(99);
    timers[0]!();
    expect(fired).toBe(1);
    expect(lines).toHaveLength(1);
  });

  it("ends rather than write a line that no reader would take", () => {
    const { lines, tape } = tapeRig();
    const report = "x".repeat(tapeLimits.lineCharsMax);
    tape.hear({ port: "tracks", call: 0, report }, () => tape.note("a.unheard"));
    expect(lines).toEqual([{ root: "host.1", end: "a line is too long" }]);
  });

  it("does not take a timer that was cleared for one that it knows", () => {
    const { lines, timers, clock, tape } = tapeRig();
    const recorded = recordClock(tape, clock);
    const timer = recorded.setTimeout(() => undefined, 7);
    recorded.clearTimeout(timer);
    recorded.clearTimeout(undefined);
    expect(timers).toHaveLength(0);
    expect(lines).toMatchObject([{ did: ["clock#0.set 7"] }, { did: ["clock#0.clear"] }]);
  });
});
