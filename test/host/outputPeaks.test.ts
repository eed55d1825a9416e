/** What comes out, dithered to 16 bits, by an independent true-peak meter: ffmpeg's, where it is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { neutralPlan, planFor, type Plan } from "#engine/audio/plan.ts";
import { writeWav } from "../browser/frameCode.ts";
import { furthestPeaks, madeMusic, noise, noiseSource, tone } from "../unit/audio/madeSignals.ts";
import { heavyPlan, renderBytes, requestOf, segmentsOf } from "../unit/audio/madeTracks.ts";

const rate = 44_100;
const seconds = 4;
const total = seconds * rate;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "segue-peaks-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const random = noiseSource(5);
const bits = Float32Array.from({ length: total }, () => (random() > 0 ? 1 : -1));
const square = Float32Array.from({ length: total }, (_, i) =>
  Math.floor(i / 37.3) % 2 === 0 ? 1 : -1,
);
const clicks = Float32Array.from({ length: total }, (_, i) => (i % 3000 === 1500 ? 1 : 0.001));
const beside = (x: Float32Array): readonly Float32Array[] => [
  x,
  x.map((y, i) => 0.7 * y + 0.3 * (x[i - 40] ?? 0)),
];

const material: Readonly<Record<string, readonly Float32Array[]>> = {
  music: madeMusic(seconds, rate, 0.5),
  "loud music": madeMusic(seconds, rate, 1.2),
  "one channel": madeMusic(seconds, rate, 0.7).slice(0, 1),
  "white noise": beside(noise(total, 1)),
  "random bits at full scale": beside(bits),
  "a square wave": beside(square),
  clicks: beside(clicks),
  "a tone whose samples miss its peaks": beside(tone(total, rate, rate / 4, 1, Math.PI / 4)),
  "a tone at 19 kHz": beside(tone(total, rate, 19_000.7, 1)),
  "peaks far above their samples": furthestPeaks(176),
  "a bass note": beside(tone(total, rate, 41, 1)),
};

/** Largest true peak of a rendering, dBTP. */
function meteredPeakDb(planar: readonly Float32Array[], plan: Plan, outputRate: number): number {
  const track = { planar, rate };
  const bytes = Buffer.concat(
    Array.from({ length: segmentsOf(track, outputRate) }, (_, index) =>
      renderBytes(requestOf(track, index, plan, outputRate), track),
    ),
  );
  const path = join(folder, "out.wav");
  const samples = new Int16Array(Uint8Array.from(bytes).buffer);
  writeWav(path, samples, outputRate, planar.length);
  const graph = ["-af", "ebur128=peak=true", "-f", "null", "-"];
  const run = spawnSync("ffmpeg", ["-hide_banner", "-nostats", "-i", path, ...graph], {
    encoding: "utf8",
  });
  const summary = /True peak:\s*Peak:\s*(-?[\d.]+) dBFS/.exec(run.stderr);
  if (!summary) throw new Error(run.stderr);
  return Number(summary[1]);
}

function plansFor(planar: readonly Float32Array[]): readonly Plan[] {
  const analyser = new FingerprintAnalyser(rate, planar.length);
  analyser.push(planar);
  const fingerprint = analyser.finish();
  return [
    ...(["bright", "punchy"] as const).map((preset) =>
      planFor(fingerprint, { kind: "enhanced", preset, intensity: 100 }),
    ),
    // the limiter alone, and far more than any plan asks of it
    { ...neutralPlan, ceilingDb: -1.5 },
    { ...heavyPlan, gainDb: 18 },
  ];
}

if (spawnSync("ffmpeg", ["-version"]).status === 0) {
  describe("the output's true peak by ffmpeg's meter", () => {
    for (const [name, planar] of Object.entries(material))
      it(`stays at or below -1.0 dBTP: ${name}`, () => {
        const peaks = plansFor(planar).flatMap((plan) =>
          [rate, 48_000].map((outputRate) => meteredPeakDb(planar, plan, outputRate)),
        );
        expect(Math.max(...peaks)).toBeLessThanOrEqual(-1);
        // and the meter hears something
        expect(Math.max(...peaks)).toBeGreaterThan(-12);
      });
  });
} else
  it("is looked at by no other meter here: there is no ffmpeg", () => {
    expect(spawnSync("ffmpeg", ["-version"]).error).toBeDefined();
  });
