/** Files whose headers claim more audio than there is: the list says so, and they play. */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { frames } from "#engine/protocol/geometry.ts";
import { openLibrary, type Library } from "../../apps/node-host/library/library.ts";
import { runHost } from "../browser/runHost.ts";
import { readTracks, readWav } from "./client.ts";
import { decodeBench, type DecodeBench } from "./decoding.ts";
import { writeMusic } from "./madeMusic.ts";

const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/audio/${name}`, import.meta.url)));

let bench: DecodeBench;
let music: string;
let cut: Buffer;
beforeAll(async () => {
  bench = decodeBench();
  music = join(bench.folder, "music");
  await mkdir(music);
  const path = join(bench.folder, "whole.wav");
  writeMusic(path, { seconds: 95, rate: 8000, channels: 1 });
  // 2.5 s are there
  cut = readFileSync(path).subarray(0, 44 + 2.5 * 8000 * 2);
});
afterAll(() => bench.close());

/** Decodes the one track and notes every report, as the host does. */
async function listed(name: string, bytes: Uint8Array) {
  const folder = join(bench.folder, `of ${name}`);
  await mkdir(folder);
  writeFileSync(join(folder, name), bytes);
  const told: string[] = [];
  const open = async (): Promise<Library> => {
    const library = await openLibrary({
      folders: [folder],
      data: join(bench.folder, `data of ${name}`),
      tell: (line) => told.push(line),
    });
    await library.scan();
    return library;
  };
  const play = (library: Library) => {
    const { path, format } = library.find(library.list().tracks[0]!.id)!;
    return new Promise<void>((resolve) => {
      bench.decoder.decode({ path, format }, (report) => {
        library.note(path, report);
        if (report.type === "done" || report.type === "failed") resolve();
      });
    });
  };
  const library = await open();
  await play(library);
  await library.scan();
  const once = library.list().tracks[0]!;
  await play(library);
  const again = library.list().tracks[0]!;
  await library.close();
  const lines = [...told];
  const restarted = await open();
  const later = restarted.list().tracks[0]!;
  await restarted.close();
  return { once, again, later, lines };
}

const largest = (bytes: Buffer, size: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(size, 40);
  return copy;
};

it("a torn WAV says how much of it there is, once, and goes on saying so in the list", async () => {
  const { once, again, later, lines } = await listed("torn.wav", cut);
  for (const entry of [once, again, later])
    expect(entry).toMatchObject({
      durationFrames: 20_000,
      exact: true,
      fault: { code: "file-truncated", detail: "The file ends early: 0:02 of 1:35." },
    });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/torn\.wav: The file ends early: 0:02 of 1:35\.$/);
});

it.each([
  ["torn.flac", "tone.flac", 0.7],
  ["torn aac.m4a", "toneFast.m4a", 0.6],
])("a %s is found to end early", async (name, source, share) => {
  const bytes = fixture(source);
  const { once } = await listed(name, bytes.subarray(0, Math.floor(bytes.length * share)));
  expect(once).toMatchObject({ exact: true, fault: { code: "file-truncated" } });
  expect(once.fault!.detail).toMatch(/^The file ends early: 0\.\d s of 0\.6 s\.$/);
});

it.each([
  ["whole.flac", () => fixture("tone.flac")],
  ["whole aac.m4a", () => fixture("tone.m4a")],
  ["whole alac.m4a", () => fixture("toneAlac.m4a")],
  ["sweep.m4a", () => fixture("sweep.m4a")],
  ["stream.aac", () => fixture("tone.aac")],
  ["of unknown length.wav", () => largest(cut, 0xffffffff)],
  ["from a pipe.wav", () => largest(cut, 0x7ffff000)],
  ["never finished.wav", () => largest(cut, 0)],
  ["a little short.wav", () => largest(cut, 2.54 * 8000 * 2)],
])("%s lacks nothing", async (name, bytes) => {
  const { once, lines } = await listed(name, bytes());
  expect(once.exact).toBe(true);
  expect(once.fault).toBeUndefined();
  expect(lines).toEqual([]);
});

it("a file that was replaced is measured by its own header", async () => {
  const path = join(music, "song.wav");
  writeFileSync(path, cut);
  const data = join(bench.folder, "data of the replaced");
  const library = await openLibrary({ folders: [music], data, tell: () => undefined });
  await library.scan();
  const { id } = library.list().tracks[0]!;
  writeMusic(path, { seconds: 3, rate: 8000, channels: 1 });
  await new Promise<void>((resolve) => library.check({ track: id }, () => resolve()));
  library.note(path, { type: "done", total: frames(24_000) });
  await library.scan();
  expect(library.list().tracks[0]).toMatchObject({ durationFrames: 24_000, exact: true });
  expect(library.list().tracks[0]!.fault).toBeUndefined();
  await library.close();
});

it("chunks and the stream of a torn file are answered", async () => {
  writeFileSync(join(music, "song.wav"), cut);
  const host = await runHost({ folders: [music], data: join(bench.folder, "data of the host") });
  try {
    const [{ id } = { id: "" }] = await readTracks(host.url);
    for (let time = 0; time < 2; time++) {
      const base = `${host.url}/api/tracks/${id}`;
      expect((await readWav(`${base}/chunks/0`)).samples.length).toBe(40_000);
      expect((await readWav(`${base}/stream.wav`)).samples.length).toBe(40_000);
    }
    expect((await readTracks(host.url))[0]!.fault?.code).toBe("file-truncated");
  } finally {
    await host.stop();
  }
});
