import assert from "node:assert/strict";
import { it } from "vitest";
import {
  cacheTierMachine,
  type TierEvent,
  type TierPolicy,
} from "#engine/machines/cacheTier.machine.ts";
import type { MoveKind } from "#engine/machines/deskOrders.ts";
import { MoveQueue } from "#engine/machines/moveQueue.ts";
import { fault } from "#engine/protocol/faults.ts";
import { reportCoverage, type Coverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof cacheTierMachine>;
type Move = { readonly kind: MoveKind; readonly id: string };
/** What the tier has ordered so far, oldest first. */
type Parts = {
  readonly carried: readonly Move[];
  readonly reported: readonly (Move & { readonly isDone: boolean })[];
  readonly did: readonly ("open" | "sweep" | "warn" | "rested")[];
};
/** What the cache knows: moves that it ordered and that have not ended, oldest first. */
type World = {
  readonly waiting: readonly Move[];
  readonly running: readonly Move[];
  /** whether it was said that writing failed, and none has succeeded since */
  readonly isWarned: boolean;
};
type TierStep = Step<Machine, Parts, World>;

const movesMax = 3;
const full = fault("disk-full", "full");
const disk: TierPolicy = { name: "disk", parallel: 2, sweepMs: 60, restMs: 5 };
const hot: TierPolicy = {
  name: "hot",
  parallel: Number.POSITIVE_INFINITY,
  sweepMs: null,
  restMs: 0,
};

function begin(policy: TierPolicy): { readonly machine: Machine; readonly parts: Parts } {
  const carried: Move[] = [];
  const reported: (Move & { isDone: boolean })[] = [];
  const did: ("open" | "sweep" | "warn" | "rested")[] = [];
  const machine = cacheTierMachine(policy, new MoveQueue(), {
    open: () => void did.push("open"),
    carry: (kind, id) => void carried.push({ kind, id }),
    report: (kind, id, isDone) => void reported.push({ kind, id, isDone }),
    sweep: () => void did.push("sweep"),
    warn: () => void did.push("warn"),
    rested: () => void did.push("rested"),
  });
  return { machine, parts: { carried, reported, did } };
}

function events(
  kinds: readonly MoveKind[],
  { waiting, running }: World,
  isOpening: boolean,
): readonly TierEvent[] {
  // the cache orders nothing before it has taken in what was listed
  const isFull = isOpening || waiting.length + running.length >= movesMax;
  return [
    { type: "tier.close" },
    ...(isOpening ? [{ type: "tier.opened" } as const] : []),
    ...(isFull
      ? []
      : kinds.flatMap((kind) =>
          ["a", "b"]
            .filter(
              (id) =>
                ![...waiting, ...running].some((move) => move.id === id && move.kind === kind),
            )
            .map((id): TierEvent => ({ type: "move.order", kind, id })),
        )),
    ...running.flatMap((move): readonly TierEvent[] => [
      { type: "move.carried", ...move, isDone: true, why: null },
      { type: "move.carried", ...move, isDone: false, why: move.kind === "write" ? full : null },
    ]),
  ];
}

/** The move that may begin next: never two on one segment, what a listener waits for first. */
function nextOf(waiting: readonly Move[], running: readonly Move[]): Move | undefined {
  const ready = waiting.filter(
    (move, at) =>
      !running.some(({ id }) => id === move.id) &&
      waiting.findIndex(({ id }) => id === move.id) === at,
  );
  return ready.find(({ kind }) => kind === "read") ?? ready[0];
}

function next({ before, event, after: { snapshot, parts } }: TierStep): World {
  let { waiting, running, isWarned } = before.watched;
  if (snapshot.matches("closed")) return { waiting: [], running: [], isWarned };
  const began = parts.carried.slice(before.parts.carried.length);
  const ended = parts.reported.slice(before.parts.reported.length);
  if (event.type === "move.order") {
    const isRefused = isAiling(before.snapshot) && event.kind === "write";
    const { kind, id } = event;
    assert.deepEqual(ended, isRefused ? [{ kind, id, isDone: false }] : [], "refused at once");
    if (!isRefused) waiting = [...waiting, { kind, id }];
  } else if (event.type === "move.carried") {
    const { kind, id, isDone } = event;
    assert.deepEqual(ended, [{ kind, id, isDone }], "ended once");
    running = running.filter((move) => move.id !== id);
    // what fails while writes rest is not news
    if (kind === "write") isWarned = !isDone && (isWarned || !isAiling(before.snapshot));
  } else assert.deepEqual(ended, []);
  for (const move of began) {
    assert.deepEqual(move, nextOf(waiting, running), "the next in line");
    waiting = waiting.toSpliced(
      waiting.findIndex(({ id }) => id === move.id),
      1,
    );
    running = [...running, move];
  }
  return { waiting, running, isWarned };
}

const isAiling = (snapshot: TierStep["after"]["snapshot"]) =>
  snapshot.matches({ open: { health: "ailing" } });

function invariants(policy: TierPolicy, { before, event, after, actions }: TierStep): void {
  const { snapshot, parts, watched } = after;
  if (snapshot.matches("closed")) return assert.equal(event.type, "tier.close");
  const did = parts.did.slice(before.parts.did.length);
  // as many at once as may be, and nobody waits beside a free place
  assert.ok(watched.running.length <= policy.parallel);
  if (watched.running.length < policy.parallel)
    assert.equal(nextOf(watched.waiting, watched.running), undefined, "idle, yet something waits");
  assert.equal(snapshot.context.running, watched.running.length);
  assert.equal(snapshot.context.waiting, watched.waiting.length);
  // said once when writing fails, and again only after it has succeeded
  const isFailed = event.type === "move.carried" && event.kind === "write" && !event.isDone;
  assert.equal(
    did.filter((each) => each === "warn").length,
    isFailed && !isAiling(before.snapshot) && !before.watched.isWarned ? 1 : 0,
    "warned",
  );
  if (isFailed) assert.ok(isAiling(snapshot), "writes rest");
  if (!isFailed && !isAiling(before.snapshot)) assert.ok(!isAiling(snapshot));
  // they rest for a while only
  const isAlarmSet = actions.some(
    ({ type, params }) =>
      type === "xstate.raise" && /\.after\.rest\./.test((params as { readonly type: string }).type),
  );
  assert.equal(isAlarmSet, isAiling(snapshot) && !isAiling(before.snapshot), "rests for a while");
  const isRested = /\.after\.rest\./.test(event.type);
  if (isRested) assert.ok(!isAiling(snapshot));
  assert.equal(
    did.filter((each) => each === "rested").length,
    isRested ? 1 : 0,
    "said to the cache",
  );
  // looked for what has expired when the tier opens and from then on, if anything expires
  const isLook = event.type === "tier.opened" || /\.after\.sweep\./.test(event.type);
  assert.equal(
    did.filter((each) => each === "sweep").length,
    isLook && policy.sweepMs !== null ? 1 : 0,
    "swept",
  );
  assert.equal(parts.did.filter((each) => each === "open").length, 1);
}

function walk(policy: TierPolicy, kinds: readonly MoveKind[]): Coverage {
  return walkWithParts<Machine, Parts, World>({
    begin: () => begin(policy),
    events: ({ snapshot, watched }) => events(kinds, watched, snapshot.matches("opening")),
    key: ({ snapshot: { context }, watched }) => [watched, context.hasWarned],
    watch: { initial: { waiting: [], running: [], isWarned: false }, next },
    invariants: (step) => invariants(policy, step),
  });
}

it("a tier ends every move once, in order on each segment, and warns once; memory never expires", () => {
  const walked = walk(disk, ["read", "write", "drop"]);
  // one machine: what is seen of it under any policy is seen
  for (const other of [walk({ ...disk, parallel: 1 }, ["read", "write"]), walk(hot, ["drop"])]) {
    console.log(other.line());
    for (const [name, times] of other.seen)
      walked.seen.set(name, (walked.seen.get(name) ?? 0) + times);
  }
  reportCoverage(walked);
});
