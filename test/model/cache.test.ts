import assert from "node:assert/strict";
import { it } from "vitest";
import { cacheMachine, type CacheEvent } from "#engine/machines/cache.machine.ts";
import type { SegmentAsk } from "#engine/machines/deskOrders.ts";
import type { SegmentDesk } from "#engine/machines/segmentDesk.ts";
import { fault } from "#engine/protocol/faults.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof cacheMachine>;
type Call = { readonly name: string; readonly given: readonly unknown[] };
type Parts = { readonly calls: readonly Call[] };
/** Asks that were made and not given back, in order, each as it was made last. */
type World = { readonly asks: readonly SegmentAsk[] };
type CacheStep = Step<Machine, Parts, World>;

const files = [{ id: "b", bytes: 9, modified: 1 }];
const memoryBytes = {
  roomy: { hot: 3, warm: 6 },
  tight: { hot: 3, warm: 4 },
  critical: { hot: 1, warm: 2 },
} as const;
const why = fault("busy", "busy");
const askOf = (ask: number, priority: SegmentAsk["priority"]): SegmentAsk => ({
  ask,
  id: ask === 2 ? "original" : "enhanced",
  priority,
  deadlineMs: 0,
  isOriginal: ask === 2,
});

/** What every event but asks and their like becomes at the desk, whatever the state. */
const passedOn: readonly (readonly [CacheEvent, Call])[] = [
  [
    { type: "room.want", id: "a", bytes: 7, isOriginal: true },
    { name: "wantRoom", given: ["a", 7, true] },
  ],
  [
    { type: "render.finished", id: "a" },
    { name: "renderDone", given: ["a"] },
  ],
  [
    { type: "render.ended", id: "a", why },
    { name: "renderEnded", given: ["a", why] },
  ],
  [
    { type: "render.refused", ask: 2, why },
    { name: "refuse", given: [2, why] },
  ],
  [
    { type: "memory.changed", level: "critical" },
    { name: "resizeMemory", given: [memoryBytes.critical] },
  ],
  [{ type: "disk.rested" }, { name: "diskRested", given: [] }],
  [
    { type: "playhead.moved", session: "session.0", near: ["a", "b"] },
    { name: "follow", given: ["session.0", ["a", "b"]] },
  ],
  [
    { type: "move.ended", tier: "disk", kind: "write", id: "a", isDone: true },
    { name: "moveEnded", given: ["disk", "write", "a", true] },
  ],
];

function begin() {
  const calls: Call[] = [];
  const desk = new Proxy({} as SegmentDesk, {
    get:
      (_, name) =>
      (...given: readonly unknown[]): void =>
        void calls.push({ name: String(name), given }),
  });
  return {
    machine: cacheMachine({
      desk,
      takeListing: () => files,
      memoryBytesAt: (level) => memoryBytes[level],
    }),
    parts: { calls },
  };
}

function events({ asks }: World): readonly CacheEvent[] {
  return [
    ...[0, 1, 2].flatMap((ask): readonly CacheEvent[] => [
      { type: "segment.ask", ...askOf(ask, "low") },
      // one is enough to be urged
      ...(ask === 0 ? [{ type: "segment.ask", ...askOf(ask, "critical") } as const] : []),
    ]),
    ...asks.flatMap(({ ask }): readonly CacheEvent[] => [
      { type: "segment.release", ask, isServed: true },
      { type: "segment.release", ask, isServed: false },
    ]),
    ...passedOn.map(([event]) => event),
    { type: "disk.swept", since: 5 },
    { type: "disk.adopted", count: files.length },
    { type: "cache.close" },
  ];
}

function next({ before: { watched }, event }: CacheStep): World {
  if (event.type === "segment.release")
    return { asks: watched.asks.filter(({ ask }) => ask !== event.ask) };
  if (event.type !== "segment.ask") return watched;
  const made = askOf(event.ask, event.priority);
  const known = watched.asks.findIndex(({ ask }) => ask === event.ask);
  return { asks: known < 0 ? [...watched.asks, made] : watched.asks.with(known, made) };
}

/** What the desk has to hear of an event, in order. */
function callsDue({ before, event }: CacheStep): readonly Call[] {
  const isAdopting = before.snapshot.matches("adopting");
  const known = passedOn.find(([each]) => each.type === event.type);
  if (known) return [known[1]];
  switch (event.type) {
    case "segment.ask":
      return isAdopting && !event.isOriginal
        ? [] // what may lie on disk is not made before that is known
        : [{ name: "ask", given: [askOf(event.ask, event.priority)] }];
    case "segment.release": {
      const { ask, isServed } = event;
      if (isAdopting && ask !== 2) return []; // the desk has not heard of it
      return [{ name: "release", given: [ask, isServed] }];
    }
    case "disk.swept":
      return isAdopting ? [] : [{ name: "expire", given: [event.since] }];
    case "disk.adopted": {
      const parked = before.watched.asks.filter(({ isOriginal }) => !isOriginal);
      const expiry: readonly Call[] =
        before.snapshot.context.since === null ? [] : [{ name: "expire", given: [5] }];
      return [
        { name: "adopt", given: [files] },
        ...(isAdopting ? expiry : []),
        ...(isAdopting ? parked.map((ask): Call => ({ name: "ask", given: [ask] })) : []),
      ];
    }
    default:
      return [];
  }
}

function invariants(step: CacheStep): void {
  const { before, event, after } = step;
  const { context } = after.snapshot;
  const calls = after.parts.calls.slice(before.parts.calls.length).map(({ name, given }) => ({
    name,
    // an event is an ask with a type
    given: given.map((each) =>
      typeof each === "object" && each !== null && "ask" in each
        ? askOf((each as SegmentAsk).ask, (each as SegmentAsk).priority)
        : each,
    ),
  }));
  assert.deepEqual(calls, callsDue(step));
  const isAdopting = after.snapshot.matches("adopting");
  assert.equal(
    isAdopting,
    before.snapshot.matches("adopting") && !["disk.adopted", "cache.close"].includes(event.type),
  );
  assert.equal(after.snapshot.matches("closed"), event.type === "cache.close");
  if (event.type === "cache.close") return;
  const parked = after.watched.asks.filter(({ isOriginal }) => isAdopting && !isOriginal);
  assert.equal(context.parked, parked.length);
  const adopted = context.adopted - before.snapshot.context.adopted;
  assert.equal(adopted, event.type === "disk.adopted" ? files.length : 0);
}

it("the cache asks its desk for nothing before the files are taken in, and then for all of it", () => {
  const walked = walkWithParts<Machine, Parts, World>({
    begin,
    events: ({ watched }) => events(watched),
    key: ({ snapshot: { context }, watched }) => [watched, context.since, context.parked],
    watch: { initial: { asks: [] }, next },
    invariants,
  });
  reportCoverage(walked);
});
