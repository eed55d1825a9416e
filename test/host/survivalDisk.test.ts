/** CACHE-6 on real disks: full, read-only, deleted. A small disk of its own is mounted for it, which takes
 *  root; elsewhere the same is shown with a disk port that fails (test/unit/actors/hostCache.test.ts). */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunningHost } from "../browser/runHost.ts";
import {
  filesBelow,
  idOf,
  listenTo,
  metric,
  readChunk,
  readChunkAtLast,
  survivalBench,
  untilSo,
  type Listener,
  type SurvivalBench,
} from "./survivalBench.ts";

let bench: SurvivalBench;
let data: string;
let canMount = true;
const right = new Map<string, string>();
const query = (intensity: number) => `variant=enhanced&preset=bright&intensity=${intensity}`;
const intensities = [10, 20, 30, 40, 50];

beforeAll(async () => {
  bench = await survivalBench([15, 15]);
  data = join(bench.place, "small");
  mkdirSync(data);
  try {
    mountSmall();
    execFileSync("umount", [data]);
  } catch {
    canMount = false;
  }
  console.log(canMount ? "a disk of 8 MB is mounted" : "no disk can be mounted here");
  const host = await bench.start({ data: join(bench.place, "undisturbed") });
  for (const song of ["0", "1"])
    for (const intensity of intensities)
      right.set(
        `${song} ${intensity}`,
        (await readChunkAtLast(host, song, 0, query(intensity))).digest,
      );
  await host.stop();
}, 60_000);
afterAll(() => bench.close());

const mountSmall = (): void =>
  void execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", data], { stdio: "ignore" });

/** Takes all the space that is left. */
function fill(): void {
  const file = openSync(join(data, "filler"), "w");
  try {
    for (let bytes = 65_536; bytes >= 1;) {
      try {
        writeSync(file, Buffer.alloc(bytes, 1));
      } catch {
        bytes = Math.floor(bytes / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Reads the first chunk, which has to be right. @returns the tier that it came from */
async function heard(host: RunningHost, song: string, intensity: number): Promise<string> {
  const { digest, tier } = await readChunkAtLast(host, song, 0, query(intensity));
  expect(digest).toBe(right.get(`${song} ${intensity}`));
  return tier;
}
const segments = () => filesBelow(data).filter((file) => file.endsWith(".seg")).length;
/** Listens to one variant after the other until what is rendered is written. Writing rests for five seconds
 *  after it failed, and what was rendered meanwhile is not written later. */
async function writtenAgain(host: RunningHost): Promise<void> {
  const before = segments();
  let intensity = 0;
  await vi.waitFor(
    async () => {
      intensity = (intensity + 5) % 105;
      await readChunkAtLast(host, "0", 0, `variant=enhanced&preset=gentle&intensity=${intensity}`);
      expect(segments()).toBeGreaterThan(before);
    },
    { timeout: 30_000, interval: 500 },
  );
}
const warnings = ({ heard }: Listener) =>
  heard.flatMap((message) => (message.type === "fault" ? [message.fault.code] : []));

describe("CACHE-6: a data folder", () => {
  let host: RunningHost;
  let listener: Listener;
  beforeEach(async ({ skip }) => {
    if (!canMount) skip();
    mountSmall();
    host = await bench.start({ data });
    listener = await listenTo(host, "listener");
    expect(await heard(host, "0", 10)).toBe("MISS");
    await untilSo(() => segments() >= 2);
  });
  afterEach(async () => {
    listener?.close();
    await host?.stop();
    if (canMount) execFileSync("umount", ["-l", data]);
  });

  it("that is full: what plays goes on from memory, it is said once, and written again when there is space", async () => {
    fill();
    expect(await heard(host, "0", 20)).toBe("MISS");
    expect(await heard(host, "0", 20)).toBe("L2");
    await listener.until(({ type }) => type === "fault");
    // a track that is not decoded yet has no place to go to: a fault that says so, and that may pass
    const fresh = readChunk(host, "1", 0, query(10));
    await expect(fresh).rejects.toThrow(/507.*disk-full.*"retryable":true/);
    expect(await heard(host, "0", 30)).toBe("MISS");
    expect(warnings(listener)).toEqual(["disk-full"]);
    // the half of a file that found no place is not left behind; one that is being tried just now may be seen
    await untilSo(() => !filesBelow(data).some((file) => file.endsWith(".part")));

    rmSync(join(data, "filler"));
    expect(await heard(host, "1", 10)).toBe("MISS");
    await writtenAgain(host);
    expect(warnings(listener)).toEqual(["disk-full"]);
    expect(await metric(host, "segue_sessions")).toBe(1);
  }, 60_000);

  it("that can only be read: what is there is read, what is made is kept in memory, it is said once", async () => {
    // over itself, as a disk with open files cannot be made read-only
    execFileSync("mount", ["--bind", data, data]);
    execFileSync("mount", ["-o", "remount,ro,bind", data]);
    expect(await heard(host, "0", 20)).toBe("MISS");
    expect(await heard(host, "0", 20)).toBe("L2");
    expect(await heard(host, "0", 30)).toBe("MISS");
    await listener.until(({ type }) => type === "fault");
    expect(warnings(listener)).toEqual(["disk-failed"]);
    execFileSync("umount", ["-l", data]);
    await writtenAgain(host);
    expect(warnings(listener)).toEqual(["disk-failed"]);
  }, 60_000);
});

it("CACHE-6: a data folder that is deleted while the host runs is made anew, and nobody else gets it", async () => {
  const folder = join(bench.place, "deleted");
  const host = await bench.start({ data: folder });
  const listener = await listenTo(host, "listener");
  listener.want(await idOf(host, "0"), "original");
  expect(await heard(host, "0", 10)).toBe("MISS");
  // a write that is lost with the folder would have the disk rest
  const files = () => filesBelow(folder);
  const isAtRest = () => !files().some((file) => file.endsWith(".part"));
  await untilSo(() => files().filter((file) => file.endsWith(".seg")).length >= 2 && isAtRest());
  // under another name first: it is gone at once, whatever the host writes next
  renameSync(folder, `${folder}.gone`);
  rmSync(`${folder}.gone`, { recursive: true });
  expect(await heard(host, "0", 10)).toBe("L2");
  expect(await heard(host, "0", 20)).toBe("MISS");
  expect(await heard(host, "1", 20)).toBe("MISS");
  const kept = () => filesBelow(folder).filter((file) => /(seg|pcm|lock)$/.test(file)).length;
  // four segments, two tracks and the lock
  await untilSo(() => kept() >= 7);
  await expect(bench.start({ data: folder })).rejects.toThrow(/Another host uses the data folder/);
  listener.close();
  expect(await host.stop()).toBe(0);
  expect(filesBelow(folder)).not.toContain("host.lock");
}, 60_000);
