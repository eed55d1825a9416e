/** The session machine: who may speak when, and that it ends once. */
import fc from "fast-check";
import { createActor } from "xstate";
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { sessionMachine, type SessionEvent } from "#engine/machines/session.machine.ts";
import { handClock } from "../fakes/handClock.ts";

const hello: SessionEvent = {
  type: "hello.received",
  message: { type: "hello", version: 1, player: "p", credit: { urgent: 1, bulk: 1 } },
};
const ping: SessionEvent = { type: "ping.received", message: { type: "ping", at: 1 } };
const credit: SessionEvent = {
  type: "credit.received",
  message: { type: "credit", lane: "bulk", granted: 5 },
};
const cancel: SessionEvent = { type: "cancel.received", message: { type: "cancel", demand: 0 } };
const demand: SessionEvent = {
  type: "demand.received",
  message: {
    type: "demand",
    demand: 0,
    received: 0,
    playing: true,
    rate: 100,
    wants: [],
    holds: [],
  },
};

function begin(token: string | null = null, isFull = () => false, hasSent = () => true) {
  const clock = handClock();
  const log: string[] = [];
  const machine = sessionMachine({
    welcome: () => void log.push("welcome"),
    demand: () => void log.push("demand"),
    grant: () => void log.push("grant"),
    cancel: () => void log.push("cancel"),
    pong: () => void log.push("pong"),
    pump: () => {
      log.push("pump");
      if (isFull()) actor.send({ type: "socket.filled", hasSent: hasSent() });
    },
    tellNews: () => void log.push("news"),
    hasRoom: () => true,
    end: (why) => void log.push(`end ${why?.code ?? "quietly"}`),
  });
  const actor = createActor(machine, { clock, input: { token, silenceMs: 1000 } }).start();
  return { actor, clock, log };
}

describe("a session", () => {
  it("welcomes once, and then hears everything", () => {
    const { actor, log } = begin();
    for (const event of [hello, demand, credit, cancel, ping]) actor.send(event);
    expect(log).toEqual(["welcome", "demand", "pump", "grant", "pump", "cancel", "pong"]);
    actor.send(hello);
    expect(log.at(-1)).toBe("end protocol-violation");
  });

  it.each([demand, credit, cancel, ping])("ends when it hears $type before hello", (event) => {
    const { actor, log } = begin();
    actor.send(event);
    expect(log).toEqual(["end protocol-violation"]);
  });

  it("asks for the token when there is one", () => {
    const { actor, log } = begin("sesame");
    actor.send(hello);
    expect(log).toEqual(["end token-refused"]);
  });

  it("looks at a full socket after a moment, and until then sends nothing", () => {
    let isFull = true;
    const { actor, log, clock } = begin(null, () => isFull);
    actor.send(hello);
    actor.send(demand);
    for (let at = 0; at < 5; at++) actor.send({ type: "supply.changed" });
    const pumps = () => log.filter((each) => each === "pump").length;
    expect(pumps()).toBe(1);
    clock.pass(5);
    expect(pumps()).toBe(2);
    isFull = false;
    clock.pass(5);
    expect(pumps()).toBe(3);
    clock.pass(500);
    expect(pumps()).toBe(3);
  });

  it("looks less and less often at a socket that lets go of nothing, until something leaves", () => {
    let hasSent = false;
    const { actor, log, clock } = begin(
      null,
      () => true,
      () => hasSent,
    );
    const looksIn = (ms: number) =>
      Array.from({ length: ms }, (_, at) => at + 1).filter(() => {
        const before = log.length;
        clock.pass(1);
        return log.length > before;
      });
    actor.send(hello);
    actor.send(demand);
    expect(looksIn(400)).toEqual([5, 15, 35, 75, 155, 235, 315, 395]);
    hasSent = true;
    expect(looksIn(100)).toEqual([75, 80, 85, 90, 95, 100]);
  });

  it("tells small news together, at most ten times a second", () => {
    const { actor, log, clock } = begin();
    actor.send(hello);
    for (let at = 0; at < 950; at++) {
      actor.send({ type: "news.arisen" });
      clock.pass(1);
      if (at === 500) actor.send(ping);
    }
    expect(log.filter((each) => each === "news")).toHaveLength(9);
  });

  it("ends quietly when nothing is heard for too long, hello or not", () => {
    for (const begun of [[], [hello]]) {
      const { actor, log, clock } = begin();
      for (const event of begun) actor.send(event);
      clock.pass(999);
      expect(log).not.toContain("end quietly");
      clock.pass(1);
      expect(log.at(-1)).toBe("end quietly");
      expect(clock.timers()).toBe(0);
    }
  });

  it("ends once, and does nothing afterwards, whatever it hears", () => {
    const events: readonly SessionEvent[] = [
      hello,
      demand,
      credit,
      cancel,
      ping,
      { type: "supply.changed" },
      { type: "news.arisen" },
      { type: "retry.due" },
      { type: "socket.filled", hasSent: true },
      { type: "socket.closed" },
      { type: "host.left" },
      { type: "peer.violated", why: fault("protocol-violation", "junk") },
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 30 }), (heard) => {
        const { actor, log, clock } = begin();
        for (const event of heard) {
          actor.send(event);
          clock.pass(7);
        }
        clock.pass(2000);
        const ends = log.filter((each) => each.startsWith("end"));
        expect(ends).toHaveLength(1);
        expect(log.at(-1)).toBe(ends[0]);
        expect(log.filter((each) => each === "welcome").length).toBeLessThanOrEqual(1);
        expect(log.slice(0, 1)).toEqual([log.includes("welcome") ? "welcome" : ends[0]]);
        expect(clock.timers()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
