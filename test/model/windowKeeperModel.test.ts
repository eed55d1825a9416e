/** The window keeper against cells of frames: what is around a playhead stays, what is around none goes,
 *  what stands by gives way first, and bytes are bounded whatever comes. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import { WindowKeeper, type LanePlace } from "#engine/actors/pageWorker/windowKeeper.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { WindowCache } from "#engine/machines/windowCache.ts";
import { limits } from "#engine/protocol/limits.ts";
import type { Slice } from "#engine/protocol/slice.ts";
import { runAgainstModel, type Step } from "./runAgainstModel.ts";

const keys = ["0", "1", "2"].map((digit) => digit.repeat(32));
const cellFrames = 1000;
const cells = 600;
const rate = 8000;
/** one lane fits whole, two only when they share what is around them */
const windowBytes = 1_700_000;
const config = { ...defaultPageWorkerConfig, behindSeconds: 10, aheadSeconds: 30, windowBytes };
const channels = 2;
const cellBytes = cellFrames * channels * 2;

class Lanes {
  readonly window = new WindowCache();
  readonly keeper = new WindowKeeper(this.window, config);
  places: readonly LanePlace[] = [];
  /** cells that came in and have not been dropped, by rendering */
  readonly cells = new Map(keys.map((key) => [key, new Set<number>()]));

  take(key: string, cell: number, count: number): void {
    const samples = new Uint8Array(count * cellBytes);
    const slice = { key, start: cell * cellFrames, frames: count * cellFrames, channels, samples };
    this.keeper.take(slice as Slice);
    for (let at = cell; at < cell + count; at++) this.cells.get(key)!.add(at);
  }
  /** cells that are in the window now */
  held(key: string): ReadonlySet<number> {
    const held = new Set<number>();
    for (const { from, until } of this.window.runs(key))
      for (let at = from; at < until; at += cellFrames) held.add(at / cellFrames);
    return held;
  }

  /** What a host would never have sent: of a track there is nothing behind its end. */
  private bytesBeyondEnds(): number {
    let count = 0;
    for (const { key, at, rest } of this.places)
      if (key !== null && Number.isFinite(rest))
        for (const cell of this.held(key)) if (cell * cellFrames >= at + rest) count++;
    return count * cellBytes;
  }

  /** Whether what is wanted around every lane fits, frames that two of them want counted once, and two
   *  slices that stand over at the ends of every run. */
  private fitsWhole(): boolean {
    const wanted = new Map<string, Set<number>>();
    for (const [at, place] of this.places.entries()) {
      if (place.role !== "lane") continue;
      const name = place.key ?? `unknown ${at}`;
      const around = wanted.get(name) ?? new Set();
      wanted.set(name, around);
      const cell = place.at / cellFrames;
      for (let each = cell - 80; each < cell + 240; each++) around.add(each);
    }
    let bytes = 0;
    for (const around of wanted.values()) {
      bytes += around.size * cellBytes;
      for (const cell of around) if (!around.has(cell - 1)) bytes += 2 * limits.sliceBytesMax;
    }
    return bytes <= windowBytes;
  }

  /** Keeps the window, and holds the keeper to what was promised of that. */
  keep(): string {
    const before = new Map(keys.map((key) => [key, this.held(key)]));
    const reaches = this.keeper.reach(this.places);
    this.keeper.keep(this.places, 0);
    const all = this.places.map((place, at) => ({ ...place, ...reaches[at]! }));
    let around = 0;
    let laneGone = false;
    let spared = false;
    let gone = false;
    for (const key of keys) {
      const mine = all.filter((each) => each.key === key);
      const lanes = mine.filter(({ role }) => role !== "standsBy");
      const held = this.held(key);
      for (const cell of before.get(key)!) {
        const isHeld = held.has(cell);
        if (isWanted(cell, mine)) assert.ok(isHeld, `${cell} is wanted at a playhead`);
        if (!isAround(cell, mine)) continue;
        around++;
        gone ||= !isHeld;
        laneGone ||= !isHeld && isAround(cell, lanes);
        spared ||= isHeld && !isAround(cell, lanes, 15) && !isWanted(cell, mine, 15);
      }
      // a slice goes whole, and one may reach out on either side
      for (const cell of held) assert.ok(isAround(cell, mine, 15), `${cell} is around nothing`);
      this.cells.set(key, new Set(held));
    }
    const bytes = this.window.bytes - this.bytesBeyondEnds();
    assert.ok(bytes <= windowBytes, `${bytes} bytes`);
    const roomBytes = windowBytes - this.places.length * 2 * limits.sliceBytesMax;
    if (around * cellBytes <= roomBytes) assert.ok(!gone, "gone, though there was room");
    assert.ok(!laneGone || !spared, "what stands by gives way first");
    const lanes = reaches.filter((_, i) => this.places[i]!.role === "lane");
    const isWhole = lanes.every(({ behind, ahead }) => behind + ahead === 40 * rate);
    // a single lane's share is all there is
    assert.equal(isWhole, lanes.length < 2 || this.fitsWhole(), "all that fits");
    for (const [i, { role }] of this.places.entries())
      if (role === "standsBy" && reaches[i]!.ahead > 0) return "stood by";
    const following = reaches.find((_, i) => this.places[i]!.role === "follows");
    if (following && following.ahead > 0) return "followed";
    return lanes.length === 0 ? "no lane" : isWhole ? "whole" : "shared";
  }
}

type Reached = LanePlace & { readonly behind: number; readonly ahead: number };

/** Whether a cell is among the frames that are asked for. @param more cells by which it may lie beside them */
function isWanted(cell: number, places: readonly Reached[], more = 0): boolean {
  return places.some(
    ({ at, behind, ahead }) =>
      (cell + 1 + more) * cellFrames > at - behind && (cell - more) * cellFrames < at + ahead,
  );
}

/** Whether a cell is among what a whole lane wants, and what a seek back leaves ahead of it. */
function isAround(cell: number, places: readonly Reached[], more = 0): boolean {
  const whole = { behind: 10 * rate, ahead: 40 * rate };
  const reached = places.map((each) => (each.role === "follows" ? each : { ...each, ...whole }));
  return isWanted(cell, reached, more);
}

type KeeperStep = Step<Lanes, Lanes>;
const place = fc
  .tuple(fc.constantFrom(null, ...keys), fc.integer({ min: 0, max: cells - 1 }))
  .map(([key, cell]): LanePlace => {
    const lane = { rate, channels, rest: Number.POSITIVE_INFINITY, role: "lane" } as const;
    return { ...lane, key, at: cell * cellFrames };
  });
/** lanes, perhaps what follows the last of them, whose end is near, and perhaps what stands by */
const places = fc
  .tuple(fc.array(place, { maxLength: 2 }), fc.option(place), fc.option(place), fc.nat(30 * rate))
  .map(([lanes, next, other, rest]): readonly LanePlace[] => {
    const last = lanes.at(-1);
    if (!last) return lanes;
    const found = next
      ? [...lanes.slice(0, -1), { ...last, rest }, { ...next, at: 0, role: "follows" as const }]
      : lanes;
    return other ? [...found, { ...other, at: last.at, role: "standsBy" }] : found;
  });

const steps: fc.Arbitrary<KeeperStep>[] = [
  // slices come where a lane is, in a row as a host sends them
  fc
    .tuple(fc.nat(1), fc.constantFrom(...keys), fc.integer({ min: -100, max: 300 }), fc.nat(60))
    .map(([lane, other, beside, slices]) => ({
      text: `take(lane ${lane} ${beside}, ${slices} slices)`,
      real: (lanes) => {
        const { key, at } = lanes.places[lane] ?? { key: other, at: 0 };
        const first = Math.max(0, at / cellFrames + beside);
        for (let slice = 0; slice < slices; slice++)
          lanes.take(key ?? other, first + slice * 15, 15);
      },
      model: () => undefined,
    })),
  fc.tuple(fc.nat(1), fc.nat(14)).map(([lane, beside]) => ({
    text: `fill(lane ${lane}, from ${beside})`,
    isAllowed: (lanes) => (lanes.places[lane]?.key ?? null) !== null,
    real: (lanes) => {
      const { key, at } = lanes.places[lane]!;
      const first = at / cellFrames - 105 + beside;
      for (let from = first; from < first + 440; from += 15)
        if (from >= 0) lanes.take(key!, from, 15);
    },
    model: () => undefined,
  })),
  places.map((moved) => ({
    text: `move(${moved.map(({ key, at }) => `${key?.[0] ?? "unknown"} ${at}`).join(", ")})`,
    real: (lanes) => void (lanes.places = moved),
    model: () => undefined,
  })),
  fc.constant({
    text: "keep()",
    real: (lanes) => void lanes.keep(),
    model: () => undefined,
  }),
];

it("the window keeps what is around a playhead, drops the rest, and stays within its bytes", () => {
  expect(15 * cellBytes).toBeLessThanOrEqual(limits.sliceBytesMax);
  const kinds = new Set<string>();
  const outcomes = runAgainstModel<Lanes, Lanes>({
    setup: () => {
      const lanes = new Lanes();
      return { model: lanes, real: lanes };
    },
    steps,
    look: ({ window }) => [
      window.bytes,
      keys.map((key) => window.runs(key).reduce((sum, { from, until }) => sum + until - from, 0)),
    ],
    expected: ({ cells: known }) => [
      [...known.values()].reduce((sum, { size }) => sum + size, 0) * cellBytes,
      keys.map((key) => known.get(key)!.size * cellFrames),
    ],
    atEnd: (lanes) => void kinds.add(lanes.keep()),
    seed: 11,
    runs: 150,
    stepsMax: 25,
  });
  expect([...kinds].toSorted()).toEqual(["followed", "no lane", "shared", "stood by", "whole"]);
  expect([...outcomes.keys()]).toEqual(["fill: done", "keep: done", "move: done", "take: done"]);
});
