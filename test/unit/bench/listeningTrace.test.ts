/** Traces of listening sessions, and the yardstick that they are held against. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../../bench/listeningTrace.ts";
import { naiveHost } from "../../../bench/naiveHost.ts";

const folder = new URL("../../../bench/traces/", import.meta.url);

describe("a trace of a listening session", () => {
  it.each(readdirSync(folder))(
    "%s is one, and its clicks stand in the order of their times",
    (file) => {
      const { clicks, seconds } = readTrace(new URL(file, folder));
      const times = clicks.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(seconds * 1000);
    },
  );
});

describe("the naive host", () => {
  it("renders every request, first come, first served, and lets urgent ones wait behind the rest", () => {
    const ask = (atMs: number, id: string, isUrgent = false) => ({ atMs, id, isUrgent });
    const asks = [ask(0, "a"), ask(0, "a"), ask(0, "b"), ask(10, "b", true)];
    const { renders, perSegment, urgentMs } = naiveHost(asks, 100, 2);
    expect(renders).toBe(4);
    expect(perSegment).toBe(2);
    // both slots are taken until 100, one of them until 200: the other one is free for it at 100
    expect(urgentMs?.max).toBe(190);
  });
});
