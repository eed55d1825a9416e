/** Traces that are made of recorded sessions. */
import { describe, expect, it } from "vitest";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import { traceOfTape } from "../../../bench/traceOfTape.ts";

const root = "page.1";
const tape = (...lines: readonly unknown[]): string =>
  [
    writeTapeHeader(0, `node ${process.version}`),
    ...[{ root, atMs: 0, begin: {} }, ...lines].map((line) => JSON.stringify(line)),
    "",
  ].join("\n");
const listed = (atMs: number, tracks: readonly object[]) => ({
  root,
  atMs,
  port: "tracks",
  report: { type: "tracks", list: { tracks } },
});
const click = (atMs: number, ask: string, ...report: readonly unknown[]) => ({
  root,
  atMs,
  port: "listener",
  ask,
  report,
});

describe("a trace of a tape", () => {
  it("has the clicks of the page from the first on, and tracks by their place in the list", () => {
    const text = tape(
      listed(10, [{ id: "a" }]),
      // what stood in the list before is a run of it
      listed(20, [{ id: "new" }, { $run: [0, 1] }]),
      click(1000.4, "choose", "a"),
      click(1500, "setVolume", 0.5),
      click(3000.6, "seek", 61.23456),
      click(4000, "setPreset", "warm"),
      click(4500, "setEnhance", false),
      click(5000, "setIntensity", 40),
      click(6000, "next"),
      click(9100, "leave"),
      listed(50_000, []),
    );
    expect(traceOfTape(text, "one")).toEqual({
      name: "one",
      seconds: 9,
      clicks: [
        { atMs: 0, type: "choose", track: 1 },
        { atMs: 2000, type: "seek", seconds: 61.235 },
        { atMs: 3000, type: "preset", preset: "warm" },
        { atMs: 3500, type: "enhance", on: false },
        { atMs: 4000, type: "intensity", percent: 40 },
        { atMs: 5000, type: "next" },
      ],
    });
  });

  it("is none when nobody clicked, or when what was chosen is in no list", () => {
    expect(() => traceOfTape(tape(listed(1, [])), "none")).toThrow(/nobody clicked/);
    const stranger = tape(listed(1, [{ id: "a" }]), click(2, "choose", "b"));
    expect(() => traceOfTape(stranger, "none")).toThrow(/not in the list/);
  });
});
