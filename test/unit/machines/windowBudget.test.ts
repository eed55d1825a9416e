import { expect, it } from "vitest";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { windowBudget } from "#engine/machines/windowBudget.ts";

const { windowBytes, windowBytesMin } = defaultPageWorkerConfig;
const budget = (gib: number | null, level: Parameters<typeof windowBudget>[2] = "roomy"): number =>
  windowBudget(defaultPageWorkerConfig, gib, level);

it("a page of a device that has memory, or does not say, may hold all that is wanted", () => {
  for (const gib of [null, 2, 4, 8, 32]) expect(budget(gib)).toBe(windowBytes);
});

it("a page of a device with one GiB or less may hold less, but never less than it needs", () => {
  expect(budget(1)).toBe(Math.floor(2 ** 30 / 200));
  expect(budget(0.25)).toBe(windowBytesMin);
  expect(budget(0)).toBe(windowBytesMin);
});

it("a page that is short of memory may hold half, and where there is none what it needs", () => {
  expect(budget(8, "tight")).toBe(windowBytes / 2);
  expect(budget(1, "tight")).toBe(windowBytesMin);
  for (const gib of [null, 0.5, 8]) expect(budget(gib, "critical")).toBe(windowBytesMin);
});

it("what a page needs is no more than what it may have at best", () => {
  const small = { windowBytes: 100, windowBytesMin: 300 };
  expect(windowBudget(small, null, "roomy")).toBe(100);
  expect(windowBudget(small, null, "critical")).toBe(100);
});
