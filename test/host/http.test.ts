import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { faultSchema } from "#engine/protocol/faults.ts";
import { inspectionBatchSchema } from "#engine/protocol/inspection.ts";
import { waveformColumns, waveformSchema, type TrackEntry } from "#engine/protocol/library.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { ask, parseWav, readTracks, readWav } from "./client.ts";
import { writeMusic } from "./madeMusic.ts";

const rate = 44_100;
const seconds = 26.4321;
const interval = 10 * rate;

let place: string;
let host: RunningHost;
let source: Int16Array;
let tracks: readonly TrackEntry[];
let base: string;

const entry = (title: string): TrackEntry => tracks.find((track) => track.title === title)!;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-http-"));
  const music = join(place, "music");
  await mkdir(music);
  source = writeMusic(join(music, "song.wav"), { seconds, rate, channels: 2 });
  writeMusic(join(music, "short.wav"), { seconds: 0.3, rate: 8000, channels: 1 });
  await writeFile(join(music, "text.mp3"), "A letter, not music.\n".repeat(200));
  await writeFile(join(music, "empty.wav"), "");
  await writeFile(join(music, "cover.png"), Buffer.from("89504e470d0a1a0a0000", "hex"));
  host = await runHost({ folders: [music], data: join(place, "data") });
  tracks = await readTracks(host.url);
  base = `${host.url}/api/tracks/${entry("song").id}`;
}, 60_000);

afterAll(async () => {
  const status = await host?.stop();
  await rm(place, { recursive: true, force: true });
  expect(status).toBe(0);
});

describe("the list of tracks", () => {
  it("names every file, the broken ones with their fault", () => {
    expect(tracks.map(({ title, fault }) => [title, fault?.code])).toEqual([
      ["empty", "file-empty"],
      ["short", undefined],
      ["song", undefined],
      ["text", "file-corrupt"],
    ]);
    expect(entry("song")).toMatchObject({ sampleRate: rate, channels: 2, format: "wav" });
  });

  it("knows the exact length once the track was decoded", async () => {
    await readWav(`${base}/chunks/0?variant=original`);
    const listed = (await readTracks(host.url)).find(({ title }) => title === "song");
    expect(listed).toMatchObject({ exact: true, durationFrames: source.length / 2 });
  });
});

describe("chunks of the original", () => {
  it("hold the file's own samples, 15 s every 10 s, to the last frame", async () => {
    const bytes = Buffer.from(source.buffer);
    for (const chunk of [0, 1, 2]) {
      const wav = await readWav(`${base}/chunks/${chunk}?variant=original`);
      const from = chunk * interval;
      const until = Math.min(from + 1.5 * interval, source.length / 2);
      expect(wav).toMatchObject({ rate, channels: 2, bits: 16 });
      expect(wav.samples.equals(bytes.subarray(from * 4, until * 4))).toBe(true);
      expect(wav.headers.get("x-cache-tier")).toBe("ORIGINAL");
      expect(wav.headers.get("x-chunk-start-frame")).toBe(String(from));
      expect(wav.headers.get("x-chunk-frames")).toBe(String(until - from));
    }
  });

  it("of a mono track shorter than a chunk are that track", async () => {
    const { id } = entry("short");
    const wav = await readWav(`${host.url}/api/tracks/${id}/chunks/0?variant=original`);
    expect(wav).toMatchObject({ rate: 8000, channels: 1 });
    expect(wav.samples.byteLength).toBe(2400 * 2);
  });
});

describe("the waveform", () => {
  const asked = async (title: string) => {
    const answer = await fetch(`${host.url}/api/tracks/${entry(title).id}/waveform`);
    expect(answer.status).toBe(200);
    return { answer, waveform: waveformSchema.parse(await answer.json()) };
  };

  it("is as far as the samples of each stretch reach, and waits for the decoder", async () => {
    const { waveform } = await asked("song");
    const frames = source.length / 2;
    for (const column of [0, 500, 799]) {
      const from = Math.ceil((column * frames) / waveformColumns);
      const until = Math.ceil(((column + 1) * frames) / waveformColumns);
      const stretch = source.subarray(from * 2, until * 2);
      const highest = stretch.reduce((most, sample) => Math.max(most, sample), 0);
      const lowest = stretch.reduce((least, sample) => Math.min(least, sample), 0);
      expect(waveform.high[column]).toBe(Math.ceil((highest * 127) / 32768));
      expect(waveform.low[column]).toBe(Math.floor((lowest * 127) / 32768) || 0);
    }
    expect(waveform.high.some((level) => level > 10)).toBe(true);
    // another rate, one channel
    expect((await asked("short")).waveform.high.some((level) => level > 0)).toBe(true);
  });

  it("is made once: the data folder has it, and who has it is not sent it again", async () => {
    const { answer } = await asked("song");
    const etag = answer.headers.get("etag")!;
    await vi.waitFor(async () => {
      const stored = await readdir(join(place, "data", "waveforms"));
      expect(stored).toContain(`${etag.slice(1, -1)}.json`);
    });
    const { id } = entry("song");
    const again = await fetch(`${host.url}/api/tracks/${id}/waveform`, {
      headers: { "if-none-match": etag },
    });
    expect(again.status).toBe(304);
  });

  it("of a file that is no audio is that file's fault", async () => {
    const answer = await fetch(`${host.url}/api/tracks/${entry("text").id}/waveform`);
    expect(answer.status).toBe(422);
    expect(faultSchema.parse(await answer.json()).code).toBe("file-corrupt");
  });
});

describe("chunks of an enhanced variant", () => {
  const query = "variant=enhanced&preset=warm&intensity=60";

  it("join to exactly what stream.wav and a range of it hold", async () => {
    const chunks = [];
    for (const chunk of [0, 1, 2]) chunks.push(await readWav(`${base}/chunks/${chunk}?${query}`));
    const joined = Buffer.concat(chunks.map(({ samples }) => samples.subarray(0, interval * 4)));
    const whole = await readWav(`${base}/stream.wav?${query}`);
    expect(whole.samples.byteLength).toBe(source.byteLength);
    expect(joined.equals(whole.samples)).toBe(true);
    expect(whole.samples.equals(Buffer.from(source.buffer))).toBe(false);
    for (const chunk of [0, 1]) {
      const overlap = chunks[chunk]!.samples.subarray(interval * 4);
      expect(overlap.equals(chunks[chunk + 1]!.samples.subarray(0, overlap.byteLength))).toBe(true);
    }
  });

  it("are rendered once: a miss at first, from a cache afterwards", async () => {
    const address = `${base}/chunks/1?preset=bright&intensity=35`;
    const first = await readWav(address);
    const second = await readWav(address);
    expect(first.headers.get("x-cache-tier")).toBe("MISS");
    expect(second.headers.get("x-cache-tier")).toMatch(/^L[123]$/);
    expect(second.samples.equals(first.samples)).toBe(true);
    expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
  });

  it("are not sent again to somebody who has them", async () => {
    const first = await fetch(`${base}/chunks/0?${query}`);
    await first.arrayBuffer();
    const again = await fetch(`${base}/chunks/0?${query}`, {
      headers: { "if-none-match": first.headers.get("etag")! },
    });
    expect(again.status).toBe(304);
  });

  it("are the same for an intensity that rounds to the same step", async () => {
    const a = await readWav(`${base}/chunks/0?preset=warm&intensity=59`);
    const b = await readWav(`${base}/chunks/0?preset=warm&intensity=60`);
    expect(a.headers.get("etag")).toBe(b.headers.get("etag"));
  });
});

describe("stream.wav", () => {
  const path = (): string => new URL(`${base}/stream.wav?variant=original`).pathname;
  const whole = async () => ask(host.url, `${path()}?variant=original`);

  it("has a length, and any range of it is that part of the whole", async () => {
    const all = await whole();
    expect(all.status).toBe(200);
    expect(all.headers).toMatchObject({
      "accept-ranges": "bytes",
      "content-type": "audio/wav",
      "content-length": String(44 + source.byteLength),
    });
    expect(parseWav(all.body).samples.equals(Buffer.from(source.buffer))).toBe(true);
    const total = all.body.byteLength;
    for (const [header, from, until] of [
      ["bytes=0-0", 0, 1],
      ["bytes=10-99", 10, 100],
      ["bytes=44-47", 44, 48],
      [
        `bytes=${44 + interval * 4 - 3}-${44 + interval * 4 + 4}`,
        41 + interval * 4,
        49 + interval * 4,
      ],
      [`bytes=${total - 5}-`, total - 5, total],
      ["bytes=-1001", total - 1001, total],
    ] as const) {
      const part = await ask(host.url, `${path()}?variant=original`, {
        headers: { range: header },
      });
      expect(part.status, header).toBe(206);
      expect(part.headers["content-range"]).toBe(`bytes ${from}-${until - 1}/${total}`);
      expect(part.body.equals(all.body.subarray(from, until)), header).toBe(true);
    }
  });

  it("refuses a range outside and answers HEAD without a body", async () => {
    const outside = await ask(host.url, `${path()}?variant=original`, {
      headers: { range: "bytes=99999999-" },
    });
    expect(outside.status).toBe(416);
    expect(outside.headers["content-range"]).toBe(`bytes */${44 + source.byteLength}`);
    expect(JSON.parse(outside.body.toString())).toMatchObject({ code: "range-unsatisfiable" });
    const head = await ask(host.url, `${path()}?variant=original`, { method: "HEAD" });
    expect(head.headers["content-length"]).toBe(String(44 + source.byteLength));
    expect(head.body.byteLength).toBe(0);
  });

  it("survives an asker who leaves in the middle", async () => {
    const gone = new AbortController();
    const answer = await fetch(`${base}/stream.wav?preset=gentle`, { signal: gone.signal });
    await answer.body!.getReader().read();
    gone.abort();
    expect((await ask(host.url, "/healthz")).status).toBe(200);
  });
});

describe("bad input", () => {
  const song = (): string => `/api/tracks/${entry("song").id}`;

  it.each<[string, () => string, number, string]>([
    ["chunk −1", () => `${song()}/chunks/-1`, 404, "chunk-out-of-range"],
    ["chunk 10⁹", () => `${song()}/chunks/1000000000`, 404, "chunk-out-of-range"],
    ["chunk 10³⁰⁰", () => `${song()}/chunks/1${"0".repeat(300)}`, 404, "chunk-out-of-range"],
    ["the chunk after the last", () => `${song()}/chunks/3`, 404, "chunk-out-of-range"],
    ["a chunk that is no number", () => `${song()}/chunks/NaN`, 400, "request-invalid"],
    ["half a chunk", () => `${song()}/chunks/1.5`, 400, "request-invalid"],
    ["intensity NaN", () => `${song()}/chunks/0?intensity=NaN`, 400, "variant-invalid"],
    ["intensity 101", () => `${song()}/stream.wav?intensity=101`, 400, "variant-invalid"],
    ["an unknown preset", () => `${song()}/chunks/0?preset=loudest`, 400, "variant-invalid"],
    ["an unknown variant", () => `${song()}/chunks/0?variant=better`, 400, "variant-invalid"],
    ["an unknown id", () => "/api/tracks/nobody/chunks/0", 404, "track-unknown"],
    [
      "an id from a path",
      () => "/api/tracks/..%2F..%2Fetc%2Fpasswd/chunks/0",
      404,
      "track-unknown",
    ],
    ["an id from a path, bare", () => "/api/tracks/../../etc/passwd/chunks/0", 404, "not-found"],
    ["a page outside", () => "/../../../../etc/passwd", 404, "not-found"],
    ["a page outside, escaped", () => "/%2e%2e/%2e%2e/package.json", 404, "not-found"],
    ["a page outside, in one part", () => "/..%2F..%2Fpackage.json", 404, "not-found"],
    ["a file that is not of the page", () => "/.sources", 404, "not-found"],
    ["a stray per cent sign", () => "/api/tracks/%E0%A4%A/cover", 400, "request-invalid"],
    ["a null byte", () => "/index.html%00.js", 404, "not-found"],
    ["an unknown address", () => "/api/nothing", 404, "not-found"],
    [
      "a text file named .mp3",
      () => `/api/tracks/${entry("text").id}/chunks/0`,
      422,
      "file-corrupt",
    ],
    ["an empty file", () => `/api/tracks/${entry("empty").id}/stream.wav`, 422, "file-empty"],
  ])("%s is a fault", async (_, path, status, code) => {
    const answer = await ask(host.url, path());
    const fault = faultSchema.parse(JSON.parse(answer.body.toString()));
    expect([answer.status, fault.code]).toEqual([status, code]);
  });

  it("is any method but GET and HEAD", async () => {
    const answer = await ask(host.url, "/api/tracks", { method: "DELETE" });
    expect(answer.status).toBe(405);
    expect(answer.headers["allow"]).toBe("GET, HEAD");
  });

  it("is another site's name for this machine", async () => {
    const answer = await ask(host.url, "/api/tracks", { headers: { host: "evil.example" } });
    expect(answer.status).toBe(400);
  });
});

describe("beside the music", () => {
  it("the page comes with a strict policy, at /inspect too", async () => {
    for (const path of ["/", "/inspect"]) {
      const answer = await fetch(`${host.url}${path}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain("<title>Segue</title>");
      const policy = answer.headers.get("content-security-policy")!;
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("worker-src 'self'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("a cover is a picture or nothing", async () => {
    const cover = await fetch(`${host.url}${entry("song").cover}`);
    expect(cover.status).toBe(200);
    expect(cover.headers.get("content-type")).toBe("image/png");
  });

  it("the living actors are told, each with its machine and its active state", async () => {
    await readWav(`${base}/chunks/0`);
    const answer = await fetch(`${host.url}/api/inspect`);
    const lines = (await answer.json()) as { side: string; machine: string; state: string }[];
    const machines = lines.map(({ machine }) => machine);
    expect(machines).toEqual(
      expect.arrayContaining(["host", "trackProcessor", "renderScheduler", "cache", "warmTier"]),
    );
    for (const { side, state } of lines)
      expect([side, state]).toEqual(["host", expect.stringMatching(/./)]);
  });

  it("what moves the actors is told as it happens, first of all who lives", async () => {
    const gone = new AbortController();
    const answer = await fetch(`${host.url}/api/inspect/events`, { signal: gone.signal });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const machines = new Set<string>();
    const events = new Set<string>();
    let text = "";
    const asked = readWav(`${base}/chunks/0`);
    while (!machines.has("renderScheduler") || !events.has("segment.ask")) {
      text += (await reader.read()).value ?? "";
      const whole = text.lastIndexOf("\n\n") + 2;
      for (const line of text.slice(0, whole).split("\n\n").filter(Boolean)) {
        const batch = inspectionBatchSchema.parse(JSON.parse(line.replace(/^data: /, "")));
        for (const note of batch.notes)
          if (note.type === "alive") machines.add(note.machine);
          else if (note.type === "step") events.add(note.event);
      }
      text = text.slice(whole);
    }
    gone.abort();
    await asked;
  });

  it("health and metrics are told", async () => {
    expect(await (await fetch(`${host.url}/healthz`)).json()).toMatchObject({ status: "ok" });
    const text = await (await fetch(`${host.url}/metrics`)).text();
    expect(text).toMatch(/^segue_renders_total [1-9]/m);
    expect(text).toMatch(/^segue_cache_hits_total\{tier="L1"\} \d/m);
    expect(text).toMatch(/^segue_cache_bytes\{tier="L1"\} \d/m);
    expect(text).toMatch(/^segue_queue_depth\{class="critical"\} 0/m);
    expect(text).toMatch(/^segue_sessions 0/m);
    expect(text).toMatch(/^segue_answer_seconds_count\{kind="render"\} [1-9]/m);
  });
});
