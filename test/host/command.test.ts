import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHost } from "../browser/runHost.ts";
import { readTracks } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

const main = fileURLToPath(new URL("../../apps/node-host/main.ts", import.meta.url));

let place: string;
let music: string;
let data: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-command-"));
  music = join(place, "music");
  data = join(place, "data");
  await mkdir(music);
});
afterEach(() => rm(place, { recursive: true, force: true }));

type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Runs npm start's command to its end. */
function start(...argv: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", main, ...argv],
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

describe("npm start ends with a status and one line", () => {
  it.each([
    ["an unknown flag", () => ["--loud"], 2, /Unknown option '--loud'/],
    ["a port that is none", () => ["--port", "http"], 2, /--port wants/],
    ["a folder that does not exist", () => [join(music, "nowhere")], 2, /nowhere does not exist/],
    ["a folder that is a file", () => [main], 2, /is not a folder/],
  ])("on %s", async (_, argv, status, line) => {
    const ended = await start(...argv(), "--data", data);
    expect(ended.status).toBe(status);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("on a taken port, with nothing left running", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    const ended = await start(music, "--port", String(port), "--data", data);
    holder.close();
    expect(ended.status).toBe(1);
    expect(ended.stderr.trim().split("\n").at(-1)).toMatch(new RegExp(`^Port ${port} is taken`));
    expect(await readdir(data)).not.toContain("host.lock");
  });

  it("on a data folder that another host uses, which plays on", async () => {
    const first = await runHost({ folders: [music], data });
    const ended = await start(music, "--port", "0", "--data", data);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/^Another host uses the data folder/);
    expect((await fetch(`${first.url}/healthz`)).ok).toBe(true);
    expect(await first.stop()).toBe(0);
  });

  it("on a data folder that cannot be made", async () => {
    await writeFile(join(place, "file"), "");
    const ended = await start(music, "--port", "0", "--data", join(place, "file", "data"));
    expect(ended.status).toBe(1);
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  });

  it("with the help on --help", async () => {
    const ended = await start("--help");
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain("--port N");
  });
});

describe("npm start", () => {
  it("prints one line on stdout when it is ready, and ends clean on SIGTERM and on SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", main, music, "--port", "0", "--data", data],
        { stdio: ["ignore", "pipe", "ignore"] },
      );
      const printed: string[] = [];
      const lines = createInterface({ input: child.stdout });
      lines.on("line", (line) => printed.push(line));
      await once(lines, "line");
      child.kill(signal);
      const [status] = (await once(child, "exit")) as [number | null];
      expect(status).toBe(0);
      expect(printed).toHaveLength(1);
      expect(printed[0]).toMatch(/^Segue listening on http:\/\/127\.0\.0\.1:\d+$/);
      expect(await readdir(data)).not.toContain("host.lock");
    }
  });

  it("plays a folder without music: the page says so", async () => {
    const host = await runHost({ folders: [music], data });
    expect(await readTracks(host.url)).toEqual([]);
    expect((await fetch(host.url)).ok).toBe(true);
    await host.stop();
  });

  it("takes several folders, with spaces, quotes and other scripts in their names", async () => {
    const folders = [`a "b" 'c'`, "音楽 ♫"].map((name) => join(place, name));
    for (const folder of folders) {
      await mkdir(folder);
      writeMusic(join(folder, "ü & 1.wav"), { seconds: 0.5, rate: 8000, channels: 1 });
    }
    const host = await runHost({ folders, data });
    const tracks = await readTracks(host.url);
    expect(tracks.map(({ title }) => title)).toEqual(["ü & 1", "ü & 1"]);
    for (const { id } of tracks) {
      const answer = await fetch(`${host.url}/api/tracks/${id}/stream.wav?variant=original`);
      expect((await answer.arrayBuffer()).byteLength).toBe(44 + 4000 * 2);
    }
    await host.stop();
  });

  it("comes back after a kill, with the same ids", async () => {
    writeMusic(join(music, "a.wav"), { seconds: 1, rate: 8000, channels: 1 });
    const first = await runHost({ folders: [music], data });
    const before = await readTracks(first.url);
    await first.kill();
    const second = await runHost({ folders: [music], data });
    expect((await readTracks(second.url)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await second.stop();
  });
});
