/** Material for the playback bench, made with ffmpeg: four-minute files, each a source of its own. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeCodedWav, writeWav } from "../test/browser/frameCode.ts";

const rate = 44_100;
const minutes = 4;

export type BenchFormat = {
  readonly name: string;
  readonly extension: string;
  readonly codec: readonly string[];
};
export const formats: readonly BenchFormat[] = [
  { name: "wav", extension: "wav", codec: ["-c:a", "pcm_s16le"] },
  { name: "flac", extension: "flac", codec: ["-c:a", "flac"] },
  { name: "mp3", extension: "mp3", codec: ["-c:a", "libmp3lame", "-b:a", "192k"] },
  { name: "vorbis", extension: "ogg", codec: ["-c:a", "libvorbis", "-q:a", "5"] },
  { name: "opus", extension: "opus", codec: ["-c:a", "libopus", "-b:a", "128k"] },
  { name: "aac", extension: "m4a", codec: ["-c:a", "aac", "-b:a", "192k"] },
  { name: "alac", extension: "m4a", codec: ["-c:a", "alac"] },
];

/** @throws Error when ffmpeg is not installed */
function ffmpeg(args: readonly string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-y", ...args]);
}

/** Seconds of quiet noise at the beginning of every bench track; loud noise follows. What is heard first
 *  after a seek out of the quiet is the new place, whatever was done to it. */
const quietSeconds = 30;
export const quietPeak = 200;

/** @param seed another one is another recording */
function writeQuietThenLoud(path: string, seed: number): void {
  const samples = new Int16Array(minutes * 60 * rate * 2);
  const loudFrom = quietSeconds * rate * 2;
  let state = 12_345 + seed;
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const uniform = (state >> 16) / 32_768;
    samples[i] = Math.round(uniform * (i < loudFrom ? quietPeak : 9000));
  }
  writeWav(path, samples, rate, 2);
}

/** length of a song, seconds */
export const songSeconds = minutes * 60;

/** `count` WAV files of noise, loud from `quietSeconds` on; every one another recording. */
export function writeSongs(folder: string, count: number): void {
  for (let i = 0; i < count; i++) writeQuietThenLoud(join(folder, `song ${i}.wav`), i + 1);
}

/** `count` files of one format with the same audio; tags make each a source of its own.
 *  @returns their titles */
export function writeCopies(
  folder: string,
  scratch: string,
  format: BenchFormat,
  count: number,
): string[] {
  const base = join(scratch, "base.wav");
  if (!existsSync(base)) writeQuietThenLoud(base, 1);
  const encoded = join(scratch, `base-${format.name}.${format.extension}`);
  ffmpeg(["-i", base, ...format.codec, encoded]);
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, i) => {
    const title = `${format.name} ${String(i).padStart(2, "0")}`;
    const tags = ["-metadata", `title=${title}`, "-metadata", `comment=${i}`];
    const path = join(folder, `${title}.${format.extension}`);
    ffmpeg(["-i", encoded, "-c", "copy", ...tags, path]);
    return title;
  });
}

/** A frame-coded track. @returns the title */
export function writeCoded(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeCodedWav(join(folder, "coded.wav"), 90 * rate, rate, 3);
  return "coded";
}
