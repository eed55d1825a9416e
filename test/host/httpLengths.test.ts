/** Races of the catalogue over HTTP that need real files: tracks of awkward lengths, and several who ask at once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { trackListSchema } from "#engine/protocol/library.ts";
import type { RunningHost } from "../browser/runHost.ts";
import { readWav } from "./client.ts";
import {
  idOf,
  metric,
  rate,
  readChunkAtLast,
  survivalBench,
  writeSong,
  type SurvivalBench,
} from "./survivalBench.ts";

const lengths = [0.3, 8, 10, 12, 15, 21, 40, 43];
const intervalSeconds = 10;
const query = "variant=enhanced&preset=punchy&intensity=30";

let bench: SurvivalBench;
let host: RunningHost;
beforeAll(async () => {
  bench = await survivalBench(lengths);
  host = await bench.start();
}, 240_000);
afterAll(() => bench.close());

it("CACHE-1: three who ask for one chunk at once are answered thrice, from one render of each of its segments", async () => {
  const song = String(lengths.indexOf(21));
  // decoded and analysed, so that all three wait for the same renders
  await readChunkAtLast(host, song, 0, "variant=enhanced&preset=warm&intensity=5");
  const before = await metric(host, "segue_renders_total");
  const answers = await Promise.all([0, 1, 2].map(() => readChunkAtLast(host, song, 0, query)));
  expect(new Set(answers.map(({ digest }) => digest)).size).toBe(1);
  expect(await metric(host, "segue_renders_total")).toBe(before + 2);
}, 240_000);

it.each(lengths.map((seconds, song) => [seconds, song] as const))(
  "CACHE-13: a track of %s s has exactly its source's frames, as chunks and as a stream, original and enhanced",
  async (seconds, song) => {
    const track = await idOf(host, String(song));
    const source = writeSong(bench.place, song, seconds);
    for (const variant of ["variant=original", query]) {
      const runs: Buffer[] = [];
      const count = Math.ceil(seconds / intervalSeconds);
      for (let chunk = 0; chunk < count; chunk++) {
        const { samples } = await readChunkAtLast(host, String(song), chunk, variant);
        // fifteen seconds, or to the end: the second part is the next one's first
        const from = chunk * intervalSeconds;
        const until = Math.min(from + 1.5 * intervalSeconds, seconds);
        expect(samples.byteLength).toBe(Math.round((until - from) * rate) * 2);
        runs.push(samples.subarray(0, intervalSeconds * rate * 2));
      }
      const joined = Buffer.concat(runs);
      expect(joined.byteLength).toBe(source.byteLength);
      const { samples } = await readWav(`${host.url}/api/tracks/${track}/stream.wav?${variant}`);
      expect(samples.equals(joined)).toBe(true);
      const isSource = joined.equals(
        Buffer.from(source.buffer, source.byteOffset, source.byteLength),
      );
      expect(isSource).toBe(variant === "variant=original");
    }
    const list = trackListSchema.parse(await (await fetch(`${host.url}/api/tracks`)).json());
    expect(list.tracks.find(({ id }) => id === track)).toMatchObject({
      exact: true,
      durationFrames: source.length,
    });
  },
  240_000,
);
