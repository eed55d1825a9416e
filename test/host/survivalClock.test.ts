/** The wall clock is set while the host runs: by a day, by a week, back again. */
import { mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepPcm } from "../../apps/node-host/decode/sweepPcm.ts";
import type { RunningHost } from "../browser/runHost.ts";
import { filesBelow, metric, readChunkAtLast, survivalBench, untilSo } from "./survivalBench.ts";

const dayMs = 86_400_000;
const jumps = [dayMs, -dayMs, 8 * dayMs, -20_000 * dayMs, 0];

describe("the store of decoded audio, when the clock is set", () => {
  const wallNow = 1_800_000_000_000;
  const bounds = { maxAgeMs: 7 * dayMs, writing: new Map<string, number>() };
  /** Sweeps a store. @param usedAt ms since 1970, by name @returns the names that stay */
  async function swept(
    usedAt: Readonly<Record<string, number>>,
    options: { readonly wallNow: number; readonly steadyNow: number; readonly budgetBytes: number },
  ): Promise<readonly string[]> {
    const folder = await mkdtemp(join(tmpdir(), "segue-clock-"));
    for (const [name, ms] of Object.entries(usedAt)) {
      writeFileSync(join(folder, `${name}.pcm`), Buffer.alloc(1000));
      utimesSync(join(folder, `${name}.pcm`), new Date(ms), new Date(ms));
    }
    await sweepPcm(folder, { ...bounds, ...options });
    const left = await readdir(folder);
    await rm(folder, { recursive: true });
    return left.map((name) => name.slice(0, -4)).toSorted();
  }

  it.each(jumps)("by %i ms keeps what is in use, though it is above its budget", async (jumpMs) => {
    const used = {
      // before the clock was set, and since
      before: wallNow - 30_000,
      since: wallNow + jumpMs - 10_000,
      idle: wallNow - 3_600_000,
    };
    const clocks = { wallNow: wallNow + jumpMs, steadyNow: wallNow };
    const left = await swept(used, { ...clocks, budgetBytes: 500 });
    expect(left).toContain("before");
    expect(left).toContain("since");
  });

  it("ages what was used while the clock was ahead from now on, though it is set further ahead", async () => {
    const clocks = { wallNow: wallNow + 8 * dayMs + 1000, steadyNow: wallNow };
    const used = { ahead: wallNow + dayMs, lately: wallNow - 1000 };
    expect(await swept(used, { ...clocks, budgetBytes: 1e6 })).toEqual(["ahead", "lately"]);
  });

  it("ages what was used in the future from now on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "segue-clock-"));
    const path = join(folder, "a.pcm");
    writeFileSync(path, Buffer.alloc(1000));
    utimesSync(path, new Date(wallNow + dayMs), new Date(wallNow + dayMs));
    const at = (ms: number) => ({ ...bounds, budgetBytes: 500, wallNow: ms, steadyNow: ms });
    expect(await sweepPcm(folder, at(wallNow))).toBe(1000);
    expect(await sweepPcm(folder, at(wallNow + 3_600_000))).toBe(0);
    await rm(folder, { recursive: true });
  });
});

describe("a host whose clock is set", () => {
  const query = "variant=enhanced&preset=punchy&intensity=45";
  let bench: Awaited<ReturnType<typeof survivalBench>>;
  let host: RunningHost;
  let place: string;
  const setAhead = (ms: number): void => {
    writeFileSync(`${place}.next`, String(ms));
    renameSync(`${place}.next`, place);
  };
  beforeAll(async () => {
    bench = await survivalBench([15, 15, 15, 15, 15, 15]);
    mkdirSync(bench.data);
    place = join(bench.place, "clock");
    setAhead(0);
    process.env.SEGUE_TEST_CLOCK = place;
    const preload = fileURLToPath(new URL("./jumpingClock.mjs", import.meta.url));
    host = await bench.start({ preload });
  });
  afterAll(async () => {
    delete process.env.SEGUE_TEST_CLOCK;
    await bench.close();
  });

  it("serves on, makes nothing twice, and keeps what it has", async () => {
    const first = await readChunkAtLast(host, "0", 0, query);
    const segments = () => filesBelow(bench.data).filter((file) => file.endsWith(".seg")).length;
    await untilSo(() => segments() >= 2);
    for (const [i, jumpMs] of jumps.entries()) {
      setAhead(jumpMs);
      // a track that is new is decoded, and the store is swept for it
      await readChunkAtLast(host, String(i + 1), 0, query);
      await untilSo(() => segments() >= 2 * (i + 2));
      const again = await readChunkAtLast(host, "0", 0, query);
      expect([again.digest, again.tier]).toEqual([first.digest, "L2"]);
      expect(filesBelow(bench.data).filter((file) => file.endsWith(".pcm"))).toHaveLength(i + 2);
    }
    expect(await metric(host, "segue_renders_total")).toBe(2 * (jumps.length + 1));
    expect(await host.stop()).toBe(0);
  }, 60_000);
});
