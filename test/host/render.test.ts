import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
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

  it("says in one line what is wrong with a file, and leaves nothing behind", async () => {
    const kept = await readdir(place);
    for (const [file, line] of [
      [join(place, "nowhere.wav"), /nowhere\.wav does not exist/],
      [join(place, "mus ic", "text.mp3"), /text\.mp3/],
      [place, /./],
    ] as const) {
      const ended = await render(file, join(place, "broken.wav"));
      expect(ended.status).toBe(1);
      expect(ended.stderr).toMatch(line);
      expect(ended.stderr.trim().split("\n")).toHaveLength(1);
    }
    expect(await readdir(place)).toEqual(kept);
  });
});
