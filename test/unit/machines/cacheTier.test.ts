/** A cache tier: how its moves are carried out, and how an ailing disk is treated. */
import { createActor } from "xstate";
import { describe, expect, it } from "vitest";
import { fault } from "#engine/protocol/faults.ts";
import { cacheTierMachine, type TierPolicy } from "#engine/machines/cacheTier.machine.ts";
import type { MoveKind } from "#engine/machines/deskOrders.ts";
import { MoveQueue } from "#engine/machines/moveQueue.ts";
import { handClock } from "../fakes/handClock.ts";

const disk: TierPolicy = { name: "disk", parallel: 2, sweepMs: 10_000, restMs: 500 };

function begin(policy = disk) {
  const clock = handClock();
  const log: string[] = [];
  const machine = cacheTierMachine(policy, new MoveQueue(), {
    open: () => void log.push("open"),
    carry: (kind, id) => void log.push(`${kind} ${id}`),
    report: (kind, id, isDone) => void log.push(`${kind} ${id} ${isDone ? "done" : "failed"}`),
    sweep: () => void log.push("sweep"),
    rested: () => void log.push("rested"),
    warn: (why) => void log.push(`warn ${why.code}`),
  });
  const actor = createActor(machine, { clock }).start();
  const order = (kind: MoveKind, id: string) => actor.send({ type: "move.order", kind, id });
  const carried = (kind: MoveKind, id: string, isDone = true) => {
    const why = isDone ? null : fault("disk-full", "no space");
    actor.send({ type: "move.carried", kind, id, isDone, why });
  };
  const open = () => {
    actor.send({ type: "tier.opened" });
    log.length = 0;
  };
  return { actor, clock, log, order, carried, open };
}

describe("a tier", () => {
  it("carries out as many moves at once as it may, the others in their order", () => {
    const { order, carried, open, log } = begin();
    open();
    for (const id of ["a", "b", "c", "d"]) order("write", id);
    expect(log).toEqual(["write a", "write b"]);
    carried("write", "b");
    expect(log.slice(2)).toEqual(["write b done", "write c"]);
  });

  it("never moves one segment twice at once: what was ordered first ends first", () => {
    const { order, carried, open, log } = begin();
    open();
    order("drop", "a");
    order("write", "a");
    expect(log).toEqual(["drop a"]);
    carried("drop", "a");
    expect(log.slice(1)).toEqual(["drop a done", "write a"]);
  });

  it("lets a read, for which somebody waits, go before what nobody waits for", () => {
    const { order, carried, open, log } = begin({ ...disk, parallel: 1 });
    open();
    order("write", "a");
    order("write", "b");
    order("read", "c");
    order("drop", "d");
    order("read", "d");
    carried("write", "a");
    carried("read", "c");
    expect(log.filter((each) => !each.includes("done"))).toEqual(["write a", "read c", "write b"]);
  });

  it("refuses writes for a while after one failed, warns once, says when it may be tried again, and recovers", () => {
    const { order, carried, open, log, clock } = begin();
    open();
    order("write", "a");
    carried("write", "a", false);
    order("write", "b");
    order("read", "c");
    expect(log).toEqual([
      "write a",
      "warn disk-full",
      "write a failed",
      "write b failed",
      "read c",
    ]);
    log.length = 0;
    clock.pass(500);
    order("write", "d");
    carried("write", "d", false);
    expect(log).toEqual(["rested", "write d", "write d failed"]);
    log.length = 0;
    clock.pass(500);
    order("write", "e");
    carried("write", "e");
    order("write", "f");
    carried("write", "f", false);
    expect(log).toEqual([
      "rested",
      "write e",
      "write e done",
      "write f",
      "warn disk-full",
      "write f failed",
    ]);
  });

  it("looks for what has expired at the start and from time to time, if anything expires", () => {
    const { clock, actor, log } = begin();
    actor.send({ type: "tier.opened" });
    clock.pass(25_000);
    expect(log.filter((each) => each === "sweep")).toHaveLength(3);
    const memory = begin({ ...disk, sweepMs: null });
    memory.actor.send({ type: "tier.opened" });
    memory.clock.pass(100_000);
    expect(memory.log).not.toContain("sweep");
    expect(memory.clock.timers()).toBe(0);
  });
});
