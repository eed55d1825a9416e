import { execFile, execFileSync } from "node:child_process";
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", script, ...argv],
      (_, __, stderr) => resolve({ status: child.exitCode, stderr }),
    );
  });
}

describe("npm run render", () => {
  it.each([
    ["the original", ["--original"], "variant=original"],
    ["the default", [], ""],
    ["a preset", ["--preset", "punchy", "--intensity", "45"], "preset=punchy&intensity=45"],
  ])("writes the bytes that the host streams: %s", async (_, flags, query) => {
    expect(await render(song, output, ...flags)).toEqual({ status: 0, stderr: "" });
    const written = await readFile(output);
    const { id } = (await readTracks(host.url)).find(({ title }) => title === "song")!;
    const answer = await fetch(`${host.url}/api/tracks/${id}/stream.wav?${query}`);
    const streamed = Buffer.from(await answer.arrayBuffer());
    expect(written.equals(streamed)).toBe(true);
    expect(parseWav(written)).toMatchObject({ rate: 44_100, channels: 2, bits: 16 });
    if (flags[0] === "--original") expect(written.equals(await readFile(song))).toBe(true);
    else expect(written.equals(await readFile(song))).toBe(false);
  });

  it("refuses what it does not know, in one line and with status 2", async () => {
    for (const argv of [
      [song, output, "--loud"],
      [song],
      [song, output, "more"],
      [song, output, "--preset", "loud"],
      [song, output, "--intensity", "NaN"],
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
      [place, broken, `${place} is no file.`],
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
        stderr: line
          ? `${line}\n`
          : expect.stringMatching(/^\/proc\/out\.wav (may not|cannot) be written.*\.\n$/),
      });
    expect(await readdir(place)).toEqual(kept);
  });
});
