/** Files that hold strange numbers, or hardly any, enhanced over HTTP: a rendering with every frame, or a fault. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultSchema } from "#engine/protocol/faults.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { noise } from "../unit/audio/madeSignals.ts";
import { readTracks, readWav } from "./client.ts";

/** A WAV of 32-bit floats.
 *  @param sample of a frame and a channel */
function floats(
  frames: number,
  rate: number,
  channels: number,
  sample: (frame: number, channel: number) => number,
): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + frames * channels * 4, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(3, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels * 4, 28);
  header.writeUInt16LE(channels * 4, 32);
  header.writeUInt16LE(32, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(frames * channels * 4, 40);
  const data = Float32Array.from({ length: frames * channels }, (_, i) =>
    sample(Math.floor(i / channels), i % channels),
  );
  return Buffer.concat([header, Buffer.from(data.buffer)]);
}

const white = noise(200_000, 1, 3);
const files: Readonly<
  Record<string, [bytes: Buffer, rate: number, channels: number, frames: number]>
> = {
  "not a number": [
    floats(30_000, 8000, 2, (i) => (i % 100 === 7 ? NaN : white[i]!)),
    8000,
    2,
    30_000,
  ],
  endless: [
    floats(30_000, 8000, 2, (i) => (i > 9000 && i < 9010 ? Infinity : white[i]! / 9)),
    8000,
    2,
    30_000,
  ],
  "beyond all bounds": [floats(30_000, 8000, 1, (i) => white[i]! * 3e38), 8000, 1, 30_000],
  denormal: [floats(30_000, 8000, 2, (i) => white[i]! * 1e-40), 8000, 2, 30_000],
  fast: [floats(200_000, 192_000, 2, (i, c) => white[i]! * (1 - 0.5 * c)), 192_000, 2, 200_000],
  surround: [floats(60_000, 44_100, 8, (i, c) => white[i + c]!), 44_100, 2, 60_000],
  "one frame": [floats(1, 44_100, 2, () => 1), 44_100, 2, 1],
};

let place: string;
let host: RunningHost;
const ids = new Map<string, string>();

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-strange-"));
  const music = join(place, "music");
  await mkdir(music);
  for (const [name, [bytes]] of Object.entries(files))
    await writeFile(join(music, `${name}.wav`), bytes);
  await writeFile(
    join(music, "no frame.wav"),
    floats(0, 44_100, 2, () => 0),
  );
  host = await runHost({ folders: [music], data: join(place, "data") });
  for (const { title, id } of await readTracks(host.url)) ids.set(title, id);
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

const enhanced = (title: string) =>
  `${host.url}/api/tracks/${ids.get(title)}/stream.wav?variant=enhanced&preset=punchy&intensity=100`;

for (const [name, [, rate, channels, frames]] of Object.entries(files))
  it(`${name}: every frame is there, none louder than the ceiling, and what is silent stays so`, async () => {
    const wav = await readWav(enhanced(name));
    expect(wav).toMatchObject({ rate, channels });
    const samples = new Int16Array(Uint8Array.from(wav.samples).buffer);
    expect(samples.length).toBe(frames * channels);
    const largest = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (name === "denormal") expect(largest).toBeLessThanOrEqual(1);
    else {
      expect(largest).toBeGreaterThan(100);
      expect(largest).toBeLessThanOrEqual(32_768 * 10 ** (-1 / 20));
    }
  });

it("no frame at all is a fault that says so", async () => {
  const answer = await fetch(enhanced("no frame"));
  expect(answer.ok).toBe(false);
  expect(faultSchema.parse(await answer.json())).toMatchObject({ code: "file-empty" });
});
