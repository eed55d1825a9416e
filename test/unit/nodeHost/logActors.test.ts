import { createActor, setup, type InspectionEvent } from "xstate";
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import pino from "pino";
import { logActors } from "../../../apps/node-host/log/logActors.ts";
import type { LogLevel } from "../../../apps/node-host/log/logLevels.ts";

type Line = Readonly<Record<string, unknown>> & { readonly event: string; readonly level: number };
type Event =
  | { type: "engine.failed"; id: string; why: unknown }
  | { type: "slot.lost"; slot: number; failedStarts: number }
  | { type: "memory.changed"; level: string }
  | { type: "hello.received"; token: string }
  | { type: "go" };

function logging(level: LogLevel, machine = "renderScheduler", id = machine) {
  const lines: Line[] = [];
  const log = pino(
    { level, base: null, messageKey: "event", timestamp: false },
    { write: (text: string) => void lines.push(JSON.parse(text) as Line) },
  );
  let nowMs = 1;
  let isLeaving = false;
  const note = logActors(
    log,
    () => isLeaving,
    () => nowMs,
  );
  const logic = setup({ types: { events: {} as Event } }).createMachine({
    id: machine,
    initial: "resting",
    states: {
      resting: { on: { go: "going" } },
      going: { on: { go: "ended" } },
      ended: { type: "final" },
    },
  });
  const actor = createActor(logic, { id, inspect: (event: InspectionEvent) => note(event) });
  actor.start();
  return {
    lines,
    send: (event: Event) => actor.send(event),
    pass: (ms: number) => (nowMs += ms),
    leave: () => (isLeaving = true),
  };
}

const why = fault("worker-lost", "The worker was lost, twice.");

describe("the log of the host's actors", () => {
  it("tells a fault once, and not again with every retry, nor for every segment", () => {
    const { lines, send, pass } = logging("warn");
    for (const segment of [0, 0, 0, 1, 2])
      send({ type: "engine.failed", id: `key/${segment}`, why });
    expect(lines).toEqual([
      {
        level: 40,
        actor: "renderScheduler",
        machine: "renderScheduler",
        type: "engine.failed",
        subject: "key",
        code: "worker-lost",
        detail: "The worker was lost, twice.",
        retryable: true,
        event: "fault.raised",
      },
    ]);
    pass(599_999);
    send({ type: "engine.failed", id: "key/0", why });
    expect(lines).toHaveLength(1);
    // after ten minutes it is worth another line
    pass(2);
    send({ type: "engine.failed", id: "key/0", why });
    expect(lines).toHaveLength(2);
  });

  it("tells another fault, and the same of another rendering", () => {
    const { lines, send } = logging("warn");
    send({ type: "engine.failed", id: "a/0", why });
    send({ type: "engine.failed", id: "b/0", why });
    send({ type: "engine.failed", id: "a/0", why: fault("disk-failed", "gone") });
    expect(lines.map(({ subject, code }) => [subject, code])).toEqual([
      ["a", "worker-lost"],
      ["b", "worker-lost"],
      ["a", "disk-failed"],
    ]);
  });

  it("is silent of what is cancelled, and of what the cache is told again", () => {
    const { lines, send } = logging("warn");
    send({ type: "engine.failed", id: "a/0", why: null });
    send({ type: "engine.failed", id: "a/0", why: "no fault" });
    const cache = logging("warn", "cache");
    cache.send({ type: "engine.failed", id: "a/0", why });
    expect([...lines, ...cache.lines]).toEqual([]);
  });

  it("takes a track that is opened anew for the same track", () => {
    const first = logging("warn", "trackProcessor", "track.abc.1");
    first.send({ type: "engine.failed", id: undefined as unknown as string, why });
    expect(first.lines[0]).toMatchObject({ subject: "track.abc", actor: "track.abc.1" });
  });

  it("tells of a lost worker once per slot, though it is lost again and again", () => {
    const { lines, send } = logging("warn", "workerPool");
    for (const failedStarts of [0, 1, 2, 3]) send({ type: "slot.lost", slot: 1, failedStarts });
    send({ type: "slot.lost", slot: 0, failedStarts: 0 });
    expect(lines.map(({ event, slot }) => [event, slot])).toEqual([
      ["worker.lost", 1],
      ["worker.lost", 0],
    ]);
  });

  it("makes no fuss of what goes wrong while the host ends", () => {
    const { lines, send, leave } = logging("warn", "workerPool");
    leave();
    send({ type: "slot.lost", slot: 1, failedStarts: 0 });
    send({ type: "engine.failed", id: "a/0", why });
    expect(lines).toEqual([]);
  });

  it("tells on `info` who comes and goes, and what memory there is", () => {
    const { lines, send } = logging("info", "session", "session.0");
    send({ type: "memory.changed", level: "tight" });
    send({ type: "go" });
    send({ type: "go" });
    expect(lines.map(({ event }) => event)).toEqual([
      "session.began",
      "memory.changed",
      "session.ended",
    ]);
  });

  it("tells on `debug` every change of a state, on `trace` every event", () => {
    const debug = logging("debug");
    debug.send({ type: "go" });
    debug.send({ type: "slot.lost", slot: 0, failedStarts: 0 });
    expect(debug.lines.filter(({ event }) => event === "actor.changed")).toEqual([
      {
        level: 20,
        actor: "renderScheduler",
        machine: "renderScheduler",
        state: "going",
        event: "actor.changed",
      },
    ]);
    const trace = logging("trace");
    trace.send({ type: "go" });
    expect(trace.lines.filter(({ event }) => event === "actor.heard").at(-1)).toMatchObject({
      type: "go",
    });
  });

  it("never holds what a message says: no token gets into it", () => {
    const { lines, send } = logging("trace");
    send({ type: "hello.received", token: "very-secret" });
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain("very-secret");
  });
});
