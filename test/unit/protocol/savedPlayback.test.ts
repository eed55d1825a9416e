import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decodeSavedPlayback,
  encodeSavedPlayback,
  type SavedPlayback,
} from "#engine/protocol/savedPlayback.ts";
import { presets } from "#engine/protocol/variant.ts";

const saved: fc.Arbitrary<SavedPlayback> = fc.record({
  track: fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)),
  seconds: fc.double({ min: 0, max: 86_400, noNaN: true }).map((value) => value + 0),
  enhance: fc.boolean(),
  preset: fc.constantFrom(...presets),
  intensity: fc.integer({ min: 0, max: 20 }).map((step) => step * 5),
  volume: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  matchLoudness: fc.boolean(),
  crossfadeSeconds: fc.integer({ min: 0, max: 10 }),
});

it("what is written is read back as it was", () => {
  fc.assert(
    fc.property(saved, (each) => {
      expect(decodeSavedPlayback(encodeSavedPlayback(each))).toEqual(each);
    }),
  );
});

it("any other text is nothing, and never an exception", () => {
  expect(decodeSavedPlayback(null)).toBeNull();
  fc.assert(fc.property(fc.string(), (text) => decodeSavedPlayback(text) === null));
  fc.assert(fc.property(fc.json(), (text) => decodeSavedPlayback(text) === null));
});

it("one field that is missing, strange or out of bounds spoils it all", () => {
  const whole = JSON.parse(
    encodeSavedPlayback({
      ...{ track: "a", seconds: 1, enhance: true, preset: "warm" },
      ...{ intensity: 80, volume: 1, matchLoudness: true, crossfadeSeconds: 0 },
    }),
  ) as Record<string, unknown>;
  const wrong: Record<string, readonly unknown[]> = {
    version: [0, 2, "1"],
    track: ["", "a b", "x".repeat(65), 7],
    seconds: [-1, 1e12, "1", null],
    enhance: [1, null],
    preset: ["loud", null],
    intensity: [81, -5, 105, 2.5, "80"],
    volume: [-0.1, 1.1, null],
    matchLoudness: ["true", null],
    crossfadeSeconds: [-1, 11, "2", null],
  };
  for (const [name, values] of Object.entries(wrong)) {
    const { [name]: _, ...rest } = whole;
    expect(decodeSavedPlayback(JSON.stringify(rest)), name).toBeNull();
    for (const value of values)
      expect(decodeSavedPlayback(JSON.stringify({ ...whole, [name]: value })), name).toBeNull();
  }
  expect(decodeSavedPlayback(JSON.stringify({ ...whole, extra: 1 }))).toBeNull();
  expect(decodeSavedPlayback(JSON.stringify(whole))).not.toBeNull();
});
