import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dimensions } from "#engine/audio/dimensions.ts";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { madeMusic, noise, noiseSource, tone } from "./madeSignals.ts";

const rate = 44_100;

function fingerprintOf(planar: readonly Float32Array[], at = rate) {
  const analyser = new FingerprintAnalyser(at, planar.length);
  for (let from = 0; from < planar[0]!.length; from += 32_768)
    analyser.push(planar.map((x) => x.subarray(from, from + 32_768)));
  return analyser.finish();
}

/** Short decaying noise at each of the times, seconds. */
function clicks(times: readonly number[], seconds: number, at = rate, gain = 0.8): Float32Array {
  const x = new Float32Array(Math.round(seconds * at));
  const random = noiseSource(3);
  for (const time of times) {
    const start = Math.round(time * at);
    for (let i = 0; i < 0.01 * at && start + i < x.length; i++)
      x[start + i]! += gain * random() * Math.exp((-i / at) * 500);
  }
  return x;
}

const beats = (bpm: number, seconds: number, shift = (_: number) => 0) =>
  Array.from({ length: Math.floor((seconds * bpm) / 60) }, (_, k) =>
    Math.max(0, (k * 60) / bpm + shift(k)),
  );

describe("the list of dimensions", () => {
  test("has twenty-five, each with a name of its own, a source and a range", () => {
    expect(dimensions).toHaveLength(25);
    expect(new Set(dimensions.map(({ name }) => name)).size).toBe(25);
    for (const { says, source, range } of dimensions) {
      expect(says).not.toBe("");
      expect(source).not.toBe("");
      expect(range[0]).toBeLessThan(range[1]);
    }
  });

  test("holds every signal within the ranges that it names", () => {
    const x = noise(rate, 0.5, 4);
    const extreme = [
      [new Float32Array(rate)],
      [Float32Array.from([1])],
      [x, x.map((sample) => -sample)],
      [new Float32Array(rate).fill(1)],
      [clicks([0.1], 1), new Float32Array(rate)],
      [noise(rate, 900, 1), noise(rate, 1e-5, 2)],
      [Float32Array.from({ length: rate }, (_, i) => (i % 2 ? Number.NaN : 1e30))],
      madeMusic(4, rate),
    ];
    for (const planar of extreme) {
      const fingerprint = fingerprintOf(planar);
      for (const { name, range, of } of dimensions) {
        const value = of(fingerprint);
        if (value === null) continue;
        expect(value, name).toBeGreaterThanOrEqual(range[0]);
        expect(value, name).toBeLessThanOrEqual(range[1]);
      }
    }
  });

  test("stands in docs/fingerprint.md, word for word", () => {
    const page = readFileSync(new URL("../../../docs/fingerprint.md", import.meta.url), "utf8");
    for (const { name, unit, range, says, source } of dimensions)
      expect(page).toContain(
        `| ${name} | ${unit || "–"} | ${range[0]} … ${range[1]} | ${says} | ${source} |`,
      );
  });
});

describe("tempo", () => {
  test.each([60, 75, 90, 100, 120, 128, 150])("of clicks at %d BPM is theirs", (bpm) => {
    const { tempoBpm } = fingerprintOf([clicks(beats(bpm, 20), 20)]);
    expect(Math.abs(tempoBpm! - bpm)).toBeLessThan(1);
  });

  test.each([8000, 22_050, 48_000, 96_000])("is the same at %d Hz", (at) => {
    const { tempoBpm } = fingerprintOf([clicks(beats(120, 12), 12, at)], at);
    expect(Math.abs(tempoBpm! - 120)).toBeLessThan(1);
  });

  test("of something like music is its beat", () => {
    expect(Math.abs(fingerprintOf(madeMusic(20, rate)).tempoBpm! - 120)).toBeLessThan(1);
  });

  test("of a held tone, of noise, of silence, short or long, and of a single click is none", () => {
    for (const x of [
      tone(10 * rate, rate, 440, 0.5),
      noise(10 * rate, 0.5),
      new Float32Array(10 * rate),
      new Float32Array(3 * rate),
      clicks([2], 10),
    ])
      expect(fingerprintOf([x]).tempoBpm).toBeNull();
  });
});

describe("rhythm stability", () => {
  test("is near 1 for a machine, less for a drummer, least for chance", () => {
    const random = noiseSource(11);
    const jittered = beats(120, 20, () => 0.03 * random());
    const chance = Array.from({ length: 40 }, () => 10 + 9.9 * random()).sort((a, b) => a - b);
    const [machine, drummer, rain] = [beats(120, 20), jittered, chance].map(
      (times) => fingerprintOf([clicks(times, 20)]).rhythmStability,
    );
    expect(machine).toBeGreaterThan(0.9);
    expect(drummer).toBeLessThan(machine! - 0.2);
    expect(rain).toBeLessThan(drummer! - 0.1);
  });
});

describe("transient density", () => {
  test.each([0.5, 2, 8])("of %d clicks a second is that", (perSecond) => {
    const x = clicks(beats(perSecond * 60, 20), 20);
    expect(Math.abs(fingerprintOf([x]).transientDensity / perSecond - 1)).toBeLessThan(0.05);
  });

  test("of clicks over noise is still theirs", () => {
    const x = clicks(beats(120, 20), 20);
    const hiss = noise(x.length, 0.003);
    const { transientDensity } = fingerprintOf([x.map((sample, i) => sample + hiss[i]!)]);
    expect(Math.abs(transientDensity - 2)).toBeLessThan(0.2);
  });

  test("of what is held, and of noise, is nearly nil", () => {
    expect(fingerprintOf([tone(10 * rate, rate, 440, 0.5)]).transientDensity).toBeLessThan(0.2);
    expect(fingerprintOf([noise(10 * rate, 0.5)]).transientDensity).toBeLessThan(0.3);
  });
});

describe("harmonic ratio", () => {
  test("is near 1 for tones, near 0 for noise and for clicks, between them for both", () => {
    const ratio = (x: Float32Array) => fingerprintOf([x]).harmonicRatio;
    const chord = tone(5 * rate, rate, 220, 0.2).map(
      (x, i) => x + 0.2 * Math.sin(i * 0.0473) + 0.1 * Math.sin(i * 0.1),
    );
    expect(ratio(tone(5 * rate, rate, 440, 0.5))).toBeGreaterThan(0.95);
    expect(ratio(chord)).toBeGreaterThan(0.95);
    expect(ratio(noise(5 * rate, 0.5))).toBeLessThan(0.1);
    expect(ratio(clicks(beats(120, 5), 5))).toBeLessThan(0.1);
    const hiss = noise(5 * rate, 0.4);
    const both = ratio(chord.map((x, i) => x + hiss[i]!));
    expect(both).toBeGreaterThan(0.5);
    expect(both).toBeLessThan(0.95);
  });
});

describe("pitch stability", () => {
  const swept = (octaves: (seconds: number) => number) => {
    let phase = 0;
    return Float32Array.from({ length: 8 * rate }, (_, i) => {
      phase += (2 * Math.PI * 330 * 2 ** octaves(i / rate)) / rate;
      return 0.5 * Math.sin(phase);
    });
  };

  test("is 1 for a pitch that is held, less for a melody, little for a wobble, none for noise", () => {
    const stability = (x: Float32Array) => fingerprintOf([x]).pitchStability;
    const held = stability(tone(8 * rate, rate, 330, 0.5));
    const melody = stability(swept((t) => [0, 4, 7, 5][Math.floor(t * 2) % 4]! / 12));
    const wobble = stability(swept((t) => Math.sin(2 * Math.PI * 3 * t) / 6));
    expect(held).toBeGreaterThan(0.98);
    expect(melody).toBeGreaterThan(0.6);
    expect(melody).toBeLessThan(0.95);
    expect(wobble).toBeLessThan(0.4);
    expect(stability(noise(8 * rate, 0.5))).toBeLessThan(0.05);
  });
});

describe("chroma energy", () => {
  test("is 1 for one pitch class in all octaves, that of three for a triad, none for noise", () => {
    const sum = (...hertz: number[]) =>
      Float32Array.from({ length: 5 * rate }, (_, i) =>
        hertz.reduce((x, each) => x + 0.1 * Math.sin((2 * Math.PI * each * i) / rate), 0),
      );
    const chroma = (x: Float32Array) => fingerprintOf([x]).chromaEnergy;
    expect(chroma(sum(220, 440, 880))).toBeGreaterThan(0.97);
    const triad = chroma(sum(261.63, 329.63, 392));
    expect(Math.abs(triad - (1 - Math.log(3) / Math.log(12)))).toBeLessThan(0.03);
    expect(chroma(noise(5 * rate, 0.5))).toBeLessThan(0.02);
  });
});

describe("what varies over a track", () => {
  const steady = noise(24 * rate, 0.2);

  test("dynamic-range variation is nil for what is even, and large where clicks follow noise", () => {
    expect(fingerprintOf([steady]).dynamicVariation).toBeLessThan(0.2);
    const half = clicks(beats(120, 24), 24).map((x, i) => (i < 12 * rate ? steady[i]! : x));
    expect(fingerprintOf([half]).dynamicVariation).toBeGreaterThan(5);
  });

  test("loudness variation is that of two levels by turns, and does not see a change of spectrum", () => {
    const turns = steady.map((x, i) => (Math.floor(i / rate / 6) % 2 ? x : x / 2));
    const { loudnessVariation } = fingerprintOf([turns]);
    expect(Math.abs(loudnessVariation - 3)).toBeLessThan(0.6);
    expect(fingerprintOf([steady]).loudnessVariation).toBeLessThan(0.1);
  });

  test("peak consistency is near 1 for equal peaks, and falls with unequal ones", () => {
    const random = noiseSource(5);
    const alike = clicks(beats(120, 20), 20);
    const unlike = alike.slice();
    for (let second = 0; second < 20; second++) {
      const gain = 0.1 + 0.45 * (1 + random());
      for (let i = second * rate; i < (second + 1) * rate; i++) unlike[i]! *= gain;
    }
    const sine = fingerprintOf([tone(5 * rate, rate, 440, 0.5)]).peakConsistency;
    expect(sine).toBeGreaterThan(0.99);
    expect(fingerprintOf([unlike]).peakConsistency).toBeLessThan(0.8);
    expect(fingerprintOf([new Float32Array(rate)]).peakConsistency).toBe(0);
  });
});

describe("bass/mid ratio and balance", () => {
  test("bass over mid is that of two tones", () => {
    const two = tone(2 * rate, rate, 120, 0.4).map(
      (x, i) => x + 0.1 * Math.sin((2 * Math.PI * 1000 * i) / rate),
    );
    expect(fingerprintOf([two]).bassToMidDb).toBeCloseTo(12.04, 0);
  });

  test("balance is nil for mono, 6 dB for twice the level, 60 for one side alone", () => {
    const x = noise(rate, 0.4);
    const silent = new Float32Array(rate);
    expect(fingerprintOf([x]).balanceDb).toBe(0);
    expect(fingerprintOf([x, x.map((sample) => sample / 2)]).balanceDb).toBeCloseTo(6.02, 1);
    expect(fingerprintOf([silent, x]).balanceDb).toBe(-60);
    expect(fingerprintOf([silent, silent]).balanceDb).toBe(0);
  });
});

describe("the whole fingerprint", () => {
  test("of a stereo track of 96 kHz does not depend on the partition into pushes", () => {
    const music = madeMusic(9.1, 96_000);
    const whole = new FingerprintAnalyser(96_000, 2);
    whole.push(music);
    const pieces = new FingerprintAnalyser(96_000, 2);
    let at = 0;
    for (let length = 1; at < music[0]!.length; length = (length * 7) % 30_011) {
      pieces.push(music.map((x) => x.subarray(at, at + length)));
      at += length;
    }
    expect(pieces.finish()).toEqual(whole.finish());
  });
});
