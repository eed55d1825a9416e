import { describe, expect, it } from "vitest";
import { variantOf } from "../../../apps/node-host/http/variantOf.ts";

describe("the variant that a query asks for", () => {
  it.each([
    [{}, "adaptive@80"],
    [{ variant: "original" }, "original"],
    [{ variant: "original", preset: "warm" }, "original"],
    [{ preset: "warm" }, "warm@80"],
    [{ preset: "punchy", intensity: "0" }, "punchy@0"],
    [{ intensity: "100" }, "adaptive@100"],
    [{ intensity: "42" }, "adaptive@40"],
    [{ intensity: "42.5" }, "adaptive@45"],
  ])("%j is %s", (wish, name) => {
    expect(variantOf(wish)).toBe(name);
  });

  it.each([
    { variant: "loud" },
    { variant: "" },
    { preset: "loudest" },
    { preset: "" },
    { preset: "__proto__" },
    { intensity: "NaN" },
    { intensity: "" },
    { intensity: "-5" },
    { intensity: "101" },
    { intensity: "1e1" },
    { intensity: "Infinity" },
    { intensity: "0x10" },
  ])("%j is a fault", (wish) => {
    expect(variantOf(wish)).toMatchObject({ code: "variant-invalid", retryable: false });
  });
});
