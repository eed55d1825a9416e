/** The segment desk between a naive scheduler and naive tiers. Whatever happens, the books agree, and when
 *  all moves and renders are through everybody has been served. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ledgerTiers } from "#engine/machines/ledger.ts";
import { budget, bytesIn, DeskSurroundings, ids, why, type Job } from "./deskSurroundings.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

const number = fc.nat(4);
const name = fc.constantFrom(...ids);
type DeskStep = Step<DeskSurroundings, DeskSurroundings>;
const jobsThat = (rig: DeskSurroundings, are: Job["is"]) =>
  [...rig.jobs].filter(([, { is }]) => is === are).map(([id]) => id);

/** The surroundings are the model: they say beforehand what a step will be, and hold the desk to it. */
function step(
  text: string,
  isAllowed: (rig: DeskSurroundings) => boolean,
  kind: (rig: DeskSurroundings) => string,
  act: (rig: DeskSurroundings) => void,
): DeskStep {
  let is = "";
  return {
    text,
    isAllowed,
    model: (rig) => (is = kind(rig)),
    real: (rig) => {
      act(rig);
      return is;
    },
  };
}

const steps: fc.Arbitrary<DeskStep>[] = [
  fc.tuple(number, name).map(([ask, id]) =>
    step(
      `ask(#${ask} ${id})`,
      () => true,
      (rig) => (rig.asks.has(ask) ? "urged" : "made"),
      (rig) => rig.ask(ask, id),
    ),
  ),
  number.map((ask) =>
    step(
      `release(#${ask})`,
      (rig) => rig.asks.has(ask),
      (rig) => (rig.asks.get(ask)!.isAnswered ? "answered" : "waiting"),
      (rig) => rig.release(ask, rig.asks.get(ask)!.isAnswered),
    ),
  ),
  fc.nat(1).map((at) =>
    step(
      `admit(${at})`,
      (rig) => jobsThat(rig, "queued").length > at,
      () => "done",
      (rig) => rig.admit(jobsThat(rig, "queued")[at]!),
    ),
  ),
  fc.tuple(fc.nat(1), fc.constantFrom(true, true, false)).map(([at, isDone]) =>
    step(
      `finish(${at}${isDone ? "" : ", broken"})`,
      (rig) => jobsThat(rig, "running").length > at,
      () => (isDone ? "whole" : "broken"),
      (rig) => rig.finish(jobsThat(rig, "running")[at]!, isDone ? undefined : why),
    ),
  ),
  fc.tuple(fc.nat(2), fc.constantFrom(true, true, false)).map(([at, isDone]) =>
    step(
      `endMove(${at}${isDone ? "" : ", failed"})`,
      (rig) => at < rig.movesThatRun().length,
      (rig) => {
        const { kind } = rig.movesThatRun()[at]!;
        return `${kind} ${isDone || kind === "drop" ? "done" : "failed"}`;
      },
      (rig) => rig.endMove(at, isDone),
    ),
  ),
  fc.constantFrom(["a"], ["c"], ["b", "a"]).map((found) =>
    step(
      `adopt(${found.join(" ")})`,
      (rig) => rig.now > 15,
      () => "done",
      (rig) => rig.adopt(found),
    ),
  ),
  fc
    .tuple(fc.nat(1), fc.constantFrom([], ["a"], ["b", "original"], ["c"], ["a", "huge"]))
    .map(([session, near]) =>
      step(
        `follow(${session}: ${near.join(" ")})`,
        () => true,
        () => "done",
        (rig) => rig.follow(session, near),
      ),
    ),
  fc.constant(
    step(
      "rest()",
      ({ desk }) => desk.writes.behind > 0,
      () => "done",
      (rig) => rig.rest(),
    ),
  ),
  fc.nat(40).map((since) =>
    step(
      `expire(${since})`,
      (rig) => rig.now > 20,
      () => "done",
      (rig) => rig.tell(() => rig.desk.expire(since)),
    ),
  ),
];

it("the segment desk answers everybody, once, from books that are right at every moment", () => {
  const seen = { L1: 0, L2: 0, L3: 0, MISS: 0, ORIGINAL: 0, failed: 0, corrupt: 0 };
  const outcomes = runAgainstModel<DeskSurroundings, DeskSurroundings>({
    setup: () => {
      const rig = new DeskSurroundings();
      return { model: rig, real: rig };
    },
    steps,
    look: (rig) => ({
      breaches: rig.desk.breaches((id) => rig.jobs.has(id)),
      bytes: [rig.ledger.bytes("hot") + rig.ledger.bytes("warm"), rig.ledger.bytes("disk")],
      isWithin: ledgerTiers.every((tier) => rig.ledger.bytes(tier) <= budget[tier]),
      misplaced: rig.misplaced(),
      asks: rig.desk.askCount,
    }),
    expected: ({ held, asks }) => ({
      breaches: [],
      bytes: [bytesIn(held.memory), bytesIn(held.disk)],
      isWithin: true,
      misplaced: [],
      asks: asks.size,
    }),
    atEnd: (rig) => {
      const { desk, failed } = rig;
      for (const tier of ["L1", "L2", "L3", "MISS", "ORIGINAL"] as const)
        seen[tier] += rig.answers[tier];
      seen.failed += failed;
      seen.corrupt += desk.evictions.of("disk", "corrupt");
      rig.settle();
      assert.deepEqual([...rig.asks.keys()], [], "everybody is served in the end");
      assert.deepEqual([rig.jobs.size, rig.moves.length, rig.ledger.leaseCount()], [0, 0, 0]);
      assert.equal(desk.writes.behind, 0, "what stayed in memory has come to disk");
    },
    seed: 10,
    runs: 2000,
    stepsMax: 60,
  });
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
  expect([...outcomes.keys()]).toEqual([
    "admit: done",
    "adopt: done",
    "ask: made",
    "ask: urged",
    "endMove: drop done",
    "endMove: read done",
    "endMove: read failed",
    "endMove: write done",
    "endMove: write failed",
    "expire: done",
    "finish: broken",
    "finish: whole",
    "follow: done",
    "release: answered",
    "release: waiting",
    "rest: done",
  ]);
});

it("two who wait for a segment that leaves memory are both served by one read from disk, leased once each", () => {
  const rig = new DeskSurroundings();
  const finish = (number: number, id: string) => {
    rig.ask(number, id);
    rig.admit(id);
    rig.finish(id, undefined);
    while (rig.moves.length > 0) rig.endMove(0, true);
    rig.release(number, true);
  };
  rig.endMove(0, true);
  finish(0, "c");
  rig.ask(1, "original");
  rig.admit("original");
  // a read of `a` makes `c` leave
  rig.ask(2, "a");
  expect(rig.moves.map(({ tier, kind, id }) => `${tier} ${kind} ${id}`)).toEqual(["warm drop c"]);
  rig.ask(3, "c");
  rig.ask(4, "c");
  rig.endMove(0, true);
  expect(rig.ledger.leases("warm", "c")).toBe(2);
  expect(rig.desk.breaches(() => true)).toEqual([]);
});
