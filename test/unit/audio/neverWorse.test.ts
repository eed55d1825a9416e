/** What there is nothing to gain from, or much to lose, must not come out worse than it went in. */
import { describe, expect, test } from "vitest";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { MasteringChain } from "#engine/audio/masteringChain.ts";
import { planFor, type Plan } from "#engine/audio/plan.ts";
import { TruePeakMeter } from "#engine/audio/truePeak.ts";
import { presets, type Preset } from "#engine/protocol/variant.ts";
import { dbOf, madeMusic, noise, peak, rms, tone } from "./madeSignals.ts";

const rate = 44_100;
type Planar = readonly Float32Array[];

function fingerprintOf(planar: Planar) {
  const analyser = new FingerprintAnalyser(rate, planar.length);
  analyser.push(planar);
  return analyser.finish();
}

/** A signal through the plan that its own fingerprint leads to, in time with itself. */
function enhanced(planar: Planar, preset: Preset, intensity = 100) {
  const plan = planFor(fingerprintOf(planar), { kind: "enhanced", preset, intensity });
  const chain = new MasteringChain(plan, rate);
  const length = planar[0]!.length;
  const late = chain.latencyFrames;
  const out = planar.map((x) => {
    const longer = new Float32Array(length + late);
    longer.set(x);
    return longer;
  });
  for (let at = 0; at < length + late; at += 4096) {
    const pieces = out.map((x) => x.subarray(at, at + 4096));
    chain.process(pieces, pieces[0]!.length);
  }
  return { plan, out: out.map((x) => x.subarray(late)) };
}

function loudnessOf(planar: Planar): number | null {
  const meter = new LoudnessMeter(rate, planar.length);
  meter.push(planar, planar[0]!.length);
  return meter.finish().integrated;
}

function truePeakDb(planar: Planar): number {
  return dbOf(
    Math.max(
      ...planar.map((x) => {
        const meter = new TruePeakMeter();
        meter.push(x, x.length);
        return meter.finish();
      }),
    ),
  );
}

const scaled = (planar: Planar, gain: number) => planar.map((x) => x.map((each) => each * gain));
const clipped = (planar: Planar) =>
  planar.map((x) => x.map((each) => Math.max(-1, Math.min(1, each))));
const music = madeMusic(6, rate, 0.5);
const silence = new Float32Array(6 * rate);

const material: Readonly<Record<string, Planar>> = {
  "what is loud already": clipped(scaled(music, 4)),
  "what is clipped hard": clipped(scaled(music, 8)),
  "what is very quiet": scaled(music, 0.003),
  "mono in one channel": [music[0]!],
  "mono in two": [music[0]!, music[0]!],
  "one side alone": [music[0]!, silence],
  "one side and hiss on the other": [music[0]!, noise(6 * rate, 0.0005)],
  "sides that cancel": [music[0]!, music[0]!.map((x) => -x)],
  "what has a DC offset": music.map((x) => x.map((each) => 0.5 * each + 0.3)),
  "a square wave at full scale": [silence.map((_, i) => (i % 100 < 50 ? 1 : -1))],
  "clicks in silence": [silence.map((_, i) => (i % 22_050 === 0 ? 1 : 0))],
  "a low tone": [tone(6 * rate, rate, 30, 0.9)],
  "what holds not-a-number and infinities": [
    music[0]!.map((x, i) => (i % 1000 ? x : Number.POSITIVE_INFINITY)),
    music[1]!.map((x, i) => (i % 700 ? x : Number.NaN)),
  ],
  "white noise": [noise(6 * rate, 0.9, 1), noise(6 * rate, 0.9, 2)],
};

describe.each(Object.entries(material))("%s", (name, planar) => {
  test("comes out finite, below −1 dBTP, and no louder than it should", () => {
    // what a decoder hands on is looked after where it is read
    if (name.includes("infinities")) {
      for (const preset of presets) {
        const plan = planFor(fingerprintOf(planar), { kind: "enhanced", preset, intensity: 100 });
        expect(JSON.stringify(plan)).not.toMatch(/null,"eq|NaN/);
        for (const { gainDb } of plan.eq) expect(Number.isFinite(gainDb)).toBe(true);
        expect(Number.isFinite(plan.gainDb)).toBe(true);
      }
      return;
    }
    const before = loudnessOf(planar)!;
    for (const preset of presets)
      for (const intensity of [40, 100]) {
        const { out } = enhanced(planar, preset, intensity);
        expect(out.every((x) => x.every(Number.isFinite))).toBe(true);
        expect(truePeakDb(out), preset).toBeLessThan(-1);
        const after = loudnessOf(out)!;
        // estimated beforehand, and short: towards the target, with something to spare
        expect(after, preset).toBeLessThan(Math.max(before, -14) + 1.5);
        expect(after - before, preset).toBeLessThan(20);
      }
  });
});

describe("what is silent", () => {
  test("is left as it is, and so is hiss that nobody hears", () => {
    for (const planar of [
      [silence, silence],
      [silence],
      [noise(6 * rate, 0.0001, 1), noise(6 * rate, 0.0001, 2)],
    ])
      for (const preset of presets)
        enhanced(planar, preset).out.forEach((x, channel) =>
          expect(x.every((each, i) => each === planar[channel]![i])).toBe(true),
        );
  });

  test("stays silent between two sounds, and after the last", () => {
    const parts = music.map((x) => x.map((each, i) => (i < rate || i > 4 * rate ? each : 0)));
    const ended = parts.map((x) => x.map((each, i) => (i < 5 * rate ? each : 0)));
    for (const preset of presets)
      for (const x of enhanced(ended, preset).out) {
        expect(dbOf(rms(x, 2 * rate, 4 * rate - 1000) + 1e-9)).toBeLessThan(-110);
        expect(dbOf(rms(x, Math.round(5.9 * rate)) + 1e-9)).toBeLessThan(-110);
      }
  });
});

describe("the picture", () => {
  test("of mono in two channels stays in the middle", () => {
    for (const preset of presets) {
      const { out } = enhanced(material["mono in two"]!, preset);
      expect(out[1]!.every((x, i) => x === out[0]![i])).toBe(true);
    }
  });

  test("of one side alone stays there: nothing is put into the silent one", () => {
    for (const preset of presets) {
      expect(peak(enhanced(material["one side alone"]!, preset).out[1]!)).toBe(0);
      const { plan } = enhanced(material["one side and hiss on the other"]!, preset);
      expect([plan.width, plan.monoBelowHz]).toEqual([1, null]);
    }
  });

  test("of sides that cancel keeps its bass", () => {
    const bass = tone(4 * rate, rate, 70, 0.3);
    for (const preset of presets) {
      const { out } = enhanced([bass, bass.map((x) => -x)], preset);
      expect(rms(out[0]!, rate)).toBeGreaterThan(0.7 * rms(bass, rate));
    }
  });
});

describe("the level", () => {
  test("of an offset is taken out, and not turned into a thump", () => {
    const still = tone(4 * rate, rate, 440, 0.2).map((x) => x + 0.3);
    const mean = (x: Float32Array) => x.reduce((sum, each) => sum + each, 0) / x.length;
    for (const preset of presets) {
      const [out] = enhanced([still], preset).out;
      expect(Math.abs(mean(out!.subarray(rate)))).toBeLessThan(0.001);
    }
  });

  test("of what was good already changes little: loudness, bands, crest", () => {
    // twice through gentle: what the first pass made is what the second one finds
    const good = enhanced(music, "gentle").out;
    const { out } = enhanced(good, "gentle");
    const [before, after] = [fingerprintOf(good), fingerprintOf(out)];
    expect(Math.abs(after.integratedLoudness! - before.integratedLoudness!)).toBeLessThan(0.7);
    expect(after.crestDb).toBeGreaterThan(before.crestDb - 1.5);
    after.bandsDb.forEach((level, band) =>
      expect(Math.abs(level - before.bandsDb[band]!)).toBeLessThan(2),
    );
  });

  test("of what is loud already is not raised, and its crest does not fall", () => {
    const loud = material["what is loud already"]!;
    const before = fingerprintOf(loud);
    for (const preset of presets) {
      const after = fingerprintOf(enhanced(loud, preset).out);
      expect(before.integratedLoudness).toBeGreaterThan(-14);
      expect(after.integratedLoudness!).toBeLessThan(before.integratedLoudness! + 0.3);
      expect(after.crestDb).toBeGreaterThan(before.crestDb - 1);
    }
  });

  test("of a quiet tone does not pump under bursts", () => {
    const quiet = tone(6 * rate, rate, 440, 0.01);
    const bursts = noise(6 * rate, 0.7).map((x, i) => (i % rate < 0.15 * rate ? x : 0));
    const both = quiet.map((x, i) => x + bursts[i]!);
    for (const preset of presets) {
      const { out } = enhanced([both, both], preset);
      for (let second = 1; second < 5; second++) {
        const level = (from: number, until: number) =>
          dbOf(
            rms(out[0]!, Math.round((second + from) * rate), Math.round((second + until) * rate)),
          );
        // half a second after the end of a burst, and just before the next
        expect(Math.abs(level(0.6, 0.7) - level(0.88, 0.98)), preset).toBeLessThan(1);
      }
    }
  });
});

describe("intensity, as it is heard", () => {
  const heard = (planar: Planar, preset: Preset, intensity: number) => {
    const { out, plan } = enhanced(planar, preset, intensity);
    return { loudness: loudnessOf(out)!, bandsDb: fingerprintOf(out).bandsDb, plan };
  };

  test("0 is the original, in loudness and spectrum", () => {
    const before = fingerprintOf(music);
    for (const preset of presets) {
      const { loudness, bandsDb } = heard(music, preset, 0);
      expect(Math.abs(loudness - before.integratedLoudness!)).toBeLessThan(0.1);
      bandsDb.forEach((level, band) =>
        expect(Math.abs(level - before.bandsDb[band]!)).toBeLessThan(0.1),
      );
    }
  });

  test.each(presets)(
    "of %s moves loudness one way only, and does more the higher it is",
    (preset) => {
      const before = fingerprintOf(music);
      let last = before.integratedLoudness!;
      let lastChange = 0;
      for (const intensity of [10, 30, 50, 70, 100]) {
        const { loudness, bandsDb } = heard(music, preset, intensity);
        expect(loudness).toBeGreaterThan(last - 0.1);
        last = loudness;
        const change = Math.hypot(...bandsDb.map((level, band) => level - before.bandsDb[band]!));
        expect(change).toBeGreaterThan(lastChange - 0.1);
        lastChange = change;
      }
    },
  );

  test("100 tells the presets apart: any two differ by half a decibel somewhere", () => {
    const all = presets.map((preset) => heard(music, preset, 100));
    all.forEach((one, at) =>
      all.slice(at + 1).forEach((other) => {
        const bands = one.bandsDb.map((level, band) => Math.abs(level - other.bandsDb[band]!));
        expect(Math.max(...bands)).toBeGreaterThan(0.5);
      }),
    );
    const ratio = ({ compressor }: Plan) => compressor!.ratio;
    expect(new Set(all.map(({ plan }) => ratio(plan))).size).toBe(presets.length);
  });
});
