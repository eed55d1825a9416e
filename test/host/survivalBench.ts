/** A host that things are done to: its music, its data folder, what it answers and from where. */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { vi } from "vitest";
import { WebSocket } from "ws";
import { limits, protocolVersion, subprotocol } from "#engine/protocol/limits.ts";
import type { HostMessage } from "#engine/protocol/hostMessages.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { parseWav, readTracks } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

export const rate = 8000;
/** ms for which something is waited for that is bound to come, however busy the machine is */
export const patienceMs = 120_000;

export type SurvivalBench = {
  readonly place: string;
  readonly music: string;
  readonly data: string;
  readonly start: (options?: { data?: string; preload?: string }) => Promise<RunningHost>;
  readonly close: () => Promise<void>;
};

/** @param songs seconds of the tracks, mono at 8 kHz: they are named `0`, `1`, … */
export async function survivalBench(songs: readonly number[]): Promise<SurvivalBench> {
  const place = await mkdtemp(join(tmpdir(), "segue-survival-"));
  const [music, data] = [join(place, "music"), join(place, "data")];
  await mkdir(music);
  songs.forEach((seconds, i) => writeSong(music, i, seconds));
  const hosts: RunningHost[] = [];
  return {
    place,
    music,
    data,
    start: async (options = {}) => {
      const { data: folder = data, preload } = options;
      const flags = ["--workers", "1"];
      const host = await runHost({
        folders: [music],
        data: folder,
        flags,
        ...(preload !== undefined && { preload }),
      });
      hosts.push(host);
      return host;
    },
    close: async () => {
      await Promise.all(hosts.map((host) => host.kill()));
      await rm(place, { recursive: true, force: true });
    },
  };
}

/** @param level 0…1: what tells one version of a song from another */
export function writeSong(music: string, song: number, seconds: number, level = 0.3): Int16Array {
  const path = join(music, `${song}.wav`);
  return writeMusic(path, { seconds, rate, channels: 1, level: level / (1 + song / 7) });
}

export type Answer = {
  readonly samples: Buffer;
  readonly digest: string;
  readonly tier: string;
};

/** One chunk by the title of its track. @throws Error with what the host said instead */
export async function readChunk(
  host: RunningHost,
  title: string,
  chunk: number,
  query: string,
): Promise<Answer> {
  const id = await idOf(host, title);
  const answer = await fetch(`${host.url}/api/tracks/${id}/chunks/${chunk}?${query}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (answer.status !== 200) throw new Error(`${answer.status}: ${bytes.toString().slice(0, 300)}`);
  const { samples } = parseWav(bytes);
  const digest = createHash("sha256").update(samples).digest("hex");
  return { samples, digest, tier: answer.headers.get("x-cache-tier")! };
}

/** As `readChunk`, asked again while it is refused for a reason that may pass.
 *  @throws what it was refused for last, when it is refused for two minutes */
export async function readChunkAtLast(...asked: Parameters<typeof readChunk>): Promise<Answer> {
  const begunAt = performance.now();
  for (;;) {
    try {
      return await readChunk(...asked);
    } catch (cause) {
      const mayPass = /"retryable":true/.test(String(cause));
      if (!mayPass || performance.now() - begunAt > patienceMs) throw cause;
    }
  }
}

/** Looks until something is so. @throws Error that says what it was like instead */
export async function untilSo(
  holds: () => boolean,
  tell = () => "it did not come to be so",
): Promise<void> {
  await vi.waitFor(
    () => {
      if (!holds()) throw new Error(tell());
    },
    { timeout: patienceMs, interval: 20 },
  );
}

const ids = new Map<string, string>();
/** Opaque, and the same at every start. */
export async function idOf(host: RunningHost, title: string): Promise<string> {
  const name = `${host.pid} ${title}`;
  const known = ids.get(name);
  if (known !== undefined) return known;
  const found = (await readTracks(host.url)).find((track) => track.title === title);
  if (!found) throw new Error(`no track ${title}`);
  ids.set(name, found.id);
  return found.id;
}

/** A figure of `/metrics`, summed over its labels unless they are given as they stand there. */
export async function metric(host: RunningHost, name: string, labels = ""): Promise<number> {
  const text = await (await fetch(`${host.url}/metrics`)).text();
  let sum = 0;
  for (const line of text.split("\n")) {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (found?.[1] === name && (labels === "" || found[2] === labels)) sum += Number(found[3]);
  }
  return sum;
}

/** Files below a folder, relative to it, with `/`. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => relative(folder, path))
    .toSorted();
}

/** A player's connection that hears what the host says to everybody. */
export type Listener = {
  readonly heard: readonly HostMessage[];
  /** resolves at the first message that matches, also an earlier one */
  readonly until: (matches: (message: HostMessage) => boolean) => Promise<HostMessage>;
  readonly want: (track: string, variant: string) => void;
  readonly close: () => void;
};

export async function listenTo(host: RunningHost, player: string): Promise<Listener> {
  const socket = new WebSocket(`${host.url.replace("http", "ws")}/ws`, subprotocol);
  const heard: HostMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) return;
    heard.push(JSON.parse(data.toString()) as HostMessage);
    for (const look of [...waiting]) look();
  });
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("open", resolve));
  const credit = { urgent: limits.sliceBytesMax, bulk: limits.sliceBytesMax };
  socket.send(JSON.stringify({ type: "hello", version: protocolVersion, player, credit }));
  let demand = 0;
  // silence would end the connection
  const beat = setInterval(() => socket.send(JSON.stringify({ type: "ping", at: 0 })), 2000);
  return {
    heard,
    until: (matches) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find(matches);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    want: (track, variant) => {
      const want = { track, variant, from: 0, until: 0, lane: "urgent" };
      const message = { type: "demand", demand: ++demand, received: 0, playing: true, rate };
      socket.send(JSON.stringify({ ...message, wants: [want], holds: [] }));
    },
    close: () => {
      clearInterval(beat);
      socket.terminate();
    },
  };
}
