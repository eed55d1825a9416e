import { describe, expect, it } from "vitest";
import { formatTime } from "../../../apps/web/formatTime.ts";

describe("the time beside the slider", () => {
  it.each([
    [0, "0:00"],
    [9.99, "0:09"],
    [61, "1:01"],
    [3599.9, "59:59"],
    [3600, "1:00:00"],
    [86_399, "23:59:59"],
  ])("of %d seconds reads %s", (seconds, text) => {
    expect(formatTime(seconds)).toBe(text);
  });

  it("reads 0:00 for what is no time", () => {
    for (const seconds of [NaN, Infinity, -5]) expect(formatTime(seconds)).toBe("0:00");
  });
});
