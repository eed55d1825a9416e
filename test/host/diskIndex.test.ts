/** The index of the disk with real files and the real database: whatever happens to it, the host finds its
 *  files. */
import { mkdir, mkdtemp, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHost } from "#engine/actors/host.ts";
import type { Host } from "#engine/actors/hostApi.ts";
import { encodeSegmentFile } from "#engine/actors/host/segmentFile.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { clock } from "../../apps/node-host/adapters/clock.ts";
import { createDisk } from "../../apps/node-host/adapters/disk.ts";
import { createDiskIndex } from "../../apps/node-host/adapters/diskIndex.ts";
import { handClock } from "../unit/fakes/handClock.ts";
import { fakePorts, fakeWorld, testConfig } from "../unit/fakes/hostPorts.ts";

const keys = Array.from({ length: 12 }, (_, at) => `${at}`.padStart(32, "0"));
const segments = 10;
const bytes = 48 + 400;

let data: string;
let path: string;
let told: string[];
const running = new Set<Host>();

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "segue-indexed-"));
  path = join(data, "segments.sqlite");
  told = [];
  for (const key of keys) {
    await mkdir(join(data, "segments", key), { recursive: true });
    for (let segment = 0; segment < segments; segment++) {
      const samples = new Uint8Array(400);
      const file = { key, segment, from: frames(0), frames: frames(100), channels: 2, samples };
      await writeFile(join(data, "segments", key, `${segment}.seg`), encodeSegmentFile(file));
    }
  }
});
afterEach(async () => {
  for (const host of running) await stop(host);
  await rm(data, { recursive: true, force: true });
});

/** A host that has taken in what lies on disk; nothing is played. @returns files that it looked at one by one */
async function start(): Promise<{ readonly host: Host; readonly lookedAt: number }> {
  const disk = createDisk(data);
  let lookedAt = 0;
  let host: Host | undefined;
  await new Promise<void>((resolve) => {
    host = createHost(
      {
        ...fakePorts(fakeWorld(handClock())),
        clock,
        wallClock: clock,
        disk: {
          ...disk,
          list: (request, emit) =>
            disk.list(request, (report) => {
              if (report.type === "listed") lookedAt = report.files.length;
              emit(report);
            }),
        },
        diskIndex: createDiskIndex(path, (line) => told.push(line)),
        inspect: (event) => {
          if (event.type === "@xstate.event" && event.event.type === "disk.adopted")
            queueMicrotask(resolve);
        },
      },
      { ...testConfig, diskBytes: 1e9 },
    );
  });
  running.add(host!);
  return { host: host!, lookedAt };
}

async function stop(host: Host): Promise<void> {
  running.delete(host);
  await new Promise<void>((resolve) => host.stop(resolve));
}

const all = keys.length * segments;

describe("a host with files from former runs", () => {
  it("looks at each of them once; the next one reads the index", async () => {
    const first = await start();
    expect(first.lookedAt).toBe(all);
    expect(first.host.figures().bytes.L3).toBe(all * bytes);
    await stop(first.host);
    const second = await start();
    expect(second.lookedAt).toBe(0);
    expect(second.host.figures().bytes.L3).toBe(all * bytes);
    expect(told).toEqual([]);
  });

  it("drops what has gone, takes in what has come, removes what is foreign", async () => {
    await stop((await start()).host);
    const folder = join(data, "segments", keys[0]!);
    await unlink(join(folder, "3.seg"));
    await writeFile(join(folder, "77.seg"), new Uint8Array(bytes));
    await writeFile(join(folder, "notes.txt"), "not ours");
    await writeFile(join(folder, "5.seg.1.0123456789ab.part"), "half");
    const { host, lookedAt } = await start();
    expect(lookedAt).toBe(2);
    expect(host.figures().bytes.L3).toBe(all * bytes);
    await stop(host);
    expect((await start()).lookedAt).toBe(0);
  });

  it.each([
    ["deleted", () => rm(path), 0],
    ["overwritten with noise", () => writeFile(path, Buffer.alloc(50_000, 0x5a)), 1],
    [
      "cut off",
      async () => {
        const whole = await readFile(path);
        await writeFile(path, whole.subarray(0, whole.length - 6000));
      },
      1,
    ],
    [
      "of a later version",
      async () => {
        const db = new Database(path);
        db.exec("PRAGMA user_version = 7");
        db.close();
      },
      1,
    ],
  ] as const)("makes an index anew that was %s, and says so once", async (_name, spoil, lines) => {
    await stop((await start()).host);
    await spoil();
    const second = await start();
    expect(second.lookedAt).toBe(all);
    expect(second.host.figures().bytes.L3).toBe(all * bytes);
    expect(told).toHaveLength(lines);
    await stop(second.host);
    expect((await start()).lookedAt).toBe(0);
    expect(told).toHaveLength(lines);
  });

  it("works without an index where none can be made", async () => {
    await mkdir(path);
    const { host, lookedAt } = await start();
    expect(lookedAt).toBe(all);
    expect(host.figures().bytes.L3).toBe(all * bytes);
    expect(told).toHaveLength(1);
  });
});
