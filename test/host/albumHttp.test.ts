/** An album over HTTP: tracks that were cut from one recording come back as one, enhanced or not. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { albumFingerprint } from "#engine/audio/albumFingerprint.ts";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { MasteringChain } from "#engine/audio/masteringChain.ts";
import { planFor, type Plan } from "#engine/audio/plan.ts";
import type { TrackEntry } from "#engine/protocol/library.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { parseWav, readTracks, readWav } from "./client.ts";
import { madeMusic } from "./madeMusic.ts";
import { writeTaggedWav } from "./taggedWav.ts";

const rate = 44_100;
const channels = 2;
const lengths = [11.37, 10.21, 5.4].map((seconds) => Math.round(seconds * rate) + 7);
const punchy = "preset=punchy&intensity=90";

let place: string;
let host: RunningHost;
let recording: Int16Array;
let pieces: readonly Int16Array[];
let tracks: readonly TrackEntry[];

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-album-"));
  const music = join(place, "music");
  await mkdir(music);
  const seconds = lengths.reduce((sum, length) => sum + length, 0) / rate;
  recording = madeMusic({ seconds, rate, channels, level: 0.9 });
  // a quiet first track: by itself it would be lifted by far more than the others
  for (let i = 0; i < lengths[0]! * channels; i++) recording[i] = Math.round(recording[i]! / 6);
  let at = 0;
  pieces = lengths.map((length) => {
    const piece = recording.slice(at * channels, (at + length) * channels);
    at += length;
    return piece;
  });
  pieces.forEach((piece, index) => {
    const tags = { title: `t${index}`, artist: "Somebody", album: "Whole", number: index + 1 };
    writeTaggedWav(join(music, `t${index}.wav`), piece, { rate, channels }, tags);
  });
  host = await runHost({ folders: [music], data: join(place, "data") });
  tracks = await readTracks(host.url);
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

const address = (index: number) => `${host.url}/api/tracks/${tracks[index]!.id}`;

async function streamed(index: number, query: string): Promise<Int16Array> {
  const answer = await fetch(`${address(index)}/stream.wav?${query}`);
  return int16(parseWav(Buffer.from(await answer.arrayBuffer())).samples);
}

function int16(bytes: Buffer): Int16Array {
  return new Int16Array(new Uint8Array(bytes).buffer);
}

function planar(samples: Int16Array): Float32Array[] {
  return [0, 1].map((channel) =>
    Float32Array.from(
      { length: samples.length / channels },
      (_, i) => samples[i * channels + channel]! / 32_768,
    ),
  );
}

function fingerprintOf(samples: Int16Array) {
  const analyser = new FingerprintAnalyser(rate, channels);
  analyser.push(planar(samples));
  return analyser.finish();
}

/** One pass of the chain over the whole recording, interleaved, in steps of 16 bit. */
function uninterrupted(plan: Plan): Float64Array {
  const chain = new MasteringChain(plan, rate);
  const total = recording.length / channels;
  const fed = planar(recording).map((x) => {
    const longer = new Float32Array(total + chain.latencyFrames);
    longer.set(x);
    return longer;
  });
  for (let at = 0; at < fed[0]!.length; at += 5000) {
    const block = fed.map((x) => x.subarray(at, at + 5000));
    chain.process(block, block[0]!.length);
  }
  return Float64Array.from(
    { length: recording.length },
    (_, i) => 32_768 * fed[i % channels]![Math.floor(i / channels) + chain.latencyFrames]!,
  );
}

/** Largest distance of what came from what is expected, in steps of 16 bit: dither and rounding take 1.5. */
function distance(came: Int16Array, expected: Float64Array, at: number): number {
  let most = 0;
  for (let i = 0; i < came.length; i++)
    most = Math.max(most, Math.abs(came[i]! - expected[at + i]!));
  return most;
}

function isSame(a: Int16Array, b: Int16Array): boolean {
  return Buffer.compare(new Uint8Array(a.buffer), new Uint8Array(b.buffer)) === 0;
}

describe("the tracks of an album", () => {
  let whole: Float64Array;
  let own: Int16Array;

  it("play with their own plans as long as the album is not known", async () => {
    own = await streamed(0, punchy);
    const plan = planFor(fingerprintOf(pieces[0]!), {
      kind: "enhanced",
      preset: "punchy",
      intensity: 90,
    });
    expect(own.length).toBe(pieces[0]!.length);
    const chain = new MasteringChain(plan, rate);
    const fed = planar(pieces[0]!);
    chain.process(
      fed.map((x) => x.subarray(0, 8000)),
      8000,
    );
    const frame = 5000;
    const expected = fed[0]![frame + chain.latencyFrames]! * 32_768;
    expect(Math.abs(own[frame * channels]! - expected)).toBeLessThanOrEqual(2);
  });

  it("have one plan once all of them have been analysed, and join as if they never had been cut", async () => {
    for (const index of [1, 2]) await streamed(index, punchy);
    const plan = planFor(albumFingerprint(pieces.map(fingerprintOf)), {
      kind: "enhanced",
      preset: "punchy",
      intensity: 90,
    });
    whole = uninterrupted(plan);
    let at = 0;
    for (const index of [0, 1, 2]) {
      const came = await streamed(index, punchy);
      expect(came.length).toBe(pieces[index]!.length);
      expect(distance(came, whole, at), `track ${index}`).toBeLessThanOrEqual(1.6);
      at += came.length;
    }
    expect(isSame(await streamed(0, punchy), own)).toBe(false);
  });

  it("join in chunks as well: the last of one, and the first of the next", async () => {
    const last = await readWav(`${address(0)}/chunks/1?${punchy}`);
    const first = await readWav(`${address(1)}/chunks/0?${punchy}`);
    const at = pieces[0]!.length - last.samples.byteLength / 2;
    expect(distance(int16(last.samples), whole, at)).toBeLessThanOrEqual(1.6);
    expect(distance(int16(first.samples), whole, pieces[0]!.length)).toBeLessThanOrEqual(1.6);
  });

  it("are written by `npm run render --album` as they are streamed, and without it with their own plan", async () => {
    const input = join(place, "music", "t1.wav");
    const output = join(place, "out.wav");
    const render = async (...flags: string[]) => {
      const script = fileURLToPath(new URL("../../apps/node-host/render.ts", import.meta.url));
      const argv = ["--import", "tsx", script, input, output, "--preset", "punchy"];
      await promisify(execFile)(process.execPath, [...argv, "--intensity", "90", ...flags]);
      return int16(parseWav(await readFile(output)).samples);
    };
    const streams = await streamed(1, punchy);
    expect(isSame(await render("--album"), streams)).toBe(true);
    expect(isSame(await render(), streams)).toBe(false);
  }, 120_000);

  it("are untouched as originals", async () => {
    for (const index of [0, 1, 2])
      expect(isSame(await streamed(index, "variant=original"), pieces[index]!)).toBe(true);
  });

  it("have the same bytes after the host was started anew", async () => {
    const before = await Promise.all([0, 1].map((index) => streamed(index, punchy)));
    await host.stop();
    host = await runHost({ folders: [join(place, "music")], data: join(place, "data") });
    tracks = await readTracks(host.url);
    for (const index of [0, 1])
      expect(isSame(await streamed(index, punchy), before[index]!)).toBe(true);
  });
});
