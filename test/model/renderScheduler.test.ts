import assert from "node:assert/strict";
import { it } from "vitest";
import { RenderQueue, type Waiter } from "#engine/machines/renderQueue.ts";
import {
  renderSchedulerMachine,
  type Readiness,
  type SchedulerEvent,
  type SchedulerOrders,
} from "#engine/machines/renderScheduler.machine.ts";
import { fault } from "#engine/protocol/faults.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Order = { readonly name: keyof SchedulerOrders; readonly id: string; readonly why?: unknown };
type Parts = {
  readonly queue: RenderQueue;
  readonly orders: readonly Order[];
  /** what is said of the segment whose source is still being decoded */
  readonly decoding: { is: Readiness };
};
/** What cache, engine and askers know. */
type World = {
  /** asks that were not withdrawn and whose job has not ended */
  readonly asks: readonly { readonly id: string; readonly ask: number }[];
  /** segments that room was asked for */
  readonly wanted: readonly string[];
  readonly running: readonly string[];
  /** of those: begun anew after a worker was lost */
  readonly anew: readonly string[];
};
type Machine = ReturnType<typeof renderSchedulerMachine>;
type SchedulerStep = Step<Machine, Parts, World>;

const slots = 2;
const queueMax = 2;
/** of this one the source is being decoded */
const late = "b";
const gone = fault("chunk-out-of-range", "past the end");
const crash = fault("worker-lost", "crashed");
const broken = fault("render-failed", "broken");
const asks: readonly (Waiter & { readonly id: string })[] = [
  { id: "a", ask: 0, priority: "low", deadlineMs: 0 },
  { id: "a", ask: 1, priority: "critical", deadlineMs: 0 },
  { id: late, ask: 2, priority: "normal", deadlineMs: 0 },
  { id: "c", ask: 3, priority: "background", deadlineMs: 0 },
];

let current: Parts;
const note =
  (name: keyof SchedulerOrders) =>
  (id: string | number, why?: unknown): void =>
    void (current.orders as Order[]).push({ name, id: String(id), why });
/** The queue of the walk's present place: one machine serves all of them. */
const queue = new Proxy({} as RenderQueue, {
  get: (_, name) => {
    const value: unknown = Reflect.get(current.queue, name, current.queue);
    return typeof value === "function" ? value.bind(current.queue) : value;
  },
});
const made = renderSchedulerMachine(slots, queue, {
  readiness: (id) => (id === late ? current.decoding.is : "ready"),
  wantRoom: note("wantRoom"),
  start: note("start"),
  cancel: note("cancel"),
  reportFinished: note("reportFinished"),
  reportEnded: note("reportEnded"),
  refuse: note("refuse"),
});
/** `source.changed` brings along how far the source has come; what is told looks there first. */
type SourceNews = SchedulerEvent & { readonly is?: Readiness };
const failImpossible = made.implementations.actions["failImpossible"] as (args: unknown) => void;
const machine = made.provide({
  actions: {
    failImpossible: (args) => {
      current.decoding.is = (args.event as SourceNews).is ?? current.decoding.is;
      failImpossible(args);
    },
  },
});

function begin() {
  current = { queue: new RenderQueue(queueMax), orders: [], decoding: { is: "waiting" } };
  return { machine, parts: current };
}

function events({
  parts,
  watched,
}: Pick<SchedulerStep["after"], "parts" | "watched">): readonly SchedulerEvent[] {
  const { wanted, running } = watched;
  const known = new Set(watched.asks.map(({ ask }) => ask));
  const { is } = parts.decoding;
  const news: readonly Readiness[] = is === gone ? [] : is === "ready" ? [gone] : ["ready", gone];
  return [
    ...asks
      .filter(({ ask }) => !known.has(ask))
      .map((ask): SchedulerEvent => ({ type: "render.ask", ...ask })),
    ...watched.asks.flatMap(({ id, ask }): readonly SchedulerEvent[] =>
      // only of what runs somebody can have got enough
      (running.includes(id) ? [true, false] : [false]).map((isServed) => ({
        type: "render.withdraw",
        id,
        ask,
        isServed,
      })),
    ),
    { type: "render.withdraw", id: "a", ask: 99, isServed: false },
    ...news.map((each) => ({ type: "source.changed", is: each }) as SourceNews),
    ...wanted.flatMap((id): readonly SchedulerEvent[] => [
      { type: "room.granted", id },
      { type: "room.refused", id },
      { type: "room.moot", id },
    ]),
    { type: "room.freed" },
    // an answer to what was cancelled may be on its way while the same segment is asked for anew
    ...["a", ...running.filter((id) => id !== "a")].flatMap((id): readonly SchedulerEvent[] => [
      { type: "engine.done", id },
      { type: "engine.failed", id, why: crash },
      ...(running.includes(id) ? [{ type: "engine.failed", id, why: broken } as const] : []),
    ]),
    { type: "scheduler.close" },
  ];
}

const without = (list: readonly string[], id: string) => list.filter((each) => each !== id);

/** Follows the orders, one by one, and holds each to what was promised of it. */
function next({ before, event, after: { snapshot, parts } }: SchedulerStep): World {
  let { asks: waiting, wanted, running, anew } = before.watched;
  const wait = (id: string) => waiting.some((each) => each.id === id);
  let granted: string | null = null;
  let lost: string | null = null;
  if (event.type === "render.ask") waiting = [...waiting, { id: event.id, ask: event.ask }];
  if (event.type === "render.withdraw") waiting = waiting.filter(({ ask }) => ask !== event.ask);
  if (event.type.startsWith("room.") && "id" in event) wanted = without(wanted, event.id);
  if (event.type === "room.granted") granted = event.id;
  if (event.type === "room.moot") waiting = waiting.filter(({ id }) => id !== event.id);
  if (event.type.startsWith("engine.") && "id" in event && running.includes(event.id)) {
    if (event.type === "engine.failed" && event.why === crash) lost = event.id;
    running = without(running, event.id);
  }
  for (const { name, id, why } of parts.orders.slice(before.parts.orders.length)) {
    if (name === "refuse") waiting = waiting.filter(({ ask }) => String(ask) !== id);
    else if (name === "wantRoom") {
      assert.ok(!wanted.includes(id) && !running.includes(id), "admitted once");
      assert.ok(wanted.length + running.length < slots, "slots");
      assert.ok(wait(id), "room for somebody");
      wanted = [...wanted, id];
    } else if (name === "start") {
      assert.ok(wait(id), "begun for somebody");
      assert.ok(id === granted || (id === lost && !anew.includes(id)), "granted, or lost once");
      if (id === lost) anew = [...anew, id];
      running = [...running, id];
    } else if (name === "cancel") {
      assert.ok(running.includes(id), "cancelled while it runs");
      running = without(running, id);
      anew = without(anew, id);
    } else {
      assert.ok(!running.includes(id), "reported when it is over");
      if (name === "reportFinished") assert.equal(event.type, "engine.done");
      anew = without(anew, id);
      // one that gives way is waited for as before
      if (name === "reportEnded" && why === null) continue;
      waiting = waiting.filter((each) => each.id !== id);
    }
  }
  if (snapshot.matches("closed")) return { asks: [], wanted: [], running, anew: [] };
  return { asks: waiting, wanted, running, anew };
}

/** Whether something runs that nobody waits for: it may give way without going back into the line. */
const forNobody = ({ watched: { running, asks: waiting } }: SchedulerStep["before"]) =>
  running.some((id) => !waiting.some((each) => each.id === id));

function invariants({ before, event, after: { snapshot, parts, watched } }: SchedulerStep): void {
  const orders = parts.orders.slice(before.parts.orders.length);
  const did = (name: Order["name"]) => orders.filter((each) => each.name === name);
  assert.deepEqual(parts.queue.ids().length === 0 || !snapshot.matches("closed"), true);
  if (snapshot.matches("closed")) return assert.deepEqual(watched.running, []);
  // the books are what the others know
  const active = parts.queue.active();
  const wasUnhurried = (id: string) =>
    ["low", "background"].includes(before.parts.queue.priority(id)!);
  assert.deepEqual(
    active.map(({ id }) => id).toSorted(),
    [...watched.wanted, ...watched.running].toSorted(),
  );
  assert.equal(snapshot.context.busy, active.length);
  assert.equal(snapshot.context.queued, parts.queue.queued);
  for (const id of parts.queue.ids())
    assert.deepEqual(
      parts.queue.waiters(id).toSorted(),
      watched.asks
        .filter((each) => each.id === id)
        .map(({ ask }) => ask)
        .toSorted(),
    );
  for (const { id } of watched.asks) assert.ok(parts.queue.standing(id), "every asker has a job");

  // a slot is kept for what is urgent
  const isUnhurried = (id: string) => ["low", "background"].includes(parts.queue.priority(id)!);
  if (did("wantRoom").some(({ id }) => isUnhurried(id)))
    assert.ok(active.filter(({ id }) => isUnhurried(id)).length < slots, "a slot is kept free");
  // what can run does, unless room is lacking; what cannot holds up nobody
  const isReady = (id: string) => id !== late || parts.decoding.is === "ready";
  const isHurried = (id: string) => ["critical", "high"].includes(parts.queue.priority(id)!);
  const keepsRoom = watched.wanted.some(isHurried);
  const isKept = active.filter(({ id }) => isUnhurried(id)).length >= slots - 1 || keepsRoom;
  const couldRun = parts.queue.next(isReady, isKept ? "normal" : "background");
  if (snapshot.matches({ scheduling: "free" }) && active.length < slots)
    assert.equal(couldRun, undefined, "idle, yet something could run");
  if (parts.decoding.is === gone)
    assert.notEqual(parts.queue.standing(late), "queued", "what is impossible is told");
  // what nobody is in a hurry for keeps neither slot nor room from what somebody is
  const spare = watched.running.filter((id) => parts.queue.priority(id) && isUnhurried(id));
  const hurried = parts.queue.next(isReady, "high");
  if (hurried !== undefined && active.length === slots) assert.deepEqual(spare, [], "gives way");
  if (event.type === "room.refused" && parts.queue.priority(event.id) === "critical")
    assert.ok(
      did("cancel").length === Math.min(1, before.watched.running.filter(wasUnhurried).length),
      "room",
    );
  if (did("wantRoom").some(({ id }) => isUnhurried(id))) assert.ok(!keepsRoom, "room is kept");
  if (snapshot.matches({ scheduling: "lacking" }) && event.type !== "room.granted")
    assert.deepEqual(did("wantRoom"), [], "nothing is tried without room");
  if (["room.freed", "room.moot", "render.withdraw"].includes(event.type))
    assert.ok(snapshot.matches({ scheduling: "free" }), "looked at again");

  // who runs for nobody is cancelled, unless it was for somebody who was served early
  const left = event.type === "render.withdraw" && before.watched.running.includes(event.id);
  const isUnwanted =
    left &&
    !event.isServed &&
    !watched.asks.some(({ id }) => id === event.id) &&
    before.watched.asks.some(({ id }) => id === event.id);
  const gaveWay = snapshot.context.givenWay - before.snapshot.context.givenWay;
  const isForgotten = did("cancel").length - gaveWay;
  assert.ok(isForgotten === (isUnwanted ? 1 : 0) || forNobody(before), "cancelled");
  for (const { id } of did("cancel"))
    if (watched.asks.some((each) => each.id === id))
      assert.equal(parts.queue.standing(id), "queued", "back in the line");
  // an answer to what does not run says nothing
  if (event.type.startsWith("engine.") && "id" in event) {
    const isHeard = before.watched.running.includes(event.id);
    if (!isHeard) assert.deepEqual(orders, [], "a stale answer");
    else
      assert.ok(
        orders.some(({ id }) => id === event.id),
        "an answer has a consequence",
      );
    const done = snapshot.context.finished - before.snapshot.context.finished;
    assert.equal(done, event.type === "engine.done" && isHeard ? 1 : 0);
    assert.equal(did("reportFinished").length, done);
  }
  const isFull = event.type === "render.ask" && before.parts.queue.queued >= queueMax;
  if (!isFull) assert.deepEqual(did("refuse"), []);
}

it("the render scheduler keeps its slots busy with what is wanted, and answers for every job once", () => {
  const walked = walkWithParts<Machine, Parts, World>({
    begin,
    events,
    key: ({ parts, watched }) => [
      parts.decoding.is,
      // no two are of one class, so that who came first is nothing to the order
      parts.queue
        .ids()
        .toSorted()
        .map((id) => [id, parts.queue.standing(id), parts.queue.priority(id)]),
      watched.asks.map(({ ask }) => ask).toSorted(),
      watched.anew.toSorted(),
    ],
    watch: { initial: { asks: [], wanted: [], running: [], anew: [] } as World, next },
    invariants,
  });
  reportCoverage(walked);
}, 60_000);
