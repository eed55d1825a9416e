/** The window keeper against cells of frames: what is around a playhead stays, what is around none goes,
 *  and bytes are bounded whatever comes. */
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
    for (const key of keys) {
      const lanes = this.places
        .map((place, at) => ({ ...place, ...reaches[at]! }))
        .filter((lane) => lane.key === key);
      const held = this.held(key);
      const isAround = (cell: number, more: number): boolean =>
        lanes.some(
          ({ at, behind, ahead }) =>
            (cell + 1 + more) * cellFrames > at - behind &&
            (cell - more) * cellFrames < at + ahead + (more > 0 ? behind : 0),
        );
      for (const cell of before.get(key)!)
        if (isAround(cell, 0)) assert.ok(held.has(cell), `${cell} is around a playhead`);
      // a slice goes whole, and one may reach out on either side
      for (const cell of held) assert.ok(isAround(cell, 15), `${cell} is around nothing`);
      this.cells.set(key, new Set(held));
    }
    const bytes = this.window.bytes - this.bytesBeyondEnds();
    assert.ok(bytes <= windowBytes, `${bytes} bytes`);
    const lanes = reaches.filter((_, i) => !this.places[i]!.follows);
    const isWhole = lanes.every(({ behind, ahead }) => behind + ahead === 40 * rate);
    // a single lane's share is all there is
    assert.equal(isWhole, lanes.length < 2 || this.fitsWhole(), "all that fits");
    const following = reaches.find((_, i) => this.places[i]!.follows);
    if (following && following.ahead > 0) return "followed";
    return lanes.length === 0 ? "no lane" : isWhole ? "whole" : "shared";
  }
}

type KeeperStep = Step<Lanes, Lanes>;
const place = fc
  .tuple(fc.constantFrom(null, ...keys), fc.integer({ min: 0, max: cells - 1 }))
  .map(([key, cell]): LanePlace => {
    const lane = { rate, channels, rest: Number.POSITIVE_INFINITY, follows: false };
    return { ...lane, key, at: cell * cellFrames };
  });
/** lanes, and perhaps what follows the last of them, whose end is near */
const places = fc
  .tuple(fc.array(place, { maxLength: 2 }), fc.option(place), fc.nat(30 * rate))
  .map(([lanes, next, rest]): readonly LanePlace[] =>
    next && lanes.length > 0
      ? [...lanes.slice(0, -1), { ...lanes.at(-1)!, rest }, { ...next, at: 0, follows: true }]
      : lanes,
  );

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
  expect([...kinds].toSorted()).toEqual(["followed", "no lane", "shared", "whole"]);
  expect([...outcomes.keys()]).toEqual(["fill: done", "keep: done", "move: done", "take: done"]);
});
