/** What the window keeper tells the page of what is held, for the map that it shows. */
import { beforeEach, expect, it } from "vitest";
import { WindowKeeper, type LanePlace } from "#engine/actors/pageWorker/windowKeeper.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { WindowCache } from "#engine/machines/windowCache.ts";
import type { Slice } from "#engine/protocol/slice.ts";

const rate = 1000;
const [original, enhanced] = ["0".repeat(32), "1".repeat(32)];

let keeper: WindowKeeper;
let nowMs: number;

beforeEach(() => {
  keeper = new WindowKeeper(new WindowCache(), defaultPageWorkerConfig);
  nowMs = 0;
});

const take = (key: string, start: number, frames: number): void =>
  keeper.take({ key, start, frames, channels: 2, samples: new Uint8Array(frames * 4) } as Slice);
const lane = (key: string | null, at: number): LanePlace => ({
  ...{ key, at, rate, channels: 2, rest: 1e9, role: "lane" },
});
function told(...places: LanePlace[]) {
  nowMs += 1000;
  const report = keeper.keep(places, nowMs);
  return report && [report.heldFrom, report.heldUntil];
}

it("is what surrounds the head of what sounds while nothing is held of what is to follow", () => {
  take(original, 5000, 9000);
  expect(told(lane(null, 8000), lane(original, 8000))).toEqual([5000, 14_000]);
  take(original, 14_000, 10);
  expect(told(lane(enhanced, 8000), lane(original, 8000))).toEqual([5000, 14_010]);
});

it("is the run that the head is in, and not what lies between it and another", () => {
  take(original, 0, 2000);
  take(original, 30_000, 1000);
  expect(told(lane(original, 30_500), lane(original, 1000))).toEqual([30_000, 31_000]);
  take(original, 2000, 100);
  // nothing is there yet of where a seek goes
  expect(told(lane(original, 20_000), lane(original, 1000))).toEqual([0, 2100]);
});

it("is told when another side sounds, though not a byte has changed", () => {
  take(original, 0, 2000);
  take(enhanced, 500, 1000);
  const other = (key: string): LanePlace => ({ ...lane(key, 600), role: "standsBy" });
  expect(told(lane(original, 600), other(enhanced))).toEqual([0, 2000]);
  expect(told(lane(original, 600), other(enhanced))).toBeNull();
  expect(told(lane(enhanced, 600), other(original))).toEqual([500, 1500]);
});

it("is nothing while nothing is", () => {
  expect(told(lane(null, 0))).toEqual([0, 0]);
  expect(told()).toBeNull();
});
