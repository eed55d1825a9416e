/** What every `Decode` owes the host: the real decoder over a WAV file and the simulated one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wavHeader } from "#engine/audio/wav.ts";
import type { Decode, DecodeReport } from "#engine/ports/decoder.ts";
import { decodeBench } from "../host/decoding.ts";
import { simulatedDecode } from "../simulation/ports/simulatedDecode.ts";
import { SimulatedLibrary } from "../simulation/ports/simulatedLibrary.ts";
import { trackById } from "../simulation/ports/tracks.ts";
import { World } from "../simulation/world/world.ts";
import { Reports } from "./reports.ts";

type Bench = {
  readonly decode: Decode;
  readonly path: string;
  readonly missing: string;
  readonly total: number;
  readonly rate: number;
  readonly settle: () => void;
  readonly end: () => Promise<void>;
};

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  real: async () => {
    const { decoder, folder, close } = decodeBench({ threads: 1 });
    const path = join(folder, "noise.wav");
    const shape = { rate: 8000, channels: 2, frames: 90_001 };
    const samples = Int16Array.from({ length: shape.frames * 2 }, (_, i) => (i * 7919) % 20_011);
    await writeFile(path, Buffer.concat([wavHeader(shape), Buffer.from(samples.buffer)]));
    return {
      decode: decoder.decode,
      path,
      missing: join(folder, "gone.wav"),
      total: shape.frames,
      rate: shape.rate,
      settle: () => undefined,
      end: close,
    };
  },
  simulated: async () => {
    const world = new World(1);
    const track = trackById("odd");
    const library = new SimulatedLibrary();
    return {
      decode: simulatedDecode(world, world.realm("host"), library).decode,
      path: library.find("odd")!.path,
      missing: "/music/gone.wav",
      total: track.frames,
      rate: track.rate,
      settle: () => {
        while (world.step(Infinity));
      },
      end: async () => undefined,
    };
  },
};

const isLast = ({ type }: DecodeReport): boolean => type === "done" || type === "failed";

describe.each(Object.keys(benches))("the %s decoder", (kind) => {
  let bench: Bench;
  // workers take their time to start: one bench for all
  beforeAll(async () => {
    bench = await benches[kind]!();
  });
  afterAll(() => bench.end());

  async function decodeWhole(path: string): Promise<readonly DecodeReport[]> {
    const reports = new Reports<DecodeReport>();
    bench.decode({ path, format: "wav" }, reports.emit);
    // a worker answers later; so does the simulated one
    expect(reports.all).toEqual([]);
    bench.settle();
    await reports.until(isLast);
    return reports.all;
  }

  it("probes, then grows, then says the exact length, once", async () => {
    const reports = await decodeWhole(bench.path);
    expect(reports[0]).toMatchObject({
      type: "probed",
      info: { rate: bench.rate, channels: 2, format: "s16" },
    });
    expect(reports.at(-1)).toEqual({ type: "done", total: bench.total });
    let decoded = 0;
    for (const report of reports.slice(1, -1)) {
      if (report.type !== "progress") throw new Error(`${report.type} between probed and done`);
      expect(report.decoded).toBeGreaterThanOrEqual(decoded);
      expect(report.decoded).toBeLessThanOrEqual(bench.total);
      ({ decoded } = report);
    }
  });

  it("names what it decoded: the same file, the same source and store", async () => {
    const [first] = await decodeWhole(bench.path);
    const [again] = await decodeWhole(bench.path);
    if (first?.type !== "probed" || again?.type !== "probed") throw new Error("not probed");
    expect(again.info.sourceId).toBe(first.info.sourceId);
    expect(first.info.sourceId).toMatch(/^[0-9a-f]{32}$/);
    expect(again.info.pcmPath).toBe(first.info.pcmPath);
    expect(again).toMatchObject({ decoded: bench.total, exact: true });
  });

  it("says what is wrong with a file that is not there", async () => {
    const reports = await decodeWhole(bench.missing);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ type: "failed", fault: { code: "file-missing" } });
  });

  it("is silent after a cancel, and begins anew when asked", async () => {
    const given = new Reports<DecodeReport>();
    const cancel = bench.decode({ path: bench.path, format: "wav" }, given.emit);
    cancel();
    cancel();
    const reports = await decodeWhole(bench.path);
    expect(reports.at(-1)).toEqual({ type: "done", total: bench.total });
    expect(given.all).toEqual([]);
  });
});
