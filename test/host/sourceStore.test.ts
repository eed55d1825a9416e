/** The store of decoded audio over a real folder, and a clock that is turned by hand. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createPcmWriter } from "#engine/audio/pcmStore.ts";
import { isFault } from "#engine/audio/blockFile.ts";
import { createSourceStore, type SourceStore } from "../../apps/node-host/decode/sourceStore.ts";
import { sweepPcm } from "../../apps/node-host/decode/sweepPcm.ts";
import { nodeBlockFiles } from "../../apps/node-host/workers/nodeBlockFiles.ts";
import { handClock } from "../unit/fakes/handClock.ts";

const dayMs = 86_400_000;
const layout = { rate: 44_100, channels: 2, format: "s16" } as const;
let folder: string;
let store: SourceStore | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "segue-sources-"));
});
afterEach(() => {
  store?.close();
  rmSync(folder, { recursive: true });
});

/** A source of so many frames that was used some days ago. */
function put(name: string, days: number, isSealed = true, frames = 100): string {
  const path = join(folder, `${name}.pcm`);
  const file = nodeBlockFiles.create(path);
  if (isFault(file)) throw new Error(file.detail);
  const writer = createPcmWriter(file, layout, name);
  if (isFault(writer)) throw new Error(writer.detail);
  writer.appendInterleaved(new Int16Array(frames * 2));
  writer.finish();
  if (isSealed) writer.seal();
  file.close();
  const at = new Date(Date.now() - days * dayMs);
  utimesSync(path, at, at);
  return path;
}

const names = async () => (await readdir(folder)).map((name) => name.slice(0, -4)).toSorted();
const open = (clock = handClock(), budget = 1e9) =>
  (store = createSourceStore({
    clock,
    folder,
    budget,
    spareBytes: 0,
    days: 7,
    writing: () => new Map(),
    spare: new Set(),
  }));

it("what has grown old goes while nothing is decoded, and is counted", async () => {
  const clock = handClock();
  const opened = open(clock);
  await opened.swept();
  put("young", 1);
  put("old", 8);
  clock.pass(600_000);
  await opened.swept();
  expect(await names()).toEqual(["young"]);
  expect(opened.figures()).toMatchObject({ left: { expiry: 1, room: 0, partial: 0 }, damaged: 0 });
  expect(opened.figures().bytes).toBeGreaterThan(0);
});

it("what is above the budget goes, least recently used first", async () => {
  put("first", 2);
  put("second", 1);
  const opened = open(handClock(), 50_000);
  await opened.swept();
  expect(await names()).toEqual(["second"]);
  expect(opened.figures()).toMatchObject({ left: { room: 1 }, budget: 50_000 });
});

it("what a killed run left goes at the start; what is damaged as well, and is counted as that", async () => {
  put("whole", 1);
  put("partial", 1, false);
  const damaged = put("damaged", 1);
  writeFileSync(damaged, Buffer.alloc(33_000, 0x5a));
  const before = new Date(Date.now() - dayMs);
  utimesSync(damaged, before, before);
  const opened = open();
  await opened.swept();
  expect(await names()).toEqual(["whole"]);
  expect(opened.figures()).toMatchObject({ left: { partial: 2 }, damaged: 1 });
});

it("a source that is being written counts as what it will have, or has if that is more", async () => {
  const path = put("growing", 0, false, 20_000);
  const sizes = [0, 10_000_000];
  const bounds = { budgetBytes: 1e9, maxAgeMs: dayMs, wallNow: Date.now() };
  const counted = await Promise.all(
    sizes.map((size) => sweepPcm(folder, { ...bounds, writing: new Map([[path, size]]) })),
  );
  expect(counted).toEqual([64 + 3 * (8192 * 4 + 8), 10_000_000]);
});
