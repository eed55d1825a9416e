/** Our loudness meter and true-peak meter beside another one, where there is one. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { TruePeakMeter } from "#engine/audio/truePeak.ts";
import { writeMusic } from "./madeMusic.ts";

let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-meter-"));
});
afterAll(() => rm(place, { recursive: true, force: true }));

function ours(samples: Int16Array, rate: number, channels: number) {
  const planar = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from(
      { length: samples.length / channels },
      (_, i) => samples[i * channels + channel]! / 32_768,
    ),
  );
  const meter = new LoudnessMeter(rate, channels);
  meter.push(planar, planar[0]!.length);
  const peaks = planar.map((x) => {
    const peak = new TruePeakMeter();
    peak.push(x, x.length);
    return peak.finish();
  });
  return { ...meter.finish(), truePeakDb: 20 * Math.log10(Math.max(...peaks)) };
}

/** What ffmpeg's `ebur128` says at the end of a file. */
function theirs(path: string) {
  const text = execFileSync("ffmpeg", [
    ...["-v", "error", "-i", path],
    ...["-af", "ebur128=metadata=1:peak=true,ametadata=mode=print:file=-", "-f", "null", "-"],
  ]).toString();
  const last = (key: string) =>
    Number([...text.matchAll(new RegExp(`r128\\.${key}=(\\S+)`, "g"))].at(-1)![1]);
  const peaks = [...text.matchAll(/r128\.true_peaks_ch\d=(\S+)/g)].map((match) => Number(match[1]));
  return {
    integrated: last("I"),
    range: last("LRA"),
    truePeakDb: 20 * Math.log10(Math.max(...peaks)),
  };
}

if (spawnSync("ffmpeg", ["-version"]).status === 0)
  describe("loudness, against ffmpeg's meter", () => {
    it.each([
      [44_100, 2, 0.8],
      [48_000, 2, 0.05],
      [48_000, 1, 0.3],
      [96_000, 2, 0.3],
      [22_050, 1, 0.5],
    ])("at %d Hz, %d channels, level %d", (rate, channels, level) => {
      const path = join(place, `${rate}-${channels}.wav`);
      const samples = writeMusic(path, { seconds: 12.3, rate, channels, level });
      const [own, other] = [ours(samples, rate, channels), theirs(path)];
      expect(Math.abs(own.integrated! - other.integrated)).toBeLessThan(0.1);
      expect(Math.abs(own.range - other.range)).toBeLessThan(0.2);
      // another interpolator, and at 96 kHz they read between the samples once, we three times
      const apart = Math.abs(own.truePeakDb - other.truePeakDb);
      expect(apart).toBeLessThan(rate > 48_000 ? 0.5 : 0.2);
    });
  });
else
  it("is compared with no other meter here: there is no ffmpeg", () => {
    expect(spawnSync("ffmpeg", ["-version"]).error).toBeDefined();
  });
