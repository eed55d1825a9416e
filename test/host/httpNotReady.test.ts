/** What is asked for over HTTP and over the wire while the plan of a track is not there: nothing unprocessed ever
 *  comes under an enhanced name. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultSchema } from "#engine/protocol/faults.ts";
import type { RunningHost } from "../browser/runHost.ts";
import { ask, parseWav } from "./client.ts";
import {
  idOf,
  listenTo,
  rate,
  readChunkAtLast,
  survivalBench,
  writeSong,
  type SurvivalBench,
} from "./survivalBench.ts";

const query = "variant=enhanced&preset=warm&intensity=60";
const seconds = 16;

let bench: SurvivalBench;
let host: RunningHost;
let source: Int16Array;
let release: () => void;
let right: readonly string[];

beforeAll(async () => {
  bench = await survivalBench([seconds]);
  source = writeSong(bench.music, 0, seconds);
  const ready = await bench.start({ data: join(bench.place, "undisturbed") });
  right = [
    (await readChunkAtLast(ready, "0", 0, query)).digest,
    (await readChunkAtLast(ready, "0", 1, query)).digest,
  ];
  await ready.stop();
  const released = join(bench.place, "released");
  release = () => writeFileSync(released, "");
  process.env.SEGUE_TEST_HELD = released;
  const preload = fileURLToPath(new URL("./heldAnalysis.mjs", import.meta.url));
  host = await bench.start({ preload });
}, 240_000);
afterAll(async () => {
  delete process.env.SEGUE_TEST_HELD;
  await bench.close();
});

it("CACHE-12: while a track is being analysed an enhanced chunk is refused in words, the original is served, and when the plan is there the chunk is the enhanced one", async () => {
  const track = await idOf(host, "0");
  const at = (rest: string): string => `/api/tracks/${track}/${rest}`;
  const listener = await listenTo(host, "listener");
  listener.want(track, "warm@60");
  const isEnhanced = (status: string, reason?: string) =>
    listener.until(
      (message) =>
        message.type === "rendition" &&
        message.variant === "warm@60" &&
        message.status === status &&
        (message.status !== "pending" || message.reason === reason),
    );

  // the original waits for nothing but its decoder
  const original = await readChunkAtLast(host, "0", 0, "variant=original");
  expect(original.tier).toBe("ORIGINAL");
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  expect(original.samples.equals(bytes.subarray(0, original.samples.byteLength))).toBe(true);

  // refused after ten seconds
  const asked = [ask(host.url, at(`chunks/0?${query}`)), ask(host.url, at(`chunks/1?${query}`))];
  const streamed = new AbortController();
  const stream = fetch(`${host.url}${at(`stream.wav?${query}`)}`, { signal: streamed.signal });
  const ends = stream.then(
    () => "answered",
    () => "given up",
  );
  for (const answer of await Promise.all(asked)) {
    expect(answer.status).toBe(503);
    const fault = faultSchema.parse(JSON.parse(answer.body.toString()));
    expect(fault).toMatchObject({ code: "analysing", retryable: true });
    expect(answer.headers["x-cache-tier"]).toBeUndefined();
    expect(answer.headers["content-type"]).not.toContain("audio");
  }
  await isEnhanced("pending", "analysing");
  // nothing was sent of a stream whose first frame is not there
  streamed.abort();
  expect(await ends).toBe("given up");
  expect(listener.heard.filter(({ type }) => type === "rendition")).not.toContainEqual(
    expect.objectContaining({ variant: "warm@60", status: "ready" }),
  );

  release();
  await isEnhanced("ready");
  const digests: string[] = [];
  for (const chunk of [0, 1]) {
    const answer = await ask(host.url, at(`chunks/${chunk}?${query}`));
    expect(answer.status).toBe(200);
    const { samples } = parseWav(answer.body);
    const from = chunk * rate * 10 * 2;
    expect(samples.equals(bytes.subarray(from, from + samples.byteLength))).toBe(false);
    digests.push(createHash("sha256").update(samples).digest("hex"));
  }
  expect(digests).toEqual(right);
  listener.close();
}, 240_000);
