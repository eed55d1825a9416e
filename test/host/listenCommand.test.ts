/** `npm run listen` as it is run: what it says, how it ends, what it leaves behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runHost } from "../browser/runHost.ts";
import { writeMusic } from "./madeMusic.ts";

const main = fileURLToPath(new URL("../../apps/listen/main.ts", import.meta.url));
const waitMs = 90_000;

// each of them starts a player and a host or two
vi.setConfig({ testTimeout: 200_000 });

let place: string;
let music: string;
let data: string;
let children: ChildProcess[];
/** process ids of hosts of somebody else */
let hosts: number[];

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-listen-"));
  music = join(place, "music");
  data = join(place, "data");
  children = [];
  hosts = [];
  await mkdir(music);
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  for (const pid of hosts) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  await rm(place, { recursive: true, force: true, maxRetries: 5 });
});

type Listening = {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** exit status, or the signal's name */
  readonly ended: Promise<number | string>;
};

/** Runs the command, to nobody's ears. */
function listen(...argv: string[]): Listening {
  const child = spawn(process.execPath, ["--import", "tsx", main, "--sink", "none", ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = once(child, "close").then(
    ([status, signal]) => (status ?? signal) as number | string,
  );
  return { child, out: () => out, err: () => err, ended };
}

const untilSaid = (listening: Listening, line: RegExp): Promise<void> =>
  vi.waitFor(() => expect(listening.out() + listening.err()).toMatch(line), {
    timeout: waitMs,
    interval: 20,
  });

/** The host that has the data folder; undefined when none has. */
async function hostOf(folder: string): Promise<number | undefined> {
  const lock = await readFile(join(folder, "host.lock"), "utf8").catch(() => undefined);
  return lock === undefined ? undefined : Number.parseInt(lock, 10);
}
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
const untilGone = (pid: number): Promise<void> =>
  vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: waitMs, interval: 20 });

describe("npm run listen ends with a status and says why", () => {
  it("when the command line is wrong", async () => {
    const { ended, err } = listen("--loud");
    expect(await ended).toBe(2);
    expect(err().trim().split("\n")).toEqual([
      "Unknown option '--loud' (--help explains every flag)",
    ]);
  });

  it("when nothing answers at the address, and when it is something else that does", async () => {
    const other = createServer((_, answer) => answer.end("<h1>It works!</h1>")).listen(
      0,
      "127.0.0.1",
    );
    await once(other, "listening");
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const wrong = listen(url);
    expect(await wrong.ended).toBe(1);
    expect(wrong.err()).toContain(`What answers at ${url} is not Segue.`);
    await new Promise((resolve) => other.close(resolve));
    const none = listen(url);
    expect(await none.ended).toBe(1);
    expect(none.err()).toContain(`Nothing answers at ${url}: `);
  });

  it("when the folder does not exist, or holds no music", async () => {
    const nowhere = listen(join(music, "nowhere"), "--data", data);
    expect(await nowhere.ended).toBe(2);
    expect(nowhere.err()).toContain("nowhere does not exist");
    const empty = listen(music, "--data", data);
    expect(await empty.ended).toBe(1);
    expect(empty.out()).toContain("No music was found in this folder.");
  });

  it("when there is no such track", async () => {
    writeMusic(join(music, "one.wav"), { seconds: 3, rate: 8000, channels: 2 });
    const { ended, err } = listen(music, "--data", data, "--track", "2");
    expect(await ended).toBe(1);
    expect(err()).toContain("No track 2: there are 1, from 1 on.");
  });
});

describe("npm run listen plays", () => {
  it("a folder to its end, track after track, and leaves no host behind", async () => {
    for (const name of ["one", "two", "three"])
      writeMusic(join(music, `${name}.wav`), { seconds: 2, rate: 44_100, channels: 2 });
    const { ended, out } = listen(music, "--data", data, "--track", "2", "--original");
    await vi.waitFor(async () => expect(await hostOf(data)).toBeDefined(), { timeout: waitMs });
    const host = (await hostOf(data))!;
    expect(await ended).toBe(0);
    expect(isAlive(host)).toBe(false);
    const lines = out().split("\n");
    const said = ["2. three (0:02)", "Playing the original, bit-exact.", "3. two (0:02)"];
    expect(lines.filter((line) => said.includes(line)).slice(0, 3)).toEqual(said);
    expect(lines.at(-2)).toBe("The end of the list.");
  });

  it("at the host of somebody else, that dies and returns: says so, and goes on where it was", async () => {
    writeMusic(join(music, "long.wav"), { seconds: 300, rate: 44_100, channels: 2 });
    const options = { folders: [music], data };
    const host = await runHost(options);
    hosts.push(host.pid);
    const listening = listen(host.url, "--original", "--from", "60");
    await untilSaid(listening, /Playing the original/);
    await host.kill();
    await untilSaid(listening, /The connection was lost; reconnecting…/);
    const again = await runHost({ ...options, port: Number(new URL(host.url).port) });
    hosts.push(again.pid);
    const before = listening.out().length;
    await vi.waitFor(
      () => expect(listening.out().slice(before)).toMatch(/Playing the original[^\n]*\n$/),
      { timeout: waitMs, interval: 20 },
    );
    listening.child.kill("SIGINT");
    expect(await listening.ended).toBe(0);
    expect(await again.stop()).toBe(0);
  });

  it("at a host of its own: another one takes its place when it dies, and Ctrl-C ends both", async () => {
    writeMusic(join(music, "long.wav"), { seconds: 300, rate: 44_100, channels: 2 });
    const listening = listen(music, "--data", data);
    await untilSaid(listening, /Playing/);
    const first = (await hostOf(data))!;
    process.kill(first, "SIGKILL");
    await untilSaid(listening, /another one is started/);
    await untilSaid(listening, /The host is back\./);
    const second = (await hostOf(data))!;
    expect(second).not.toBe(first);
    listening.child.kill("SIGINT");
    expect(await listening.ended).toBe(0);
    expect(isAlive(second)).toBe(false);
  });

  it("and when it is killed itself, its host ends all the same", async () => {
    writeMusic(join(music, "long.wav"), { seconds: 300, rate: 8000, channels: 2 });
    const listening = listen(music, "--data", data);
    await untilSaid(listening, /Playing/);
    const host = (await hostOf(data))!;
    listening.child.kill("SIGKILL");
    expect(await listening.ended).toBe("SIGKILL");
    await untilGone(host);
  });
});
