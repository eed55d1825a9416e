/** CACHE-7 on a real host: the file of a track that somebody plays changes, vanishes and comes back. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { HostMessage } from "#engine/protocol/hostMessages.ts";
import { quietMs } from "../../apps/node-host/library/quietFile.ts";
import type { RunningHost } from "../browser/runHost.ts";
import { readTracks } from "./client.ts";
import {
  idOf,
  listenTo,
  patienceMs,
  readChunkAtLast,
  survivalBench,
  untilSo,
  writeSong,
  type Listener,
} from "./survivalBench.ts";
import { writeSlowly } from "./writeSlowly.ts";

let bench: Awaited<ReturnType<typeof survivalBench>>;
let host: RunningHost;
let listener: Listener;
const path = () => join(bench.music, "0.wav");
const samplesNow = () => readFileSync(path()).subarray(44);

beforeAll(async () => {
  bench = await survivalBench([12]);
  host = await bench.start();
}, 240_000);
afterAll(() => bench.close());

let players = 0;
beforeEach(async () => {
  listener = await listenTo(host, `listener${players++}`);
});
afterEach(() => listener.close());

const isFault =
  (code: string) =>
  (message: HostMessage): boolean =>
    message.type === "fault" && message.fault.code === code;
type Ready = Extract<HostMessage, { readonly type: "rendition" }> & { readonly status: "ready" };
const ready = (other?: string) =>
  listener.until(
    (message) =>
      message.type === "rendition" &&
      message.status === "ready" &&
      message.exact &&
      message.key !== other,
  ) as Promise<Ready>;
const count = (code: string) => listener.heard.filter(isFault(code)).length;
const original = () => readChunkAtLast(host, "0", 0, "variant=original");

it("a file that is saved anew while it plays is opened anew when it is whole, and nothing of both is mixed", async () => {
  listener.want(await idOf(host, "0"), "original");
  const { key } = await ready();
  expect((await original()).samples.equals(samplesNow())).toBe(true);

  const old = samplesNow();
  const elsewhere = join(bench.place, "elsewhere");
  mkdirSync(elsewhere);
  writeSong(elsewhere, 0, 12, 0.1);
  const fresh = readFileSync(join(elsewhere, "0.wav"));
  // somebody copies over it, for two seconds
  writeFileSync(path(), fresh.subarray(0, 1000));
  const slowly = { pieceBytes: 10_000, everyMs: 100 };
  let pausedMs = 0;
  // on a machine that is so busy that the copying paused for a second, a part of it is rightly taken for whole
  const isTold = () => expect(count("source-changed") === 0 || pausedMs >= quietMs).toBe(true);
  const writing = writeSlowly(path(), fresh.subarray(1000), slowly, (longestMs) => {
    pausedMs = longestMs;
    isTold();
  });
  // what is decoded of the old one plays on meanwhile
  const { samples } = await original();
  const longestMs = await writing;
  expect(samples.equals(old) || longestMs >= quietMs).toBe(true);
  await listener.until(isFault("source-changed"));
  await ready(key);
  await vi.waitFor(
    async () => expect((await original()).samples.equals(fresh.subarray(44))).toBe(true),
    { timeout: patienceMs, interval: 200 },
  );
}, 240_000);

it("a file that vanishes while it plays is missing, and plays again when it is back, without a new demand", async () => {
  listener.want(await idOf(host, "0"), "original");
  await ready();
  const away = join(bench.place, "away.wav");
  renameSync(path(), away);
  await listener.until(isFault("file-missing"));
  const told = listener.heard.length;
  renameSync(away, path());
  await listener.until(
    (message) =>
      listener.heard.indexOf(message) >= told &&
      message.type === "rendition" &&
      message.status === "ready" &&
      message.exact,
  );
  expect((await original()).samples.equals(samplesNow())).toBe(true);
}, 240_000);

it("files that are put in and taken out are told of and listed", async () => {
  const said = () => listener.heard.filter(({ type }) => type === "library/changed").length;
  const settled = async (titles: readonly string[], before: number): Promise<void> => {
    await untilSo(() => said() > before);
    const listed = async () => (await readTracks(host.url)).map(({ title }) => title).toSorted();
    await vi.waitFor(async () => expect(await listed()).toEqual(titles), { timeout: patienceMs });
  };
  let before = said();
  writeSong(bench.music, 1, 1);
  await settled(["0", "1"], before);
  before = said();
  rmSync(join(bench.music, "1.wav"));
  await settled(["0"], before);
}, 240_000);
