import { join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { encodeSegmentFile } from "#engine/actors/host/segmentFile.ts";
import {
  digestOf,
  encodeText,
  encodeValue,
  HandleBook,
  TapeHandle,
} from "#engine/actors/tape/tapeValue.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { encodeSlice } from "#engine/protocol/slice.ts";
import { decodeValue } from "../../../simulation/tape/decodeValue.ts";

const key = "0123456789abcdef0123456789abcdef";
const samples = Uint8Array.from({ length: 400 }, (_, i) => (i * 31) & 255);
const slice = {
  key,
  segment: 3,
  start: frames(1200),
  frames: frames(100),
  channels: 2,
  lane: "bulk",
  remaining: frames(7),
  samples,
} as const;
const encode = (value: unknown) => encodeValue(value, new HandleBook());
const music = join("/", "music", "Some One");

describe("what a tape holds of a value", () => {
  it("is a slice's header and checksum, and no sample; a replay gets a whole, silent slice", () => {
    const frame = encodeSlice(slice);
    const text = JSON.stringify(encode({ type: "binary", bytes: frame }));
    expect(text.length).toBeLessThan(250);
    const again = decodeValue(JSON.parse(text)) as { readonly bytes: Uint8Array };
    expect(encode(again.bytes)).toMatchObject({
      $slice: { key, segment: 3, start: 1200, frames: 100 },
    });
    expect(again.bytes.byteLength).toBe(frame.byteLength);
    expect(again.bytes.subarray(48).every((byte) => byte === 0)).toBe(true);
  });

  it("tells slices of other samples apart by their digest, and what is sent by its header only", () => {
    const other = { ...slice, samples: samples.map((byte) => byte ^ 1) };
    expect(encode(encodeSlice(slice))).not.toEqual(encode(encodeSlice(other)));
    const book = new HandleBook();
    expect(digestOf(encodeSlice(slice), book)).toBe(digestOf(encodeSlice(other), book));
    const later = encodeSlice({ ...slice, start: frames(1201) });
    expect(digestOf(later, book)).not.toBe(digestOf(encodeSlice(slice), book));
  });

  it("is the header of a segment's file; a damaged one stays damaged", () => {
    const file = { key, segment: 9, from: frames(50), frames: frames(100), channels: 2, samples };
    const bytes = encodeSegmentFile(file);
    const encoded = encode(bytes);
    expect(encoded).toMatchObject({ $segment: { key, segment: 9, from: 50, frames: 100 } });
    expect(encode(decodeValue(encoded))).toMatchObject({ $segment: { key, segment: 9 } });
    bytes[60]! ^= 4;
    expect(encode(bytes)).toMatchObject({ $bytes: bytes.byteLength });
    expect(encode(decodeValue(encode(bytes)))).toMatchObject({ $bytes: bytes.byteLength });
  });

  it("is the text of a small JSON file, but never samples that look like one", () => {
    const stored = new TextEncoder().encode('{"loudness":-14.2}');
    expect(encode(stored)).toEqual({ $text: '{"loudness":-14.2}' });
    expect(decodeValue(encode(stored))).toEqual(stored);
    const run = Uint8Array.from([0x7b, ...samples]);
    expect(encode(run)).toMatchObject({ $bytes: 401 });
  });

  it("is a digest where a path or a token was, the same one every time, and once only", () => {
    const path = join(music, "a song.flac");
    const once = encode({
      path,
      token: "very secret",
      detail: `open '${path}' failed in ${music}`,
    });
    const text = JSON.stringify(once);
    expect(text).not.toMatch(/music|song|secret|Some/);
    expect(once).toMatchObject({ path: expect.stringMatching(/^path:[0-9a-f]{16}\.flac$/) });
    expect(encode(once)).toEqual(once);
    expect(encode({ path: "segments/ab/3.seg" })).toEqual({ path: "segments/ab/3.seg" });
  });

  it("keeps what JSON cannot hold: not-a-number, infinities, ports", () => {
    const port = new (class Port {})();
    const book = new HandleBook();
    const encoded = encodeValue([Number.NaN, -Infinity, port, port, undefined], book);
    const again = decodeValue(JSON.parse(JSON.stringify(encoded))) as unknown[];
    expect(again.slice(0, 2)).toEqual([Number.NaN, -Infinity]);
    expect(again[2]).toBeInstanceOf(TapeHandle);
    expect(encodeValue(again.slice(2, 4), new HandleBook())).toEqual([
      { $handle: 0 },
      { $handle: 0 },
    ]);
  });

  it("is the JSON of a text frame, or the text itself where that would not give the same frame", () => {
    const book = new HandleBook();
    for (const text of [`{"type":"ping","at":12.5}`, "{not json", `{ "a": 1 }`, `{"a":1e999}`]) {
      const encoded: unknown = JSON.parse(JSON.stringify(encodeText(text, book)));
      expect(decodeValue({ text: encoded })).toEqual({ text });
    }
    // a peer's own words are not taken for ours
    const sly = `{"$bytes":1e15}`;
    expect(decodeValue(encodeText(JSON.stringify(JSON.parse(sly)), book))).toBe(
      JSON.stringify(JSON.parse(sly)),
    );
  });
});

describe("the digest of what was sent", () => {
  it("names its kind and changes with its content, but not with a fault's words", () => {
    const book = new HandleBook();
    const sent = (message: object) => digestOf(JSON.stringify(message), book);
    expect(sent({ type: "demand", demand: 1 })).toMatch(/^demand [0-9a-f]{8}$/);
    expect(sent({ type: "demand", demand: 2 })).not.toBe(sent({ type: "demand", demand: 1 }));
    const gain = sent({ type: "lane/gain", gain: 0.7079457843841379 });
    expect(sent({ type: "lane/gain", gain: 0.707945784384138 }), "in its last digits").toBe(gain);
    expect(sent({ type: "lane/gain", gain: 0.70794579 })).not.toBe(gain);
    const fault = (detail: string, code: string) =>
      sent({ type: "fault", fault: { code, detail } });
    expect(fault("one", "busy")).toBe(fault("other", "busy"));
    expect(fault("one", "busy")).not.toBe(fault("one", "disk-full"));
  });
});
