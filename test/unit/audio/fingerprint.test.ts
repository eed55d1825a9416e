import { describe, expect, test } from "vitest";
import { bandCentresHz, bandNames } from "#engine/audio/bands.ts";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { madeMusic, noise, tone } from "./madeSignals.ts";

const rate = 44_100;

function fingerprintOf(planar: readonly Float32Array[], at = rate, block = 10_000) {
  const analyser = new FingerprintAnalyser(at, planar.length);
  for (let from = 0; from < planar[0]!.length; from += block)
    analyser.push(planar.map((x) => x.subarray(from, from + block)));
  return analyser.finish();
}

const stereo = (x: Float32Array) => [x, x];

describe("a fingerprint", () => {
  test("does not depend on how the track is cut into pushes", () => {
    const music = madeMusic(5.3, rate);
    const whole = fingerprintOf(music, rate, music[0]!.length);
    for (const block of [1000, 4096, 65_536])
      expect(fingerprintOf(music, rate, block)).toEqual(whole);
    expect(whole.total).toBe(music[0]!.length);
  });

  test.each(bandNames.map((name, band) => [name, band] as const))(
    "a tone in the middle of the %s band puts its energy there",
    (_, band) => {
      const { bandsDb } = fingerprintOf([tone(rate, rate, bandCentresHz[band]!, 0.5)]);
      expect(bandsDb[band]).toBeGreaterThan(-0.5);
      bandsDb.forEach((level, other) => {
        if (Math.abs(other - band) > 1) expect(level).toBeLessThan(-40);
      });
    },
  );

  test("the bands of white noise are in proportion to their widths, at any rate", () => {
    for (const at of [48_000, 96_000]) {
      const { bandsDb } = fingerprintOf([noise(at * 4, 0.3)], at);
      expect(bandsDb[6]! - bandsDb[5]!).toBeCloseTo(10 * Math.log10(14_000 / 2000), 0);
      expect(bandsDb[4]! - bandsDb[3]!).toBeCloseTo(10 * Math.log10(2000 / 1500), 0);
    }
  });

  test("both channels count, whatever their phase", () => {
    const x = tone(rate, rate, 1000, 0.4);
    const y = tone(rate, rate, 100, 0.4, 1);
    const { bandsDb } = fingerprintOf([x, y]);
    expect(bandsDb[3]).toBeCloseTo(-3, 1);
    expect(bandsDb[1]).toBeCloseTo(-3, 1);
  });

  test("loudness, true peak and crest are those of a tone", () => {
    const print = fingerprintOf(stereo(tone(rate * 3, rate, 997, 0.1)));
    expect(print.integratedLoudness).toBeCloseTo(-20, 0);
    expect(print.truePeakDb).toBeCloseTo(-20, 1);
    expect(print.crestDb).toBeCloseTo(3.01, 1);
  });

  test("the heard loudness is the loudness, but for what exceeds full scale", () => {
    const music = madeMusic(4, rate);
    const loud = music.map((x) => x.map((sample, i) => sample * (i > 3 * rate ? 8 : 1)));
    const clipped = loud.map((x) => x.map((sample) => Math.max(-1, Math.min(1, sample))));
    const print = fingerprintOf(loud);
    expect(print.heardLoudness).toBe(fingerprintOf(clipped).integratedLoudness);
    expect(print.heardLoudness).toBeLessThan(print.integratedLoudness! - 1);
    const { heardLoudness, integratedLoudness } = fingerprintOf(music);
    expect(heardLoudness).toBe(integratedLoudness);
    expect(fingerprintOf(loud, rate, 777)).toEqual(print);
  });

  test("crest is high for clicks and nil for a square wave", () => {
    const square = new Float32Array(rate).map((_, i) => (i % 100 < 50 ? 0.5 : -0.5));
    expect(fingerprintOf([square]).crestDb).toBeCloseTo(0, 2);
    const clicks = new Float32Array(rate).map((_, i) => (i % 4410 === 0 ? 1 : 0));
    expect(fingerprintOf([clicks]).crestDb).toBeCloseTo(36.4, 0);
  });

  test("width is 0 for mono, 1 for unrelated sides, large for opposite ones", () => {
    const x = noise(rate, 0.4, 1);
    expect(fingerprintOf([x]).width).toBe(0);
    expect(fingerprintOf(stereo(x)).width).toBe(0);
    expect(fingerprintOf([x, noise(rate, 0.4, 2)]).width).toBeCloseTo(1, 1);
    expect(fingerprintOf([x, x.map((sample) => -sample)]).width).toBeGreaterThan(100);
  });

  test("correlation is 1 for equal sides, 0 for unrelated ones, -1 for opposite ones", () => {
    const x = noise(rate, 0.4, 1);
    expect(fingerprintOf(stereo(x)).correlation).toBe(1);
    expect(fingerprintOf([x, noise(rate, 0.4, 2)]).correlation).toBeCloseTo(0, 1);
    expect(fingerprintOf([x, x.map((sample) => -sample)]).correlation).toBe(-1);
  });

  test("centroid and roll-off follow the pitch, flatness tells noise from tone", () => {
    const low = fingerprintOf([tone(rate, rate, 300, 0.5)]);
    const high = fingerprintOf([tone(rate, rate, 5000, 0.5)]);
    expect(low.centroidHz).toBeCloseTo(300, -1.5);
    expect(high.centroidHz).toBeCloseTo(5000, -1.5);
    expect(high.rolloffHz).toBeGreaterThan(4950);
    expect(low.rolloffHz).toBeLessThan(350);
    expect(low.flatness).toBeLessThan(0.01);
    expect(fingerprintOf([noise(rate * 2, 0.4)]).flatness).toBeGreaterThan(0.9);
  });

  test("the levels are those of the audible part, and silence has its share", () => {
    const half = tone(rate * 2, rate, 500, 0.5).fill(0, rate);
    const print = fingerprintOf([half]);
    expect(print.silenceRatio).toBeCloseTo(0.5, 2);
    expect(print.levelsDb).toHaveLength(20);
    print.levelsDb.forEach((level) => expect(Math.abs(level + 6)).toBeLessThan(0.6));
    expect(Math.abs(print.peakLevelDb + 6)).toBeLessThan(0.6);
  });

  test("of silence, and of nothing, holds no number that is not one", () => {
    for (const print of [
      fingerprintOf(stereo(new Float32Array(rate))),
      fingerprintOf([new Float32Array(0)]),
    ]) {
      expect(print.integratedLoudness).toBeNull();
      expect(print.truePeakDb).toBeNull();
      expect(print.silenceRatio).toBe(1);
      expect(JSON.parse(JSON.stringify(print))).toEqual(print);
    }
  });

  test("one frame, or a click, is no silence and no failure", () => {
    const print = fingerprintOf([Float32Array.from([0.5])]);
    expect(print.total).toBe(1);
    expect(print.truePeakDb).not.toBeNull();
    expect(JSON.parse(JSON.stringify(print))).toEqual(print);
  });
});
