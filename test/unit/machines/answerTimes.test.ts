import { describe, expect, it } from "vitest";
import {
  noAnswerYet,
  patienceOf,
  withAnswer,
  type AnswerTimes,
} from "#engine/machines/answerTimes.ts";

const bounds = { minMs: 100, maxMs: 10_000 };
const after = (...times: readonly (number | null)[]): AnswerTimes =>
  times.reduce<AnswerTimes>(withAnswer, noAnswerYet);
const timeoutAfter = (...times: readonly (number | null)[]) =>
  patienceOf(after(...times), bounds).timeoutMs;

describe("the patience for an answer", () => {
  it("is the longest while none has come, whatever ran out meanwhile", () => {
    expect(patienceOf(noAnswerYet, bounds)).toEqual({ likelyMs: null, timeoutMs: 10_000 });
    expect(timeoutAfter(null, null)).toBe(10_000);
  });

  it("follows the smoothed time and four times its variation, as in RFC 6298", () => {
    expect(patienceOf(after(200), bounds)).toEqual({ likelyMs: 300, timeoutMs: 600 });
    // variation ¾·100 + ¼·|200 − 280| = 95, smoothed ⅞·200 + ⅛·280 = 210
    expect(patienceOf(after(200, 280), bounds)).toEqual({ likelyMs: 305, timeoutMs: 590 });
  });

  it("grows with unsteady times, though they are as long in the mean", () => {
    const steady = Array.from({ length: 60 }, () => 300);
    const unsteady = Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? 100 : 500));
    expect(timeoutAfter(...steady)).toBeCloseTo(300, 0);
    expect(timeoutAfter(...unsteady)).toBeGreaterThan(900);
    // and none of the times that were measured would have run out
    expect(timeoutAfter(...unsteady)).toBeGreaterThan(Math.max(...unsteady));
  });

  it("stays within its bounds", () => {
    expect(timeoutAfter(...Array.from({ length: 40 }, () => 1))).toBe(100);
    expect(timeoutAfter(60_000)).toBe(10_000);
    expect(timeoutAfter(0, 0, 0)).toBe(100);
  });

  it("doubles whenever it runs out, up to the longest", () => {
    const steady = Array.from({ length: 40 }, () => 1);
    expect(timeoutAfter(...steady, null)).toBe(200);
    expect(timeoutAfter(...steady, null, null)).toBe(400);
    expect(timeoutAfter(...steady, ...Array.from({ length: 99 }, () => null))).toBe(10_000);
  });

  it("comes back by one half with every answer, not at once", () => {
    const steady = Array.from({ length: 40 }, () => 1);
    const spell = [...steady, null, null, null];
    const seen = [0, 1, 2, 3, 4].map((count) =>
      timeoutAfter(...spell, ...Array.from({ length: count }, () => 1)),
    );
    expect(seen).toEqual([800, 400, 200, 100, 100]);
  });

  it("has learnt from a slow spell when that is over", () => {
    // a machine on which everything takes two seconds from now on: it runs out once, then no more
    let times = after(...Array.from({ length: 40 }, () => 50));
    let ranOut = 0;
    for (let n = 0; n < 40; n++) {
      while (ranOut < 50 && patienceOf(times, bounds).timeoutMs < 2000) {
        times = withAnswer(times, null);
        ranOut++;
      }
      times = withAnswer(times, 2000);
    }
    expect(ranOut).toBeLessThanOrEqual(5);
    expect(patienceOf(times, bounds).timeoutMs).toBeGreaterThanOrEqual(2000);
    expect(patienceOf(times, bounds).timeoutMs).toBeLessThan(2500);
  });
});
