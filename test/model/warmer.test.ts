import assert from "node:assert/strict";
import { it } from "vitest";
import {
  goesOn,
  warmerMachine,
  type HeardAt,
  type WarmerEvent,
  type WarmerOrders,
} from "#engine/machines/warmer.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof warmerMachine>;
type Order = { readonly name: keyof WarmerOrders; readonly given: unknown };
type Parts = { readonly orders: readonly Order[] };
type WarmerStep = Step<Machine, Parts, undefined>;

const at = (track: string, variant: string, frame: number, atMs: number): HeardAt => {
  return { track, variant, frame, rate: 1000, atMs };
};
/** a listener at the beginning, some seconds on, who has sought, who has switched, who has gone on to another
 *  track */
const places: readonly HeardAt[] = [
  at("a", "warm@80", 0, 0),
  at("a", "warm@80", 4000, 5000),
  at("a", "warm@80", 90_000, 6000),
  at("a", "original", 4500, 6000),
  at("b", "warm@80", 0, 6000),
];
const events: readonly WarmerEvent[] = [
  ...places.flatMap((place): readonly WarmerEvent[] =>
    [true, false].map((playing) => ({ type: "listener.heard", playing, ...place })),
  ),
  { type: "listener.left" },
  { type: "supply.changed" },
  { type: "warmer.close" },
];

function begin() {
  const orders: Order[] = [];
  const note = (name: keyof WarmerOrders) => (given?: unknown) => void orders.push({ name, given });
  const machine = warmerMachine(5, {
    forget: note("forget"),
    warm: note("warm"),
    rest: note("rest"),
  });
  return { machine, parts: { orders } };
}

function invariants({ before, event, after: { snapshot, parts } }: WarmerStep): void {
  const orders = parts.orders.slice(before.parts.orders.length);
  const did = (name: keyof WarmerOrders) => orders.filter((each) => each.name === name);
  const wasPlaying = before.snapshot.matches("playing");
  const isPlaying = snapshot.matches("playing");
  const { heard } = before.snapshot.context;

  // nothing is warmed in a pause, before the first word, after the last; what is left is given back
  if (!isPlaying) assert.deepEqual([...did("warm"), ...did("forget")], [], "at rest");
  assert.equal(did("rest").length, wasPlaying && !isPlaying ? 1 : 0, "given back once");
  if (snapshot.matches("closed")) assert.equal(event.type, "warmer.close");

  if (event.type === "listener.heard") {
    if (event.playing) assert.deepEqual(snapshot.context.heard, placeOf(event), "where he is now");
    assert.equal(isPlaying, event.playing);
    const begins = event.playing && !(wasPlaying && heard !== null && goesOn(heard, event));
    // a play, a seek and a switch begin with what is near, and what is gone may be made again
    assert.equal(did("forget").length, begins ? 1 : 0, "anew");
    if (begins) assert.ok(snapshot.matches({ playing: "following" }));
    else if (event.playing) assert.deepEqual(snapshot.value, before.snapshot.value);
  } else assert.deepEqual(did("forget"), [], "not anew");
  // whatever changes is looked at, as far as the listener has come
  if (isPlaying) {
    const isSpreading = snapshot.matches({ playing: "spreading" });
    assert.deepEqual(
      did("warm").map(({ given }) => given),
      [isSpreading],
    );
  }
}

function placeOf({ track, variant, frame, rate, atMs }: HeardAt): HeardAt {
  return { track, variant, frame, rate, atMs };
}

it("the warmer works only while its listener plays, near things first, and gives back what it asked for", () => {
  const walked = walkWithParts<Machine, Parts>({
    begin,
    events,
    key: ({ snapshot: { context } }) => [context.heard],
    invariants,
  });
  reportCoverage(walked);
});
