import { execFile, execFileSync, spawnSync } from "node:child_process";
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FLACDecoder } from "@wasm-audio-decoders/flac";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LoudnessMeter } from "#engine/audio/loudness.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { parseWav, readTracks } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

const script = fileURLToPath(new URL("../../apps/node-host/render.ts", import.meta.url));

let place: string;
let song: string;
let output: string;
let host: RunningHost;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-render-"));
  const music = join(place, "mus ic");
  await mkdir(music);
  song = join(music, "song.wav");
  output = join(place, "out.wav");
  writeMusic(song, { seconds: 21.7, rate: 44_100, channels: 2, level: 0.8 });
  await writeFile(join(music, "text.mp3"), "A letter.\n".repeat(300));
  host = await runHost({ folders: [music], data: join(place, "data") });
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

function render(
  ...argv: string[]
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", script, ...argv],
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

/** Samples of what is rendered to a WAV, as bytes. */
async function written(...argv: string[]): Promise<Buffer> {
  const [input, ...flags] = argv;
  expect((await render(input!, output, ...flags)).status).toBe(0);
  return parseWav(await readFile(output)).samples;
}

const bytesOf = (samples: Buffer) => new Uint8Array(samples).buffer;
const int16 = (samples: Buffer) => new Int16Array(bytesOf(samples));
const float32 = (samples: Buffer) => new Float32Array(bytesOf(samples));
const int24 = (samples: Buffer) =>
  Int32Array.from({ length: samples.length / 3 }, (_, i) => samples.readIntLE(3 * i, 3));

async function decodedFlac(bytes: Buffer) {
  const decoder = new FLACDecoder();
  await decoder.ready;
  const decoded = await decoder.decodeFile(bytes);
  decoder.free();
  return decoded;
}

describe("npm run render, interrupted", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s leaves nothing behind, and says so with its status",
    async (signal) => {
      const [from, to, own] = ["from", "to", "own"].map((name) => join(place, `${signal} ${name}`));
      for (const folder of [from!, to!, own!]) await mkdir(folder);
      writeMusic(join(from!, "long.wav"), { seconds: 400, rate: 44_100, channels: 2, level: 0.5 });
      const child = execFile(process.execPath, ["--import", "tsx", script, from!, to!], {
        env: { ...process.env, TMPDIR: own! },
      });
      const ended = new Promise((resolve) => child.once("exit", resolve));
      // what runs TypeScript has a folder there, too
      const temporary = async () =>
        (await readdir(own!)).filter((name) => name.startsWith("segue-"));
      // it has begun to decode
      const isUnderWay = async (): Promise<boolean> => {
        const [made] = await temporary();
        const files =
          made === undefined ? [] : await readdir(join(own!, made), { recursive: true });
        return files.some((name) => name.endsWith(".pcm"));
      };
      await vi.waitFor(async () => expect(await isUnderWay()).toBe(true), {
        timeout: 20_000,
        interval: 20,
      });
      child.kill(signal);
      expect(await ended).toBe(128 + constants.signals[signal]);
      expect([await readdir(to!), await temporary()]).toEqual([[], []]);
    },
    60_000,
  );
});

describe("npm run render", () => {
  it.each([
    ["the original", ["--original"], "variant=original"],
    ["the default", [], ""],
    ["a preset", ["--preset", "punchy", "--intensity", "45"], "preset=punchy&intensity=45"],
  ])("writes the bytes that the host streams: %s", async (_, flags, query) => {
    expect(await render(song, output, ...flags)).toEqual({ status: 0, stdout: "", stderr: "" });
    const written = await readFile(output);
    const { id } = (await readTracks(host.url)).find(({ title }) => title === "song")!;
    const answer = await fetch(`${host.url}/api/tracks/${id}/stream.wav?${query}`);
    const streamed = Buffer.from(await answer.arrayBuffer());
    expect(written.equals(streamed)).toBe(true);
    expect(parseWav(written)).toMatchObject({ rate: 44_100, channels: 2, bits: 16 });
    if (flags[0] === "--original") expect(written.equals(await readFile(song))).toBe(true);
    else expect(written.equals(await readFile(song))).toBe(false);
  });

  it("writes FLAC that holds the same samples, and says what it did and how far it is", async () => {
    const flac = join(place, "out.flac");
    const wanted = await render(song, output, "--workers", "1");
    expect(wanted.status).toBe(0);
    const ended = await render(song, flac, "--report", "--progress");
    expect(ended.status).toBe(0);
    const { channelData, samplesDecoded } = await decodedFlac(await readFile(flac));
    const wav = int16(parseWav(await readFile(output)).samples);
    expect(samplesDecoded * 2).toBe(wav.length);
    expect(
      wav.every((sample, i) => sample === Math.round(channelData[i % 2]![i >> 1]! * 32_767)),
    ).toBe(true);
    expect(ended.stderr).toBe([46, 92, 100].map((percent) => `out.flac: ${percent} %\n`).join(""));
    if (spawnSync("ffmpeg", ["-version"]).status === 0) {
      const raw = execFileSync("ffmpeg", ["-v", "error", "-i", flac, "-f", "s16le", "-"], {
        maxBuffer: 1e8,
      });
      expect(raw.equals(parseWav(await readFile(output)).samples)).toBe(true);
    }
    const highest = String.raw`−\d+\.\d LUFS in 400 ms, −\d+\.\d LUFS in 3 s`;
    const levels = String.raw`−\d+\.\d LUFS, −?\d+\.\d dBTP`;
    expect(ended.stdout).toMatch(
      new RegExp(
        `^${flac}\n  original  ${levels}\n  written   ${levels}\n  highest   ${highest}\n  About .* the target of −14.0.\n`,
      ),
    );
    const meter = new LoudnessMeter(44_100, 2);
    const planar = [0, 1].map((channel) =>
      Float32Array.from({ length: wav.length / 2 }, (_, i) => wav[2 * i + channel]! / 32_768),
    );
    meter.push(planar, wav.length / 2);
    const loudness = meter.finish().integrated!.toFixed(1).replace("-", "−");
    expect(ended.stdout).toContain(`written   ${loudness} LUFS`);
  });

  it("writes 24 bits and floating point as they leave the chain, before they become 16", async () => {
    const short = join(place, "short.wav");
    const original = writeMusic(short, { seconds: 1.7, rate: 44_100, channels: 2, level: 0.8 });
    const enhanced = int16(await written(short));
    const floats = float32(await written(short, "--bits", "32f"));
    const whole = int24(await written(short, "--bits", "24"));
    expect([floats.length, whole.length]).toEqual([enhanced.length, enhanced.length]);
    let most = 0;
    floats.forEach((sample, i) => {
      most = Math.max(most, Math.abs(sample * 32_768 - enhanced[i]!));
    });
    expect(whole.every((sample, i) => sample === Math.round(floats[i]! * 8_388_608))).toBe(true);
    // dither and rounding
    expect(most).toBeGreaterThan(0.5);
    expect(most).toBeLessThan(1.6);
    const exact = int24(await written(short, "--original", "--bits", "24"));
    expect(exact.length).toBe(original.length);
    expect(exact.every((sample, i) => sample === original[i]! * 256)).toBe(true);
    await rm(short);
  });

  it("renders a folder, goes on after what it cannot render, and says so", async () => {
    const music = join(place, "mus ic");
    const below = join(music, "below");
    await mkdir(below);
    writeMusic(join(below, "song.wav"), { seconds: 1.3, rate: 8000, channels: 1 });
    const out = join(place, "all");
    const ended = await render(music, out, "--format", "flac", "--original");
    expect(ended).toMatchObject({
      status: 1,
      stderr: `${join(music, "text.mp3")} cannot be rendered: the file is damaged, or holds no audio.\n`,
    });
    expect((await readdir(out, { recursive: true })).sort()).toEqual(
      ["below", join("below", "song.flac"), "song.flac"].sort(),
    );
    const { samplesDecoded } = await decodedFlac(await readFile(join(out, "below", "song.flac")));
    expect(samplesDecoded).toBe(Math.round(1.3 * 8000));
    await Promise.all([rm(below, { recursive: true }), rm(out, { recursive: true })]);
  });

  it("says what of a file is missing or silent, and reports a second file of the same content like the first", async () => {
    const music = join(place, "flawed");
    await mkdir(music);
    const flac = await readFile(
      fileURLToPath(new URL("../fixtures/audio/tone.flac", import.meta.url)),
    );
    await writeFile(join(music, "cut.flac"), flac.subarray(0, flac.length * 0.6));
    const hole = Buffer.from(flac);
    hole[15_000]! ^= 4;
    await writeFile(join(music, "hole.flac"), hole);
    await writeFile(join(music, "whole 1.flac"), flac);
    await writeFile(join(music, "whole 2.flac"), flac);
    const out = join(place, "flawed out");
    const { status, stdout, stderr } = await render(music, out, "--report", "--preset", "gentle");
    expect(status).toBe(0);
    const cut = "The file ends early: 0.3 s of 0.6 s.";
    const silent = "The file is damaged: 0.1 s of it are silent.";
    const told = [
      `${join(music, "cut.flac")}: ${cut}`,
      `${join(music, "hole.flac")}: ${silent}`,
      "",
    ];
    expect(stderr).toBe(told.join("\n"));
    const [first, second, third, fourth] = stdout.split(/^(?=\S)/m);
    expect(first).toContain(`\n  ${cut}\n`);
    expect(second).toContain(`\n  ${silent}\n`);
    expect(third).toContain("  original  ");
    expect(fourth!.split("\n").slice(1)).toEqual(third!.split("\n").slice(1));
    await Promise.all([rm(music, { recursive: true }), rm(out, { recursive: true })]);
  });

  it("refuses what it does not know, in one line and with status 2", async () => {
    for (const argv of [
      [song, output, "--loud"],
      [song],
      [song, output, "more"],
      [song, output, "--preset", "loud"],
      [song, output, "--intensity", "NaN"],
      [song, output, "--bits", "20"],
      [song, "out.flac", "--bits", "32f"],
      [song, output, "--format", "mp3"],
      [song, "out.mp3"],
      [song, output, "--workers", "0"],
      [song, output, "--ceiling", "3"],
    ]) {
      const ended = await render(...argv);
      expect([ended.status, ended.stderr.trim().split("\n").length], argv.join(" ")).toEqual([
        2, 1,
      ]);
    }
  });

  it("never writes over the file that it reads, by whatever name", async () => {
    const before = await readFile(song);
    const [linked, alias] = [join(place, "linked.wav"), join(place, "alias.wav")];
    await link(song, linked);
    await symlink(song, alias);
    try {
      for (const out of [song, linked, alias])
        expect(await render(song, out)).toEqual({
          status: 2,
          stdout: "",
          stderr: `${out} is the file to be rendered: OUT.wav must be another.\n`,
        });
      expect((await readFile(song)).equals(before)).toBe(true);
    } finally {
      await Promise.all([rm(linked), rm(alias)]);
    }
  });

  it("says in one sentence what is wrong with a file, and leaves nothing behind", async () => {
    const pipe = join(place, "pipe.wav");
    execFileSync("mkfifo", [pipe]);
    const kept = await readdir(place);
    const broken = join(place, "broken.wav");
    const missing = join(place, "nowhere.wav");
    const text = join(place, "mus ic", "text.mp3");
    const lost = join(place, "no folder", "out.wav");
    const inFile = join(song, "out.wav");
    for (const [file, out, line] of [
      [missing, broken, `${missing} does not exist.`],
      [join(place, "mus ic"), song, `${song} cannot be written: a part of its path is no folder.`],
      [pipe, broken, `${pipe} is no file.`],
      [song, place, `${place} is no file.`],
      [song, pipe, `${pipe} is no file.`],
      [text, broken, `${text} cannot be rendered: the file is damaged, or holds no audio.`],
      [song, lost, `${lost} cannot be written: ${join(place, "no folder")} does not exist.`],
      [song, inFile, `${inFile} cannot be written: a part of its path is no folder.`],
      [song, "/proc/out.wav", null],
    ] as const)
      expect(await render(file, out)).toEqual({
        status: 1,
        stdout: "",
        stderr: line
          ? `${line}\n`
          : expect.stringMatching(/^\/proc\/out\.wav (may not|cannot) be written.*\.\n$/),
      });
    expect(await readdir(place)).toEqual(kept);
  });
});
