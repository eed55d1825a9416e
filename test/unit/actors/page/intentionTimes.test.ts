import { beforeEach, expect, it } from "vitest";
import { IntentionTimes } from "#engine/actors/page/intentionTimes.ts";

let nowMs: number;
let times: IntentionTimes;
let generation: number;

beforeEach(() => {
  nowMs = 1000;
  generation = 0;
  times = new IntentionTimes({ now: () => nowMs });
});

type Wish = {
  readonly track?: string;
  readonly variant?: string;
  readonly start?: number;
  readonly chosen?: string;
};

/** An intention of the player, of a new generation. */
function intend({
  track = "A",
  variant = "original",
  start = 0,
  chosen = variant,
}: Wish = {}): number {
  const message = {
    ...{ generation: ++generation, track, variant, start, rate: 1000, counterpart: "warm@80" },
    ...{ alignTo: null, standsIn: false, hurried: false },
  };
  times.intended({ type: "page/intend", ...message }, chosen);
  return generation;
}
const commit = (of: number): void =>
  times.hear({ type: "lane/committed", generation: of, frame: 0 } as never);
const told = () => times.list.map(({ kind, outcome, tookMs }) => [kind, outcome, tookMs]);

it("from the click to the first frame of what it meant", () => {
  times.click(() => intend());
  nowMs += 120;
  commit(1);
  times.click(() => intend({ start: 7500 }));
  nowMs += 30;
  expect(told()).toEqual([
    ["track", "heard", 120],
    ["seek", "pending", null],
  ]);
  commit(2);
  times.click(() => intend({ start: 7500, variant: "warm@80" }));
  nowMs += 5;
  commit(3);
  expect(told().slice(1)).toEqual([
    ["seek", "heard", 30],
    ["variant", "heard", 5],
  ]);
  expect(times.list[1]).toMatchObject({ track: "A", seconds: 7.5 });
});

it("what is replaced before it is heard has no time, and the newer counts from its own click", () => {
  times.click(() => intend());
  nowMs += 50;
  times.click(() => intend({ start: 9000 }));
  nowMs += 40;
  commit(1);
  expect(told().at(-1)).toEqual(["seek", "pending", null]);
  commit(2);
  expect(told()).toEqual([
    ["track", "replaced", null],
    ["seek", "heard", 40],
  ]);
});

it("what goes on by itself is still the same click: the original stands in", () => {
  times.click(() => intend({ variant: "warm@80" }));
  nowMs += 20;
  intend({ variant: "original", chosen: "warm@80" });
  nowMs += 20;
  commit(1);
  expect(told()).toEqual([["track", "pending", null]]);
  commit(2);
  expect(told()).toEqual([["track", "heard", 40]]);
  // that enhanced takes over later is nobody's click
  nowMs += 3000;
  commit(intend({ variant: "warm@80" }));
  expect(told()).toEqual([["track", "heard", 40]]);
});

it("no more of the enhanced sound that is waited for is another sound, though the same one goes on", () => {
  times.click(() => intend({ variant: "original", chosen: "warm@80" }));
  commit(1);
  times.click(() => intend({ variant: "original" }));
  commit(2);
  expect(times.list).toMatchObject([
    { kind: "track", variant: "warm@80" },
    { kind: "variant", variant: "original" },
  ]);
});

it("a click that means nothing new is none; the first waits for an output", () => {
  times.click(() => undefined);
  nowMs += 200;
  commit(intend());
  expect(told()).toEqual([["track", "heard", 200]]);
  times.click(() => undefined);
  nowMs += 9000;
  commit(intend());
  expect(told()).toEqual([["track", "heard", 200]]);
});

it("what cannot be had has failed, once", () => {
  times.click(() => intend());
  times.failed(7);
  expect(told()).toEqual([["track", "pending", null]]);
  times.failed(1);
  commit(1);
  expect(told()).toEqual([["track", "failed", null]]);
});

it("keeps twenty, and tells the same list until one changes", () => {
  for (let click = 0; click < 25; click++) {
    times.click(() => intend({ start: click }));
    commit(generation);
  }
  expect(times.list).toHaveLength(20);
  const before = times.list;
  commit(generation);
  intend();
  expect(times.list).toBe(before);
});
