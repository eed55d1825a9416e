/** Files of every format from folder to WAV over HTTP, and the broken ones beside them. */
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultSchema } from "#engine/protocol/faults.ts";
import type { TrackEntry } from "#engine/protocol/library.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { tone, toneFrames, toneRate } from "../fixtures/tone.ts";
import { readTracks, readWav } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

const fixtures = fileURLToPath(new URL("../fixtures/audio/", import.meta.url));

let place: string;
let host: RunningHost;
let tracks: readonly TrackEntry[];

const entry = (title: string): TrackEntry => tracks.find((track) => track.title === title)!;
const address = (title: string, rest: string): string =>
  `${host.url}/api/tracks/${entry(title).id}/${rest}`;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-formats-"));
  const music = join(place, "music");
  await mkdir(music);
  for (const name of await readdir(fixtures))
    await copyFile(join(fixtures, name), join(music, name));
  writeMusic(join(music, "slow.wav"), { seconds: 2, rate: 8000, channels: 1 });
  writeMusic(join(music, "fast.wav"), { seconds: 0.5, rate: 192_000, channels: 2 });
  await copyFile(join(fixtures, "tone.flac"), join(music, "torn.flac"));
  await truncate(join(music, "torn.flac"), 20_000);
  await writeFile(join(music, "letter.mp3"), "Dear listener, this is text.\n".repeat(100));
  await writeFile(join(music, "nothing.m4a"), "");
  const flac = await readFile(join(fixtures, "tone.flac"));
  await writeFile(
    join(music, "noise.ogg"),
    flac.map((byte, index) => (byte * 31 + index) & 255),
  );
  host = await runHost({ folders: [music], data: join(place, "data") });
  tracks = await readTracks(host.url);
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

describe("a folder with files of every format", () => {
  it.each<[string, string, number, number]>([
    ["tone.flac", "flac", toneRate, 2],
    ["tone24.flac", "flac", toneRate, 2],
    ["toneOgg.oga", "flac", toneRate, 2],
    ["toneAlac.m4a", "alac", toneRate, 2],
    ["tone.m4a", "aac", toneRate, 2],
    ["tone.mp3", "mp3", toneRate, 2],
    ["toneVbr.mp3", "mp3", toneRate, 2],
    ["toneNoTag.mp3", "mp3", toneRate, 2],
    ["toneMono22.mp3", "mp3", 22_050, 1],
    ["tone.ogg", "vorbis", toneRate, 2],
    ["tone.opus", "opus", 48_000, 2],
    ["surround.flac", "flac", 48_000, 2],
    ["surround.ogg", "vorbis", 48_000, 2],
    ["surround.opus", "opus", 48_000, 2],
    ["slow.wav", "wav", 8000, 1],
    ["fast.wav", "wav", 192_000, 2],
  ])("plays %s, original and enhanced", async (file, format, rate, channels) => {
    const title = file.replace(/\.\w+$/, "");
    const listed = tracks.find((track) => track.title === title && track.format === format)!;
    expect(listed).toMatchObject({ sampleRate: rate });
    expect(listed.fault).toBeUndefined();
    const base = `${host.url}/api/tracks/${listed.id}`;
    const original = await readWav(`${base}/stream.wav?variant=original`);
    const enhanced = await readWav(`${base}/stream.wav?preset=bright`);
    const chunk = await readWav(`${base}/chunks/0?preset=bright`);
    for (const wav of [original, enhanced]) expect(wav).toMatchObject({ rate, channels, bits: 16 });
    expect(chunk.samples.equals(enhanced.samples)).toBe(true);
    expect(enhanced.samples.byteLength).toBe(original.samples.byteLength);
    expect(enhanced.samples.equals(original.samples)).toBe(false);
    const exact = (await readTracks(host.url)).find(({ id }) => id === listed.id)!;
    expect(exact).toMatchObject({
      exact: true,
      durationFrames: original.samples.byteLength / (2 * channels),
    });
  });

  it("says exactly how long a track is that its header only guessed", async () => {
    const { id } = tracks.find(({ title, format }) => title === "tone" && format === "mp3")!;
    const wav = await readWav(`${host.url}/api/tracks/${id}/stream.wav?variant=original`);
    expect(wav.samples.byteLength).toBe(toneFrames * 4);
  });
});

describe("beside them", () => {
  it.each([
    ["letter", 422, "file-corrupt"],
    ["nothing", 422, "file-empty"],
    ["noise", 422, "file-corrupt"],
  ])("%s is a clear fault, in the list and on the way", async (title, status, code) => {
    expect(entry(title).fault?.code).toBe(code);
    for (const rest of ["chunks/0", "stream.wav?variant=original"]) {
      const answer = await fetch(address(title, rest));
      expect(answer.status).toBe(status);
      expect(faultSchema.parse(await answer.json())).toMatchObject({ code, retryable: false });
    }
  });

  it("a torn FLAC plays as far as it goes, bit for bit", async () => {
    const [left, right] = tone();
    const { samples } = await readWav(address("torn", "stream.wav?variant=original"));
    const frames = samples.byteLength / 4;
    expect(frames).toBeGreaterThan(4096);
    expect(frames).toBeLessThan(toneFrames);
    const meant = Buffer.alloc(samples.byteLength);
    for (let i = 0; i < frames; i++) {
      meant.writeInt16LE(left[i]!, 4 * i);
      meant.writeInt16LE(right[i]!, 4 * i + 2);
    }
    expect(samples.equals(meant)).toBe(true);
  });
});
