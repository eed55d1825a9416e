/** What *Match loudness* goes by, beside a meter on what is played. */
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { writeWav } from "../browser/frameCode.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { readTracks, readWav } from "./client.ts";
import { madeMusic } from "./madeMusic.ts";

const rate = 8000;
const seconds = 61;

let place: string;
let host: RunningHost;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-match-"));
  const music = join(place, "music");
  await mkdir(music);
  const samples = madeMusic({ seconds, rate, channels: 1, level: 0.9 });
  // quiet wherever an excerpt lies, loud between them: by excerpts it is a quiet track
  for (let i = 0; i < samples.length; i++)
    if ((i / rate) % ((seconds - 4) / 9) < 4.05) samples[i] = Math.round(samples[i]! / 8);
  writeWav(join(music, "track.wav"), samples, rate, 1);
  host = await runHost({ folders: [music], data: join(place, "data") });
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

it("both sides are known within 0.2 LU once the track has been rendered, however it lies to excerpts", async () => {
  const [track] = await readTracks(host.url);
  const metered = async (query: string) => {
    const { samples } = await readWav(`${host.url}/api/tracks/${track!.id}/stream.wav?${query}`);
    const meter = new LoudnessMeter(rate, 1);
    const x = Float32Array.from(new Int16Array(new Uint8Array(samples).buffer), (s) => s / 32_768);
    meter.push([x], x.length);
    return meter.finish().integrated!;
  };
  const enhanced = await metered("preset=punchy&intensity=100");
  const data = join(place, "data");
  const fact = async (folder: string) => {
    const [name] = (await readdir(join(data, folder))).filter((each) => each.endsWith(".json"));
    return (JSON.parse(await readFile(join(data, folder, name!), "utf8")) as { fact: unknown })
      .fact as { readonly loudness: number; readonly integratedLoudness: number };
  };
  await vi.waitFor(
    async () => expect(Math.abs((await fact("loudness")).loudness - enhanced)).toBeLessThan(0.2),
    { timeout: 20_000, interval: 100 },
  );
  const original = await metered("variant=original");
  const { integratedLoudness } = await fact("fingerprints");
  expect(Math.abs(integratedLoudness - original)).toBeLessThan(0.05);
});
