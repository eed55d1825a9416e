/** What every `RenderEngine` owes the scheduler: the one over worker threads and the simulated one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerEngine } from "#engine/actors/workerEngine.ts";
import { fingerprintVersion, type Fingerprint } from "#engine/audio/fingerprint.ts";
import { planFor, type Plan } from "#engine/audio/plan.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import type {
  AnalyseReport,
  MeasureReport,
  RenderEngine,
  RenderReport,
  RenderRequest,
} from "#engine/ports/renderEngine.ts";
import { frames, segmentRange, type Geometry } from "#engine/protocol/geometry.ts";
import { parseVariantName } from "#engine/protocol/variant.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { clock } from "../../apps/node-host/adapters/clock.ts";
import { threadSpawner } from "../../apps/node-host/workers/spawnThread.ts";
import { decodeAll, decodeBench } from "../host/decoding.ts";
import { Docket } from "../simulation/judge/docket.ts";
import { engineDues } from "../simulation/judge/engineDues.ts";
import { SimulatedLibrary } from "../simulation/ports/simulatedLibrary.ts";
import { pcmPathOf, sourceIdOf } from "../simulation/ports/simulatedDecode.ts";
import { simulatedFingerprint, variantOfPlan } from "../simulation/ports/simulatedFingerprints.ts";
import { newsName, renderProgram } from "../simulation/ports/simulatedRenders.ts";
import { simulatedWorkers } from "../simulation/ports/simulatedWorkers.ts";
import { trackById } from "../simulation/ports/tracks.ts";
import { virtualClock } from "../simulation/ports/virtualClock.ts";
import { WorkerBench } from "../simulation/ports/workerBench.ts";
import { simulatedEngineConfig } from "../simulation/simulatedConfig.ts";
import { World } from "../simulation/world/world.ts";
import { Reports } from "./reports.ts";

type Bench = {
  readonly engine: RenderEngine;
  readonly source: SourceInfo;
  readonly total: number;
  readonly settle: () => void;
  readonly end: () => Promise<void>;
};

const renderWorker = new URL("../../apps/node-host/workers/renderWorker.ts", import.meta.url);

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  "worker threads'": async () => {
    const { decoder, folder, close } = decodeBench({ threads: 1 });
    const shape = { rate: 8000, channels: 2, frames: 50_003 };
    const samples = Int16Array.from({ length: shape.frames * 2 }, (_, i) =>
      Math.round(9000 * Math.sin(i * i * 1e-6) * (1 + Math.sin(i / 4000))),
    );
    const path = join(folder, "sweep.wav");
    await writeFile(path, Buffer.concat([wavHeader(shape), Buffer.from(samples.buffer)]));
    const { info } = await decodeAll(decoder, path);
    const engine = createWorkerEngine({ clock, spawn: threadSpawner(renderWorker, "render") });
    return {
      engine,
      source: info,
      total: shape.frames,
      settle: () => undefined,
      end: async () => {
        await new Promise<void>((resolve) => engine.close(resolve));
        await close();
      },
    };
  },
  simulated: async () => {
    const world = new World(1);
    const realm = world.realm("host");
    const track = trackById("exact");
    const content = { track, version: 0 };
    const pcmPath = pcmPathOf(content);
    const library = new SimulatedLibrary();
    library.shelf.set(pcmPath, track.frames);
    const docket = new Docket(world);
    const bench = new WorkerBench(docket, simulatedEngineConfig.slots);
    const parts = {
      docket,
      bench,
      library,
      keys: new Map(),
      mishaps: { renders: 0 },
      fingerprintOf: simulatedFingerprint,
      variantOf: variantOfPlan,
    };
    const spawn = simulatedWorkers({
      world,
      owner: realm,
      bench,
      load: (self) => renderProgram(parts, self),
      nameOf: newsName,
    });
    const clock = virtualClock(world, realm);
    const workers = createWorkerEngine({ clock, spawn }, simulatedEngineConfig);
    const settle = () => {
      while (world.step(Infinity));
    };
    return {
      engine: engineDues({ world, ...parts }, workers),
      source: {
        sourceId: sourceIdOf(content),
        pcmPath,
        rate: track.rate,
        channels: 2,
        format: "s16",
        framesHint: frames(track.frames),
      },
      total: track.frames,
      settle,
      end: async () => {
        let isClosed = false;
        workers.close(() => (isClosed = true));
        settle();
        expect({ isClosed, living: bench.living, violation: docket.first }).toEqual({
          isClosed: true,
          living: [],
          violation: null,
        });
      },
    };
  },
};

const geometry: Geometry = { intervalSeconds: 2, overlapSeconds: 1, contextSeconds: 1 };

describe.each(Object.keys(benches))("the %s render engine", (kind) => {
  let bench: Bench;
  // workers take their time to start: one bench for all
  beforeAll(async () => {
    bench = await benches[kind]!();
  });
  afterAll(() => bench.end());

  function requestFor(segment: number, plan: Plan | null): RenderRequest {
    const { source, total } = bench;
    return {
      key: (plan ? "e" : "0").repeat(32),
      source,
      sourceFrames: frames(total),
      plan,
      geometry,
      rate: source.rate,
      segment,
      range: segmentRange(geometry, source.rate, segment, frames(total)),
    };
  }

  async function render(request: RenderRequest): Promise<Uint8Array> {
    const reports = new Reports<RenderReport>();
    bench.engine.render(request, reports.emit);
    expect(reports.all).toEqual([]);
    bench.settle();
    await reports.until(({ type }) => type !== "slice");
    expect(reports.all.at(-1)).toMatchObject({ type: "done" });
    let next: number = request.range.from;
    const runs = reports.all.slice(0, -1).map((report) => {
      if (report.type !== "slice") throw new Error(`${report.type} before the end`);
      expect(report.start).toBe(next);
      expect(report.samples.byteLength).toBe(report.frames * 4);
      next += report.frames;
      return report.samples;
    });
    expect(next).toBe(request.range.until);
    return Buffer.concat(runs);
  }

  async function analyse(): Promise<Fingerprint> {
    const reports = new Reports<AnalyseReport>();
    bench.engine.analyse({ source: bench.source, total: frames(bench.total) }, reports.emit);
    bench.settle();
    const report = await reports.until(() => true);
    if (report.type !== "done") throw new Error(report.fault.detail);
    return report.fingerprint;
  }

  it("renders whole segments in consecutive runs, the last one cut at the track's end", async () => {
    const count = Math.ceil(bench.total / (geometry.intervalSeconds * bench.source.rate));
    let bytes = 0;
    for (let segment = 0; segment < count; segment++)
      bytes += (await render(requestFor(segment, null))).byteLength;
    expect(bytes).toBe(bench.total * 4);
  });

  it("renders the same bytes again, in any order", async () => {
    const plan = planFor(await analyse(), parseVariantName("warm@80"));
    const first = await render(requestFor(1, plan));
    await render(requestFor(0, plan));
    expect(await render(requestFor(1, plan))).toEqual(first);
    expect(await render(requestFor(1, null))).not.toEqual(first);
  });

  it("is silent after a cancel and goes on with other work", async () => {
    const given = new Reports<RenderReport>();
    const cancel = bench.engine.render(requestFor(0, null), given.emit);
    cancel();
    cancel();
    await render(requestFor(1, null));
    expect(given.all).toEqual([]);
  });

  it("fingerprints and measures a source, once each", async () => {
    const fingerprint = await analyse();
    expect(fingerprint).toMatchObject({ version: fingerprintVersion, total: bench.total });
    const plan = planFor(fingerprint, parseVariantName("gentle@40"));
    const reports = new Reports<MeasureReport>();
    const { source, total } = bench;
    bench.engine.measure({ source, total: frames(total), plan, geometry }, reports.emit);
    bench.settle();
    const report = await reports.until(() => true);
    if (report.type !== "done") throw new Error(report.fault.detail);
    expect(report.loudness).toBeLessThan(0);
    expect(report.loudness).toBeGreaterThan(-60);
  });

  it("has at least one slot", () => {
    expect(bench.engine.slots).toBeGreaterThanOrEqual(1);
  });
});
