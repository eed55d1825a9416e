/** The decoder and its store: what is shared, kept, thrown away, and when. */
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pcmFileBytes } from "#engine/audio/pcmStore.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import type { DecodeReport } from "#engine/ports/decoder.ts";
import { toneFrames } from "../fixtures/tone.ts";
import { decodeAll, decodeBench, faultOf, readStore, type DecodeBench } from "./decoding.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/audio/${name}`, import.meta.url));

let shared: DecodeBench;
beforeAll(() => {
  shared = decodeBench();
});
afterAll(() => shared.close());

const others: DecodeBench[] = [];
const open = (options = {}) => {
  const bench = decodeBench({ threads: 1, ...options });
  others.push(bench);
  return bench;
};
afterEach(async () => {
  for (const bench of others.splice(0)) await bench.close();
});

/** Waits until no worker has anything left to write. */
const rest = (bench: DecodeBench) =>
  expect.poll(() => bench.decoder.figures().busy, { timeout: 30_000 }).toBe(0);

/** A long WAV: stereo, 16 bit, 44.1 kHz, samples that tell their frame. */
function longWav(path: string, seconds: number, seed = 0): number {
  const frames = seconds * 44_100;
  const samples = Int16Array.from({ length: frames * 2 }, (_, i) => ((i + seed) * 31) & 0x7fff);
  const header = wavHeader({ rate: 44_100, channels: 2, frames });
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
  return frames;
}

/** Leaves a file of the store as a killed run does: before its header was written a second time. */
async function beginAgain(bench: DecodeBench, pcmPath: string): Promise<void> {
  await rest(bench);
  const partial = readFileSync(pcmPath);
  partial[10] = 0;
  writeFileSync(pcmPath, partial);
}

/** Resolves at the first report that `matches`. */
function reportThat(
  bench: DecodeBench,
  path: string,
  matches: (report: DecodeReport) => boolean,
): Promise<{ readonly cancel: () => void; readonly reports: DecodeReport[] }> {
  const reports: DecodeReport[] = [];
  return new Promise((resolve) => {
    const cancel = bench.decoder.decode({ path, format: "wav" }, (report) => {
      reports.push(report);
      if (matches(report)) resolve({ cancel, reports });
    });
  });
}

describe("decoding", () => {
  it("reports a file that the store already holds as exact at once", async () => {
    const bench = shared;
    const first = await decodeAll(bench.decoder, fixture("tone.flac"));
    await rest(bench);
    const again = await decodeAll(bench.decoder, fixture("tone.flac"));
    expect(again.reports).toEqual([
      {
        type: "probed",
        info: { ...first.info, framesHint: toneFrames },
        decoded: toneFrames,
        exact: true,
      },
      { type: "done", total: toneFrames },
    ]);
    expect(again.planar).toEqual(first.planar);
  });

  it("knows a file by its content, not by its path", async () => {
    const bench = shared;
    const first = await decodeAll(bench.decoder, fixture("tone.mp3"));
    await rest(bench);
    const copy = join(bench.folder, "another name.bin");
    copyFileSync(fixture("tone.mp3"), copy);
    const second = await decodeAll(bench.decoder, copy);
    expect(second.info.sourceId).toBe(first.info.sourceId);
    expect(second.reports[0]).toMatchObject({ type: "probed", exact: true });
    expect(second.info.pcmPath).toBe(first.info.pcmPath);
  });

  it("gives another name to a file that changed in its middle only", async () => {
    const bench = shared;
    const path = join(bench.folder, "a.wav");
    longWav(path, 20);
    const before = await decodeAll(bench.decoder, path);
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(path, bytes);
    const after = await decodeAll(bench.decoder, path);
    expect(after.info.sourceId).not.toBe(before.info.sourceId);
  });

  it("can be read while it goes on: what was reported is there", async () => {
    const bench = shared;
    const path = join(bench.folder, "long.wav");
    const total = longWav(path, 120, 1);
    let checked = 0;
    await new Promise<void>((resolve, reject) => {
      let info: Extract<DecodeReport, { type: "probed" }>["info"];
      bench.decoder.decode({ path, format: "wav" }, (report) => {
        if (report.type === "probed") info = report.info;
        if (report.type === "failed") reject(new Error(report.fault.detail));
        if (report.type === "done") return resolve();
        if (report.type === "failed" || report.decoded === total) return;
        const [left] = readStore(info, report.decoded);
        const last = report.decoded - 1;
        expect(left![last]! * 32768).toBe(((2 * last + 1) * 31) & 0x7fff);
        checked++;
      });
    });
    expect(checked).toBeGreaterThan(3);
  });

  it("reports nothing after a cancel, and leaves nothing behind", async () => {
    const bench = shared;
    const path = join(bench.folder, "long.wav");
    longWav(path, 240, 2);
    const { cancel, reports } = await reportThat(bench, path, (report) => report.type === "probed");
    cancel();
    const heard = reports.length;
    await rest(bench);
    expect(reports).toHaveLength(heard);
    const [probed] = reports;
    if (probed?.type !== "probed") throw new Error(probed?.type);
    expect(existsSync(probed.info.pcmPath)).toBe(false);
    expect(bench.decoder.figures().lostWorkers).toBe(0);
  });

  it("is shared by all who ask for a file, and goes on while one of them is left", async () => {
    const bench = shared;
    const path = join(bench.folder, "long.wav");
    const total = longWav(path, 120, 3);
    const first = await reportThat(bench, path, (report) => report.type === "probed");
    const second = reportThat(bench, path, (report) => report.type === "done");
    first.cancel();
    const { reports } = await second;
    expect(reports[0]).toMatchObject({ type: "probed", exact: false });
    expect(reports.at(-1)).toEqual({ type: "done", total });
    const decoded = reports.flatMap((report) => ("decoded" in report ? [report.decoded] : []));
    expect(decoded).toEqual([...decoded].sort((a, b) => a - b));
  });

  it("begins anew when a file is asked for again right after a cancel", async () => {
    const bench = shared;
    const path = join(bench.folder, "long.wav");
    const total = longWav(path, 120, 4);
    const { cancel } = await reportThat(bench, path, (report) => report.type === "probed");
    cancel();
    const { planar } = await decodeAll(bench.decoder, path);
    expect(planar[0]).toHaveLength(total);
    expect(planar[0]![total - 1]! * 32768).toBe(((2 * (total - 1) + 4) * 31) & 0x7fff);
  });

  it("decodes anew what a killed run left half done", async () => {
    const bench = shared;
    const { info, planar } = await decodeAll(bench.decoder, fixture("tone.opus"));
    await beginAgain(bench, info.pcmPath);
    const again = await decodeAll(bench.decoder, fixture("tone.opus"));
    expect(again.reports[0]).toMatchObject({ type: "probed", exact: false });
    expect(again.planar).toEqual(planar);
  });

  it("refuses a track that is larger than the store", async () => {
    const bench = open({ pcmBytes: 1_000_000 });
    const path = join(bench.folder, "long.wav");
    longWav(path, 10);
    expect(await faultOf(bench.decoder, path)).toMatchObject({ code: "track-too-long" });
    expect((await decodeAll(bench.decoder, fixture("tone.flac"))).total).toBe(toneFrames);
  });
});

describe("the store's bounds", () => {
  const age = (path: string, hours: number) => {
    const then = new Date(Date.now() - hours * 3600_000);
    utimesSync(path, then, then);
  };

  it("make the least recently used leave when another comes", async () => {
    const size = pcmFileBytes({ rate: 44_100, channels: 2, format: "s16" }, toneFrames);
    const bench = open({ pcmBytes: 2.5 * size });
    const paths: string[] = [];
    for (const name of ["tone.flac", "toneAlac.m4a"]) {
      const { info } = await decodeAll(bench.decoder, fixture(name));
      await rest(bench);
      paths.push(info.pcmPath);
    }
    expect(readdirSync(bench.pcmFolder)).toHaveLength(2);
    age(paths[0]!, 1);
    age(paths[1]!, 2);
    await decodeAll(bench.decoder, fixture("toneOgg.oga"));
    await bench.decoder.swept();
    const left = readdirSync(bench.pcmFolder).map((name) => join(bench.pcmFolder, name));
    expect(left).toHaveLength(2);
    expect(left).toContain(paths[0]);
    const bytes = left.reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).toBeLessThanOrEqual(2.5 * size);
  });

  it("make what nobody played for a week leave, at the start", async () => {
    const bench = open();
    const { info } = await decodeAll(bench.decoder, fixture("tone.flac"));
    const { info: young } = await decodeAll(bench.decoder, fixture("tone.ogg"));
    await rest(bench);
    age(info.pcmPath, 7 * 24 + 1);
    age(young.pcmPath, 7 * 24 - 1);
    const next = open({ pcmFolder: bench.pcmFolder });
    await next.decoder.swept();
    expect(readdirSync(bench.pcmFolder)).toEqual([young.pcmPath.split("/").at(-1)]);
  });

  it("remove what killed runs left, at the start, however young", async () => {
    const bench = open();
    const { info } = await decodeAll(bench.decoder, fixture("tone.flac"));
    await beginAgain(bench, info.pcmPath);
    age(info.pcmPath, 0.001);
    const next = open({ pcmFolder: bench.pcmFolder });
    await next.decoder.swept();
    expect(readdirSync(bench.pcmFolder)).toEqual([]);
  });
});
