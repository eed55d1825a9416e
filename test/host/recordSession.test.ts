/** `npm start -- --record FILE`: a real host, driven over a real socket, leaves a tape that replays. */
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import type { ClientMessage } from "#engine/protocol/clientMessages.ts";
import { protocolVersion, subprotocol } from "#engine/protocol/limits.ts";
import { decodeSlice } from "#engine/protocol/slice.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { describeOutcome, replayTapeFile } from "../simulation/tape/replayTape.ts";
import { ask, readTracks } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

let place: string;
let tape: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-record-"));
  await mkdir(join(place, "music"));
  tape = join(place, "session.tape");
  writeMusic(join(place, "music", "private name.wav"), { seconds: 12, rate: 8000, channels: 2 });
});
afterEach(() => rm(place, { recursive: true, force: true }));

const start = (): Promise<RunningHost> =>
  runHost({
    folders: [join(place, "music")],
    data: join(place, "data"),
    flags: ["--record", tape, "--workers", "1"],
  });

/** Plays a track's first seconds, original and enhanced, then seeks, as a page worker would ask. */
async function playSome(host: RunningHost, track: string): Promise<void> {
  const socket = new WebSocket(`${host.url.replace("http", "ws")}/ws`, subprotocol);
  socket.binaryType = "nodebuffer";
  const send = (message: ClientMessage): void => socket.send(JSON.stringify(message));
  await once(socket, "open");
  const credit = { urgent: 10_000_000, bulk: 10_000_000 };
  send({ type: "hello", version: protocolVersion, player: "tester", credit });
  let received = 0;
  for (const [demand, variant, from] of [
    [1, "original", 0],
    [2, "warm@80", 16_000],
    [3, "original", 64_000],
  ] as const) {
    const until = from + 24_000;
    const wants = [{ track, variant, from, until, lane: "urgent" as const }];
    send({ type: "demand", demand, received, playing: true, rate: 8000, wants, holds: [] });
    await new Promise<void>((resolve, reject) => {
      socket.on("close", (code) => reject(new Error(`the host closed with ${code}`)));
      socket.on("message", (data: Buffer, isBinary) => {
        if (!isBinary) return;
        received++;
        const slice = decodeSlice(data)!;
        if (slice.start >= from && slice.start + slice.frames >= until) resolve();
      });
    });
    socket.removeAllListeners("message");
    socket.removeAllListeners("close");
  }
  send({ type: "ping", at: 1 });
  socket.close();
  await once(socket, "close");
}

describe("npm start -- --record FILE", () => {
  it("leaves a tape of the host that replays without a difference, and names no folder", async () => {
    const startedMs = Date.now();
    const host = await start();
    const [track] = await readTracks(host.url);
    await playSome(host, track!.id);
    const wav = `${host.url}/api/tracks/${track!.id}/stream.wav?variant=original`;
    expect((await (await fetch(wav)).arrayBuffer()).byteLength).toBe(44 + 12 * 8000 * 4);
    expect(await host.stop()).toBe(0);

    const outcome = replayTapeFile(tape);
    expect(describeOutcome(outcome).slice(1)).toEqual([
      "Every root did what it did when it was recorded.",
    ]);
    expect(outcome.roots[0]!.emissions).toBeGreaterThan(50);
    const text = await readFile(tape, "utf8");
    expect(text).not.toContain(place);
    expect(text).not.toContain("private name");
    expect(text).toContain(`"ask":"accept"`);
    expect(text).toContain(`"ask":"readSegment"`);
    expect(text).toContain(`"ask":"stop"`);
    const begin = JSON.parse(text.split("\n")[1]!);
    const begunMs = begin.originMs + begin.atMs;
    expect(begunMs).toBeGreaterThan(startedMs - 5);
    expect(begunMs).toBeLessThan(Date.now());
  });

  it("is readable up to the end when the host is killed", async () => {
    const host = await start();
    const [track] = await readTracks(host.url);
    await playSome(host, track!.id);
    await host.kill();
    const { violations, divergences, roots } = replayTapeFile(tape);
    expect([violations, divergences]).toEqual([[], []]);
    // the last quarter of a second is lost, and on a quick machine that is most of it
    expect(roots[0]!.emissions).toBeGreaterThan(0);
  });

  it("does not begin over a recording that is there, nor where nothing can be written", async () => {
    const first = await start();
    await first.stop();
    const before = await readFile(tape, "utf8");
    await expect(start()).rejects.toThrow(/ended with 1:\n.* is there already/);
    expect(await readFile(tape, "utf8")).toBe(before);
    tape = join(place, "no", "such", "folder");
    await expect(start()).rejects.toThrow(/ended with 1:\nThe recording cannot be written/);
  });

  it("tells its pages, and takes lines from nobody else", async () => {
    const host = await start();
    const page = await (await fetch(host.url)).text();
    expect(page).toContain('<meta name="segue-record"></head>');
    const post = async (body: string, headers: Record<string, string> = {}) => {
      const own = { origin: host.url, "content-type": "application/x-ndjson", ...headers };
      return (await fetch(`${host.url}/record`, { method: "POST", headers: own, body })).status;
    };
    const begin = JSON.stringify({ root: "page.a1", atMs: 1, begin: {} });
    const later = JSON.stringify({ root: "page.a1", did: ["x"] });
    expect(await post(later), "a page whose beginning is not there").toBe(400);
    expect(await post(`${begin}\n${later}`)).toBe(204);
    expect(await post(later)).toBe(204);
    expect(await post(begin), "a second beginning").toBe(400);
    expect(await post(begin.replace("a1", "a2"), { origin: "http://elsewhere.example" })).toBe(400);
    expect(await post(begin.replace("page.a1", "host.2")), "a host's line").toBe(400);
    expect(await post("{torn"), "no JSON").toBe(400);
    expect(await post(writeTapeHeader(0, "")), "no line").toBe(400);
    expect((await ask(host.url, "/record", { method: "POST" })).status, "no origin").toBe(400);
    expect((await ask(host.url, "/record")).status).toBe(404);
    await host.stop();
    const text = await readFile(tape, "utf8");
    expect(text.split("\n").filter((line) => line.includes("page."))).toEqual([
      begin,
      later,
      later,
    ]);
  });
});

describe("a host that does not record", () => {
  it("has no address for lines, and its page is as it was built", async () => {
    const host = await runHost({ folders: [join(place, "music")], data: join(place, "data") });
    expect(await (await fetch(host.url)).text()).not.toContain("segue-record");
    expect((await ask(host.url, "/record", { method: "POST" })).status).toBe(405);
    await host.stop();
  });
});
