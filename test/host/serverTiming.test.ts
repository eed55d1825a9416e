/** What an answer says of where its time went, and where its audio came from. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { ask, readTracks, readWav } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

let place: string;
let host: RunningHost;
let base: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-timing-"));
  const music = join(place, "music");
  await mkdir(music);
  writeMusic(join(music, "song.wav"), { seconds: 26, rate: 44_100, channels: 2 });
  host = await runHost({ folders: [music], data: join(place, "data") });
  base = `${host.url}/api/tracks/${(await readTracks(host.url))[0]!.id}`;
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

type Part = { readonly dur: number; readonly desc?: string };

/** `name;desc=…;dur=…, …` as the W3C's Server Timing has it; throws on anything else. */
function timingOf(header: string | null | undefined): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const part of (header ?? "").split(", ")) {
    const found = /^([a-z]+)(?:;desc=([A-Z0-9]+))?;dur=(\d+(?:\.\d{1,3})?)$/.exec(part);
    if (!found) throw new Error(`no Server-Timing: ${header}`);
    const [, name, desc, dur] = found;
    parts.set(name!, { dur: Number(dur), ...(desc && { desc }) });
  }
  return parts;
}

describe("a chunk", () => {
  const address = (): string => `${base}/chunks/0?preset=warm&intensity=40`;

  it("that is rendered tells how long it waited and how long rendering took", async () => {
    const { headers } = await readWav(address());
    expect(headers.get("x-cache-tier")).toBe("MISS");
    const timing = timingOf(headers.get("server-timing"));
    expect([...timing.keys()]).toEqual(expect.arrayContaining(["cache", "queue", "render"]));
    expect(timing.get("cache")!.desc).toBe("MISS");
    expect(timing.get("render")!.dur).toBeGreaterThan(1);
    expect(timing.get("cache")!.dur).toBeGreaterThanOrEqual(timing.get("render")!.dur);
    expect([...timing.keys()].at(-1)).toBe("total");
    expect(timing.get("total")!.dur).toBeGreaterThanOrEqual(timing.get("cache")!.dur);
  });

  it("that is held names its tier, and was rendered by nobody", async () => {
    const { headers } = await readWav(address());
    const timing = timingOf(headers.get("server-timing"));
    expect(headers.get("x-cache-tier")).toMatch(/^L[123]$/);
    expect(timing.get("cache")!.desc).toBe(headers.get("x-cache-tier"));
    expect(timing.has("render")).toBe(false);
    expect(timing.get("read")!.dur).toBeLessThan(1000);
  });

  it("that the asker has is answered without a word of a tier", async () => {
    const etag = (await readWav(address())).headers.get("etag")!;
    const again = await fetch(address(), { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    expect(again.headers.get("x-cache-tier")).toBeNull();
    const timing = timingOf(again.headers.get("server-timing"));
    expect(timing.has("cache")).toBe(false);
    expect(timing.has("total")).toBe(true);
  });

  it("tells the parts of opening a track that was not open", async () => {
    // the first request of this file opened it; what it waited for is one of these
    const { headers } = await readWav(`${base}/chunks/1?preset=punchy&intensity=15`);
    const names = [...timingOf(headers.get("server-timing")).keys()];
    expect(names.some((name) => ["probe", "decode", "analyse"].includes(name))).toBe(true);
  });
});

describe("a stream", () => {
  const path = (): string => new URL(`${base}/stream.wav`).pathname;

  it("names the tier of its first segment and how long that took", async () => {
    const query = "preset=bright&intensity=25";
    const first = await fetch(`${base}/stream.wav?${query}`);
    await first.arrayBuffer();
    const second = await fetch(`${base}/stream.wav?${query}`);
    await second.arrayBuffer();
    expect(first.headers.get("x-cache-tier")).toBe("MISS");
    expect(second.headers.get("x-cache-tier")).toMatch(/^L[123]$/);
    for (const { headers } of [first, second])
      expect(timingOf(headers.get("server-timing")).get("cache")!.desc).toBe(
        headers.get("x-cache-tier"),
      );
  });

  it("of the original says so, in every range, and HEAD reads nothing for it", async () => {
    for (const header of ["bytes=0-99", "bytes=0-3", "bytes=2000000-2000010"]) {
      const part = await ask(host.url, `${path()}?variant=original`, {
        headers: { range: header },
      });
      expect([part.status, part.headers["x-cache-tier"]]).toEqual([206, "ORIGINAL"]);
    }
    const head = await ask(host.url, `${path()}?variant=enhanced&preset=gentle`, {
      method: "HEAD",
    });
    expect(head.status).toBe(200);
    expect(head.headers["x-cache-tier"]).toBeUndefined();
    expect(timingOf(String(head.headers["server-timing"])).has("cache")).toBe(false);
  });
});

describe("every other answer", () => {
  it.each([
    ["the list", "/api/tracks", 200],
    ["the page", "/", 200],
    ["health", "/healthz", 200],
    ["metrics", "/metrics", 200],
    ["a fault", "/api/tracks/nobody/chunks/0", 404],
    ["a bad address", "/api/tracks/%E0%A4%A/cover", 400],
  ])("tells its total time: %s", async (_, address, status) => {
    const answer = await ask(host.url, address);
    expect(answer.status).toBe(status);
    const timing = timingOf(String(answer.headers["server-timing"]));
    expect([...timing.keys()]).toEqual(["total"]);
    expect(timing.get("total")!.dur).toBeLessThan(10_000);
    expect(answer.headers["x-cache-tier"]).toBeUndefined();
  });
});
