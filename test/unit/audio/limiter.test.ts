import { describe, expect, test } from "vitest";
import { Limiter, limiterLatency } from "#engine/audio/limiter.ts";
import { dbOf, noise, noiseSource, peak, tone } from "./madeSignals.ts";

const rate = 44_100;
const ceilingDb = -1.5;

function limited(planar: readonly Float32Array[], block = 4096): Float32Array[] {
  const limiter = new Limiter(ceilingDb, rate);
  const copies = planar.map((x) => x.slice());
  for (let at = 0; at < copies[0]!.length; at += block) {
    const [left, right] = copies.map((x) => x.subarray(at, at + block));
    if (right === undefined) limiter.processMono(left!, left!.length);
    else limiter.processStereo(left!, right, left!.length);
  }
  return copies;
}

/** True peak by a 16-times interpolator of 128 taps: another one than the limiter's, and better. */
function carefulPeak(x: Float32Array, from: number, until: number): number {
  let largest = 0;
  const reach = 64;
  for (let phase = 0; phase < 16; phase++) {
    const taps = Array.from({ length: 2 * reach }, (_, k) => {
      const t = k - reach + 1 - phase / 16;
      const window =
        0.42 + 0.5 * Math.cos((Math.PI * t) / reach) + 0.08 * Math.cos((2 * Math.PI * t) / reach);
      return t === 0 ? 1 : (window * Math.sin(Math.PI * t)) / (Math.PI * t);
    });
    for (let at = from; at < until; at++) {
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += (x[at - reach + 1 + k] ?? 0) * taps[k]!;
      largest = Math.max(largest, Math.abs(sum));
    }
  }
  return largest;
}

const frames = 12_000;
const random = noiseSource(5);
const square = (period: number, gain: number) =>
  new Float32Array(frames).map((_, i) => (Math.floor(i / period) % 2 === 0 ? gain : -gain));

describe("the limiter", () => {
  test.each([
    ["white noise", noise(frames, 1)],
    ["white noise at four times full scale", noise(frames, 4)],
    ["full-scale random bits", new Float32Array(frames).map(() => (random() > 0 ? 1.5 : -1.5))],
    ["a square wave", square(37.3, 1)],
    [
      "a tone at a quarter of the rate whose samples miss its peaks",
      tone(frames, rate, rate / 4, 1.4, Math.PI / 4),
    ],
    ["a tone at 18 kHz", tone(frames, rate, 18_000.7, 2)],
    ["a bass note", tone(frames, rate, 41, 2)],
    [
      "clicks in near silence",
      new Float32Array(frames).map((_, i) => (i % 3000 === 1500 ? 3 : 0.001)),
    ],
  ])("holds its ceiling between the samples too: %s", (_, samples) => {
    const [left, right] = limited([samples, samples.map((x) => x * 0.8)]);
    // The first and last moments are the edge of the test, not of the limiter.
    for (const channel of [left!, right!])
      expect(dbOf(carefulPeak(channel, 1000, frames - 500))).toBeLessThanOrEqual(-1.1);
  });

  test("only delays what stays below the ceiling, bit for bit", () => {
    const samples = tone(frames, rate, 440, 0.8);
    const [left, right] = limited([samples, samples]);
    const latency = limiterLatency(rate);
    expect(left!.slice(latency)).toEqual(samples.slice(0, frames - latency));
    expect(right).toEqual(left);
    expect(left!.slice(0, latency).every((x) => x === 0)).toBe(true);
  });

  test("lowers the gain before a peak arrives, smoothly, and lets it recover after", () => {
    const samples = tone(frames, rate, 1000, 0.5).map((x, i) =>
      i >= 6000 && i < 6010 ? x * 6 : x,
    );
    const [out] = limited([samples]);
    const latency = limiterLatency(rate);
    const gain = (i: number) => out![i + latency]! / samples[i]!;
    expect(gain(5700)).toBeCloseTo(1, 6);
    expect(gain(5990)).toBeLessThan(0.5);
    expect(gain(11_500)).toBeGreaterThan(0.7);
    let previous = 1;
    for (let i = 5700; i < 6400; i++) {
      if (Math.abs(samples[i]!) < 0.05) continue;
      expect(Math.abs(gain(i) - previous)).toBeLessThan(0.05);
      previous = gain(i);
    }
  });

  test("reduces both channels alike", () => {
    const loud = tone(frames, rate, 500, 2);
    const quiet = tone(frames, rate, 700, 0.1);
    const [left, right] = limited([loud, quiet]);
    const latency = limiterLatency(rate);
    for (let i = 3000; i < 5000; i++) {
      if (Math.abs(loud[i]!) < 0.2 || Math.abs(quiet[i]!) < 0.02) continue;
      expect(right![i + latency]! / quiet[i]!).toBeCloseTo(left![i + latency]! / loud[i]!, 4);
    }
  });

  test("computes the same whatever the partition into blocks", () => {
    const samples = noise(frames, 2).map((x, i) => (i % 5000 > 2500 ? x * 0.1 : x));
    const whole = limited([samples, samples], 8192);
    for (const block of [64, 1000, 4096]) expect(limited([samples, samples], block)).toEqual(whole);
  });

  test("does not pump up what is quiet", () => {
    const [out] = limited([noise(frames, 0.001)]);
    expect(peak(out!)).toBeLessThanOrEqual(0.001);
  });

  test("refuses a block that is too large", () => {
    const limiter = new Limiter(ceilingDb, rate);
    expect(() => limiter.processMono(new Float32Array(9000), 9000)).toThrow(RangeError);
  });
});
