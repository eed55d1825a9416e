/** Stored facts: what was written is read back; anything else is as good as missing. */
import { describe, expect, it } from "vitest";
import {
  parseStored,
  storedFingerprintSchema,
  storedLoudnessSchema,
  writeStored,
} from "#engine/streams/storedFacts.ts";
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import { fingerprintOf } from "../fakes/fingerprintOf.ts";

describe("stored facts", () => {
  it("a fingerprint survives the way to disk and back, field by field", () => {
    const fingerprint = fingerprintOf({ rate: 44_100, channels: 2 }, 1000);
    const stored = parseStored(storedFingerprintSchema, writeStored(fingerprint, "a"), "a");
    expect(stored).toEqual(fingerprint);
    const typed: Omit<Fingerprint, "total"> | undefined = stored;
    expect(typed).toBeDefined();
  });

  it.each([
    ["nothing", ""],
    ["torn JSON", '{"crc32":12,"fact":{"loudness":'],
    ["a fact without its checksum", '{"loudness":-14}'],
  ])("%s is as good as missing", (_name, text) => {
    expect(parseStored(storedLoudnessSchema, new TextEncoder().encode(text), "a")).toBeUndefined();
  });

  it.each([
    ["another shape", { loudness: "loud" }],
    ["one field too many", { loudness: -14, peak: 1 }],
  ])("%s is as good as missing", (_name, fact) => {
    expect(parseStored(storedLoudnessSchema, writeStored(fact, "a"), "a")).toBeUndefined();
  });

  it("no bit of a fact can turn over without notice", () => {
    const written = writeStored({ loudness: -14.25 }, "a");
    for (let bit = 0; bit < written.length * 8; bit++) {
      const rotten = written.slice();
      rotten[bit >> 3]! ^= 1 << (bit & 7);
      expect(parseStored(storedLoudnessSchema, rotten, "a"), `bit ${bit}`).toBeUndefined();
    }
  });

  it("silence has a loudness of null, which is not the same as none", () => {
    expect(parseStored(storedLoudnessSchema, writeStored({ loudness: null }, "a"), "a")).toEqual({
      loudness: null,
    });
  });
});

it("a fact that lies under another name is none", () => {
  const written = writeStored({ loudness: -14 }, "loudness/a.json");
  expect(parseStored(storedLoudnessSchema, written, "loudness/b.json")).toBeUndefined();
});
