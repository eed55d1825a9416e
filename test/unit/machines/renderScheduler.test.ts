/** The render scheduler: who is admitted when, and what is reported. */
import fc from "fast-check";
import { createActor } from "xstate";
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { RenderQueue, renderClasses, type RenderClass } from "#engine/machines/renderQueue.ts";
import {
  renderSchedulerMachine,
  type Readiness,
  type SchedulerEvent,
} from "#engine/machines/renderScheduler.machine.ts";

/** A scheduler whose cache grants room until `room` is 0, and whose engine does what it is told. */
function begin(slots = 2, room = Number.POSITIVE_INFINITY) {
  const queue = new RenderQueue(16);
  const log: string[] = [];
  const running = new Set<string>();
  const readiness = new Map<string, Readiness>();
  const state = { room };
  const send = (event: SchedulerEvent) => actor.send(event);
  const machine = renderSchedulerMachine(slots, queue, {
    readiness: (id) => readiness.get(id) ?? "ready",
    wantRoom: (id) => {
      const isGranted = state.room > 0;
      if (isGranted) state.room--;
      send({ type: isGranted ? "room.granted" : "room.refused", id });
    },
    start: (id) => {
      running.add(id);
      log.push(`start ${id}`);
    },
    cancel: (id) => {
      running.delete(id);
      log.push(`cancel ${id}`);
    },
    reportFinished: (id) => void log.push(`finished ${id}`),
    reportEnded: (id, why) => void log.push(`ended ${id} ${why?.code ?? "cancelled"}`),
    refuse: (ask, why) => void log.push(`refused ${ask} ${why.code}`),
  });
  const actor = createActor(machine).start();
  const ask = (id: string, number: number, priority: RenderClass = "normal", deadlineMs = 0) =>
    send({ type: "render.ask", id, ask: number, priority, deadlineMs });
  const withdraw = (id: string, number: number, isServed = false) =>
    send({ type: "render.withdraw", id, ask: number, isServed });
  const done = (id: string) => {
    running.delete(id);
    send({ type: "engine.done", id });
  };
  return { actor, queue, log, running, readiness, state, send, ask, withdraw, done };
}

describe("the render scheduler", () => {
  it("starts the most important first, then the one due first, then the first come", () => {
    const { ask, done, log } = begin(1);
    ask("a", 1, "low");
    ask("b", 2, "normal", 20);
    ask("c", 3, "normal", 10);
    ask("d", 4, "normal", 10);
    ask("e", 5, "critical", 99);
    for (const id of ["a", "e", "c", "d"]) done(id);
    expect(log.filter((each) => each.startsWith("start"))).toEqual(
      ["a", "e", "c", "d", "b"].map((id) => `start ${id}`),
    );
  });

  it("passes over what is not decoded yet, and starts it when it is", () => {
    const { ask, readiness, send, log } = begin(1);
    readiness.set("a", "waiting");
    ask("a", 1, "critical");
    expect(log).toEqual([]);
    readiness.delete("a");
    send({ type: "source.changed" });
    expect(log).toEqual(["start a"]);
  });

  it("fails at once what can never be rendered", () => {
    const { ask, readiness, send, log } = begin();
    readiness.set("a", fault("chunk-out-of-range", "past the end"));
    ask("a", 1);
    readiness.set("b", "waiting");
    ask("b", 2);
    readiness.set("b", fault("source-changed", "another file"));
    send({ type: "source.changed" });
    expect(log).toEqual(["ended a chunk-out-of-range", "ended b source-changed"]);
  });

  it("keeps one slot of several free of what is not urgent", () => {
    const { ask, running } = begin(3);
    for (const [at, id] of ["a", "b", "c"].entries()) ask(id, at, "background");
    expect([...running]).toEqual(["a", "b"]);
    ask("d", 9, "critical");
    expect([...running]).toEqual(["a", "b", "d"]);
  });

  it("promotes a queued job with its asker (CACHE-3), and a running one is not started anew", () => {
    const { ask, done, log } = begin(1);
    ask("a", 1, "low");
    ask("b", 2, "low");
    ask("c", 3, "low");
    ask("a", 5, "critical");
    ask("c", 4, "critical");
    done("a");
    expect(log).toEqual(["start a", "finished a", "start c"]);
  });

  it("does not make an urgent job wait for one that nobody is in a hurry for: that gives way, and is begun again", () => {
    const { ask, done, log, queue, actor } = begin(1);
    ask("a", 1, "background");
    ask("b", 2, "normal");
    expect(log).toEqual(["start a"]);
    ask("c", 3, "critical");
    expect(log).toEqual(["start a", "cancel a", "ended a cancelled", "start c"]);
    expect(queue.attempts("a")).toBe(0);
    expect(actor.getSnapshot().context.givenWay).toBe(1);
    for (const id of ["c", "b", "a"]) done(id);
    expect(log.slice(4)).toEqual(["finished c", "start b", "finished b", "start a", "finished a"]);
  });

  it("of several that run takes the least important, and none that somebody waits for", () => {
    const { ask, log, withdraw, running } = begin(3);
    ask("a", 1, "background", 5);
    ask("b", 2, "low", 9);
    ask("c", 3, "normal");
    ask("d", 4, "high");
    ask("e", 5, "critical");
    expect([...running]).toEqual(["c", "d", "e"]);
    ask("f", 6, "critical");
    expect(log.filter((line) => line.startsWith("cancel"))).toEqual(["cancel a", "cancel b"]);
    withdraw("f", 6);
    expect([...running]).toEqual(["c", "d", "e"]);
  });

  it("says no to the least of those that nobody is in a hurry for when the line is full, and not to an urgent one", () => {
    const { ask, log, queue } = begin(1);
    ask("first", 0, "normal");
    for (let at = 1; at <= 16; at++) ask(`low${at}`, at, at === 5 ? "background" : "low", at);
    ask("urgent", 99, "critical");
    expect(log).toEqual(["start first", "refused 5 busy"]);
    ask("normal", 98, "normal");
    expect(log.at(-1)).toBe("refused 16 busy");
    ask("another", 97, "low");
    expect(log.at(-1)).toBe("refused 97 busy");
    expect(queue.queued).toBe(16);
  });

  it("forgets one that gives way and that nobody waits for any more", () => {
    const { ask, withdraw, log, queue } = begin(1);
    ask("a", 1, "low");
    withdraw("a", 1, true);
    ask("b", 2, "high");
    expect(log).toEqual(["start a", "cancel a", "ended a cancelled", "start b"]);
    expect(queue.standing("a")).toBeUndefined();
  });

  it("stops nothing for an urgent job that cannot run yet", () => {
    const { ask, readiness, send, log } = begin(1);
    readiness.set("b", "waiting");
    ask("a", 1, "low");
    ask("b", 2, "critical");
    expect(log).toEqual(["start a"]);
    readiness.delete("b");
    send({ type: "source.changed" });
    expect(log.at(-1)).toBe("start b");
  });

  it("takes the room from what nobody is in a hurry for, too, and does not give it back before", () => {
    const { ask, log, state, send } = begin(2, 1);
    ask("a", 1, "low");
    ask("b", 2, "critical");
    expect(log).toEqual(["start a", "cancel a", "ended a cancelled"]);
    state.room = 1;
    send({ type: "room.freed" });
    expect(log.slice(3)).toEqual(["start b"]);
  });

  it("tries an urgent job although room was refused to another", () => {
    const { ask, log, state } = begin(2, 0);
    ask("a", 1, "low");
    state.room = 1;
    ask("b", 2, "normal");
    expect(log).toEqual([]);
    ask("c", 3, "critical");
    expect(log).toEqual(["start c"]);
  });

  it("cancels a running job when the last asker leaves unserved, not when one stays", () => {
    const { ask, withdraw, log } = begin(1);
    ask("a", 1);
    ask("a", 2);
    withdraw("a", 1);
    expect(log).toEqual(["start a"]);
    withdraw("a", 2);
    expect(log).toEqual(["start a", "cancel a", "ended a cancelled"]);
  });

  it("lets a running job go on whose asker got what it wanted", () => {
    const { ask, withdraw, done, log } = begin(1);
    ask("a", 1);
    withdraw("a", 1, true);
    done("a");
    expect(log).toEqual(["start a", "finished a"]);
  });

  it("waits for room, and tries again when some is freed or somebody leaves", () => {
    const { ask, state, send, log, actor } = begin(2, 0);
    ask("a", 1);
    expect(actor.getSnapshot().matches({ scheduling: "lacking" })).toBe(true);
    ask("b", 2, "critical");
    expect(log).toEqual([]);
    state.room = 1;
    send({ type: "room.freed" });
    expect(log).toEqual(["start b"]);
  });

  it("begins a job anew once when its worker is lost, then says so", () => {
    const { ask, send, log } = begin(1);
    ask("a", 1);
    const why = fault("worker-lost", "crashed");
    send({ type: "engine.failed", id: "a", why });
    send({ type: "engine.failed", id: "a", why });
    expect(log).toEqual(["start a", "start a", "ended a worker-lost"]);
  });

  it("does not hear an engine that answers for what was cancelled (SEEK-10)", () => {
    const { ask, withdraw, send, log } = begin(1);
    ask("a", 1);
    withdraw("a", 1);
    send({ type: "engine.done", id: "a" });
    send({ type: "engine.failed", id: "a", why: fault("worker-lost", "crashed") });
    expect(log).toEqual(["start a", "cancel a", "ended a cancelled"]);
  });

  it("drops what turned out to be there already", () => {
    const { ask, queue, send, actor } = begin(1, 0);
    ask("a", 1);
    send({ type: "room.moot", id: "a" });
    expect(queue.standing("a")).toBeUndefined();
    expect(actor.getSnapshot().context).toMatchObject({ queued: 0, busy: 0 });
  });

  it("leaves nothing running when it is closed", () => {
    const { ask, send, running, queue } = begin(2);
    for (const [at, id] of ["a", "b", "c"].entries()) ask(id, at);
    send({ type: "scheduler.close" });
    expect(running.size).toBe(0);
    expect(queue.ids()).toEqual([]);
  });

  it("keeps its promises whatever happens: slots, one start per job at a time, one report each", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e");
    const number = fc.integer({ min: 0, max: 6 });
    const step = fc.oneof(
      fc.tuple(fc.constant("ask"), id, number, fc.constantFrom(...renderClasses)),
      fc.tuple(fc.constant("withdraw"), id, number, fc.boolean()),
      fc.tuple(fc.constant("done"), id),
      fc.tuple(fc.constant("fail"), id),
      fc.tuple(fc.constant("room"), fc.integer({ min: 0, max: 3 })),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        (steps, slots) => {
          const { ask, withdraw, done, send, running, state, log, queue } = begin(slots, 2);
          const open = new Set<string>();
          for (const [what, a, b, c] of steps) {
            log.length = 0;
            if (what === "ask") ask(a as string, b as number, c as RenderClass);
            else if (what === "withdraw") withdraw(a as string, b as number, c as boolean);
            else if (what === "done" && running.has(a as string)) done(a as string);
            else if (what === "fail" && running.has(a as string)) {
              running.delete(a as string);
              send({ type: "engine.failed", id: a as string, why: fault("render-failed", "no") });
            } else if (what === "room") {
              state.room = a as number;
              send({ type: "room.freed" });
            }
            for (const line of log) {
              const [verb, job] = line.split(" ") as [string, string];
              if (verb === "start") {
                expect(open.has(job)).toBe(false);
                open.add(job);
              } else if (verb === "finished" || verb === "ended") open.delete(job);
            }
            expect(running.size).toBeLessThanOrEqual(slots);
            expect([...open].toSorted()).toEqual([...running].toSorted());
            expect(queue.active().length).toBe(running.size);
            if (state.room > 0 && running.size < Math.min(slots, 1)) expect(queue.queued).toBe(0);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
