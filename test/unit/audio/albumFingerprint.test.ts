import { describe, expect, test } from "vitest";
import { albumFingerprint } from "#engine/audio/albumFingerprint.ts";
import { FingerprintAnalyser, type Fingerprint } from "#engine/audio/fingerprint.ts";
import { planFor } from "#engine/audio/plan.ts";
import { presets } from "#engine/protocol/variant.ts";
import { madeFingerprint, ordinaryFingerprint } from "./madeFingerprint.ts";
import { madeMusic, noise } from "./madeSignals.ts";

const rate = 44_100;

function analysed(planar: readonly Float32Array[]): Fingerprint {
  const analyser = new FingerprintAnalyser(rate, planar.length);
  analyser.push(planar);
  return analyser.finish();
}

describe("the fingerprint of an album", () => {
  test("of one track is that track's", () => {
    expect(albumFingerprint([ordinaryFingerprint])).toBe(ordinaryFingerprint);
  });

  test("of equal tracks is theirs, but for the length", () => {
    const { total, ...album } = albumFingerprint([ordinaryFingerprint, ordinaryFingerprint]);
    const { total: own, crestDb: _, ...track } = ordinaryFingerprint;
    expect(total).toBe(2 * own);
    expect(album).toMatchObject(track);
  });

  test("of a recording that was cut in two is near that of the recording", () => {
    const music = madeMusic(40, rate, 0.6);
    const at = 17 * rate + 3;
    const whole = analysed(music);
    const album = albumFingerprint([
      analysed(music.map((x) => x.slice(0, at))),
      analysed(music.map((x) => x.slice(at))),
    ]);
    expect(Math.abs(album.integratedLoudness! - whole.integratedLoudness!)).toBeLessThan(0.5);
    album.bandsDb.forEach((level, band) =>
      expect(Math.abs(level - whole.bandsDb[band]!)).toBeLessThan(0.5),
    );
    album.levelsDb.forEach((level, k) =>
      // of forty samples of the levels
      expect(Math.abs(level - whole.levelsDb[k]!)).toBeLessThan(3),
    );
    expect(album).toMatchObject({ truePeakDb: whole.truePeakDb, total: whole.total, rate });
    expect(Math.abs(album.width - whole.width)).toBeLessThan(0.02);
    expect(Math.abs(album.peakLevelDb - whole.peakLevelDb)).toBeLessThan(1);
  });

  test("is of the loud tracks' loudness where one is quiet by far", () => {
    const quiet = { ...ordinaryFingerprint, integratedLoudness: -45, truePeakDb: -30 };
    const { integratedLoudness } = albumFingerprint([ordinaryFingerprint, quiet]);
    expect(integratedLoudness).toBe(ordinaryFingerprint.integratedLoudness);
  });

  test("takes silence and a single sample for what they are", () => {
    const silent = analysed([new Float32Array(rate), new Float32Array(rate)]);
    const single = analysed([noise(1, 0.3), noise(1, 0.3)]);
    expect(albumFingerprint([silent, silent]).integratedLoudness).toBeNull();
    const album = albumFingerprint([silent, ordinaryFingerprint, single]);
    expect(album.integratedLoudness).toBe(ordinaryFingerprint.integratedLoudness);
    expect(JSON.stringify(album)).not.toContain("null");
    expect(album.levelsDb).toEqual(album.levelsDb.toSorted((a, b) => a - b));
  });

  test("gives a plan that is finite, whatever the tracks are", () => {
    for (let seed = 1; seed < 40; seed++) {
      const album = albumFingerprint([1, 2, 3].map((k) => madeFingerprint(seed * 3 + k)));
      for (const preset of presets) {
        const plan = planFor(album, { kind: "enhanced", preset, intensity: 100 });
        expect(JSON.stringify(plan)).not.toMatch(/NaN|Infinity/);
        expect(Number.isFinite(plan.gainDb)).toBe(true);
      }
    }
  });
});
