import { expect, test } from "vitest";
import {
  downmix,
  downmixedChannels,
  downmixGains,
  vorbisLayouts,
  wavLayouts,
} from "#engine/audio/downmix.ts";

const ones = (count: number) => Array.from({ length: count }, () => Float32Array.from([1, -1]));

test("mono stays mono and stereo stays stereo, untouched", () => {
  for (const count of [1, 2]) {
    const planar = ones(count);
    expect(downmix(planar)).toBe(planar);
    expect(downmixedChannels(count)).toBe(count);
  }
  expect(downmixedChannels(6)).toBe(2);
});

test("no layout can clip what fits into full scale, and the fuller side reaches it exactly", () => {
  for (const layouts of [wavLayouts, vorbisLayouts])
    for (let count = 3; count <= 8; count++) {
      const mixed = downmix(ones(count), layouts);
      expect(mixed).toHaveLength(2);
      const peak = Math.max(...mixed.map((x) => Math.abs(x[0]!)));
      expect(peak).toBeCloseTo(1, 6);
      expect(peak).toBeLessThanOrEqual(1 + 1e-6);
    }
});

test("5.1 after BS.775: centre and surrounds 3 dB below the fronts, no LFE, sides apart", () => {
  const gains = downmixGains(wavLayouts[5]!);
  const front = gains[0]![0];
  expect(gains[1]).toEqual([0, front]);
  expect(gains[2]![0] / front).toBeCloseTo(Math.SQRT1_2, 9);
  expect(gains[2]![1] / front).toBeCloseTo(Math.SQRT1_2, 9);
  expect(gains[3]).toEqual([0, 0]);
  expect(gains[4]![0] / front).toBeCloseTo(Math.SQRT1_2, 9);
  expect(gains[4]![1]).toBe(0);
  expect(gains[5]![0]).toBe(0);
});

test("the channel order decides: the same 5.1 in WAV and in Vorbis order sounds the same", () => {
  const bySpeaker = Object.fromEntries(
    wavLayouts[5]!.map((speaker, k) => [speaker, Float32Array.from([0.1 * (k + 1)])]),
  );
  const inOrder = (layout: (typeof wavLayouts)[number]) =>
    layout.map((speaker) => bySpeaker[speaker]!);
  const [left, right] = downmix(inOrder(wavLayouts[5]!), wavLayouts);
  const [otherLeft, otherRight] = downmix(inOrder(vorbisLayouts[5]!), vorbisLayouts);
  expect(otherLeft![0]).toBeCloseTo(left![0]!, 6);
  expect(otherRight![0]).toBeCloseTo(right![0]!, 6);
});

test("more channels than any layout knows: the first two", () => {
  const planar = ones(11);
  expect(downmix(planar)).toEqual([planar[0], planar[1]]);
});
