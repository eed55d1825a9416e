/** The data plane: runs in order, no gap, no double, and readers hear of growth. */
import { describe, expect, it } from "vitest";
import { SegmentBytes } from "#engine/actors/host/segmentBytes.ts";
import { frames } from "#engine/protocol/geometry.ts";

const run = (first: number, count: number) =>
  new Uint8Array(count * 4).map((_, at) => first * 4 + at);

function open() {
  const bytes = new SegmentBytes();
  bytes.open("a", 2, frames(100), frames(110));
  return bytes;
}

describe("the bytes of segments", () => {
  it("grow run by run until they are complete", () => {
    const bytes = open();
    let grown = 0;
    const unlisten = bytes.listen("a", () => grown++);
    expect(bytes.append("a", frames(100), run(0, 4))).toBe(true);
    expect(bytes.isComplete("a")).toBe(false);
    expect(bytes.append("a", frames(104), run(4, 6))).toBe(true);
    expect(bytes.isComplete("a")).toBe(true);
    expect(bytes.get("a")!.samples).toEqual(run(0, 10));
    expect(grown).toBe(2);
    unlisten();
    expect(bytes.listeners).toBe(0);
  });

  it("take a repetition from the start as what it is", () => {
    const bytes = open();
    bytes.append("a", frames(100), run(0, 4));
    expect(bytes.append("a", frames(100), run(0, 3))).toBe(true);
    expect(bytes.append("a", frames(103), run(3, 7))).toBe(true);
    expect(bytes.get("a")!.samples).toEqual(run(0, 10));
  });

  it("are kept as they came when they come whole, and copied when they come in parts", () => {
    const bytes = open();
    const whole = run(0, 10);
    bytes.append("a", frames(100), whole);
    expect(bytes.get("a")!.samples.buffer).toBe(whole.buffer);
    expect(bytes.bytes).toBe(40);
    const parts = open();
    const first = run(0, 4);
    parts.append("a", frames(100), first);
    parts.append("a", frames(104), run(4, 6));
    first.fill(0);
    expect(parts.get("a")!.samples).toEqual(run(0, 10));
  });

  it("refuse gaps, what lies outside, and what nobody holds", () => {
    const bytes = open();
    expect(bytes.append("a", frames(101), run(1, 2))).toBe(false);
    expect(bytes.append("a", frames(99), run(0, 2))).toBe(false);
    expect(bytes.append("a", frames(100), run(0, 11))).toBe(false);
    expect(bytes.append("b", frames(100), run(0, 1))).toBe(false);
    expect(bytes.get("a")!.filled).toBe(0);
  });

  it("are counted from the moment room was made until they are dropped", () => {
    const bytes = open();
    expect(bytes.bytes).toBe(40);
    expect(() => bytes.open("a", 2, frames(0), frames(1))).toThrow(RangeError);
    bytes.drop("a");
    bytes.drop("a");
    expect(bytes.bytes).toBe(0);
  });
});
