/** The render engine over real threads and a real store. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkerEngine, type WorkerEngine } from "#engine/actors/workerEngine.ts";
import { isFault } from "#engine/audio/blockFile.ts";
import { createPcmWriter } from "#engine/audio/pcmStore.ts";
import { neutralPlan, type Plan } from "#engine/audio/plan.ts";
import { SegmentRender } from "#engine/audio/renderSegment.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import type { RenderReport, RenderRequest } from "#engine/ports/renderEngine.ts";
import type { SpawnWorker, WorkerHandle } from "#engine/ports/workerSlot.ts";
import { defaultGeometry, frames, segmentRange } from "#engine/protocol/geometry.ts";
import { clock } from "../../apps/node-host/adapters/clock.ts";
import { nodeBlockFiles } from "../../apps/node-host/workers/nodeBlockFiles.ts";
import { threadSpawner } from "../../apps/node-host/workers/spawnThread.ts";
import { readStore } from "./decoding.ts";

const rate = 44_100;
const total = frames(Math.round(33.3 * rate));
const plan: Plan = { ...neutralPlan, gainDb: 3, width: 1.2, ceilingDb: -1.5 };

let folder: string;
let source: SourceInfo;
let planar: readonly Float32Array[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "segue-render-"));
  const pcmPath = join(folder, "a.pcm");
  source = {
    sourceId: "1".repeat(32),
    pcmPath,
    rate,
    channels: 2,
    format: "s16",
    framesHint: total,
  };
  const file = nodeBlockFiles.create(pcmPath);
  if (isFault(file)) throw new Error(file.detail);
  const writer = createPcmWriter(file, source);
  if (isFault(writer)) throw new Error(writer.detail);
  const samples = Int16Array.from({ length: 2 * total }, (_, i) =>
    Math.round(12_000 * Math.sin(i / 40) + 8000 * Math.sin(i * i * 1e-6)),
  );
  writer.appendInterleaved(samples);
  writer.finish();
  file.close();
  planar = readStore(source, total);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function requestOf(segment: number, thePlan: Plan | null): RenderRequest {
  return {
    key: "2".repeat(32),
    source,
    sourceFrames: total,
    plan: thePlan,
    geometry: defaultGeometry,
    rate,
    segment,
    range: segmentRange(defaultGeometry, rate, segment, total),
  };
}

/** What it must be, rendered here. */
function meant(request: RenderRequest): Buffer {
  const render = new SegmentRender(request, (from, until) =>
    planar.map((channel) => channel.subarray(from, until)),
  );
  const runs: Uint8Array[] = [];
  for (let run = render.next(); run !== null; run = render.next()) runs.push(run.samples);
  return Buffer.concat(runs);
}

function rendered(engine: WorkerEngine, request: RenderRequest): Promise<Buffer> {
  const runs: Uint8Array[] = [];
  let next: number = request.range.from;
  return new Promise((resolve, reject) => {
    engine.render(request, (report: RenderReport) => {
      if (report.type === "failed") reject(new Error(report.fault.code));
      else if (report.type === "done") resolve(Buffer.concat(runs));
      else {
        expect(report.start).toBe(next);
        next += report.frames;
        runs.push(report.samples);
      }
    });
  });
}

/** Real threads, with a handle on each so that a test can kill it. */
function engineOf(slots: number) {
  const handles: WorkerHandle[] = [];
  const entry = new URL("../../apps/node-host/workers/renderWorker.ts", import.meta.url);
  const real = threadSpawner(entry, "render");
  const spawn: SpawnWorker = (emit) => {
    const handle = real(emit);
    handles.push(handle);
    return handle;
  };
  const engine = createWorkerEngine(
    { clock, spawn },
    { slots, silenceMs: 20_000, silenceMinMs: 20_000, waitingMax: 16 },
  );
  const close = () => new Promise<void>((resolve) => engine.close(resolve));
  return { engine, handles, close };
}

describe("render workers", () => {
  it("CACHE-9: give the same bytes as one render in place, whatever their number and the order", async () => {
    for (const slots of [1, 3]) {
      const { engine, close } = engineOf(slots);
      const orders = [3, 1, 0, 2].flatMap((k) => [requestOf(k, plan), requestOf(k, null)]);
      const all = await Promise.all(orders.map((request) => rendered(engine, request)));
      all.forEach((bytes, k) => expect(bytes.equals(meant(orders[k]!))).toBe(true));
      await close();
    }
  });

  it("that are killed in the middle are replaced, and the segment goes on without a seam", async () => {
    const { engine, handles, close } = engineOf(1);
    const request = requestOf(1, plan);
    let killed = false;
    const runs: Uint8Array[] = [];
    await new Promise<void>((resolve, reject) => {
      engine.render(request, (report) => {
        if (report.type === "failed") return reject(new Error(report.fault.code));
        if (report.type === "done") return resolve();
        runs.push(report.samples);
        if (!killed) handles[0]!.terminate();
        killed = true;
      });
    });
    expect(Buffer.concat(runs).equals(meant(request))).toBe(true);
    await close();
  });

  it("stop at the next run when they are cancelled, and are then free for other work", async () => {
    const { engine, close } = engineOf(1);
    const heard: RenderReport[] = [];
    await new Promise<void>((resolve) => {
      const cancel = engine.render(requestOf(0, plan), (report) => {
        heard.push(report);
        cancel();
        resolve();
      });
    });
    const request = requestOf(2, null);
    expect((await rendered(engine, request)).equals(meant(request))).toBe(true);
    expect(heard).toHaveLength(1);
    expect(engine.figures().lostWorkers).toBe(0);
    await close();
  });

  it("say which fault it is when the decoded audio is gone", async () => {
    const { engine, close } = engineOf(1);
    const lost = {
      ...requestOf(0, null),
      source: { ...source, pcmPath: join(folder, "gone.pcm") },
    };
    await expect(rendered(engine, lost)).rejects.toThrow("source-changed");
    await close();
  });

  it("analyse and measure", async () => {
    const { engine, close } = engineOf(1);
    const analysis = await new Promise<Parameters<Parameters<WorkerEngine["analyse"]>[1]>[0]>(
      (resolve) => engine.analyse({ source, total }, resolve),
    );
    expect(analysis).toMatchObject({ type: "done", fingerprint: { rate, total, channels: 2 } });
    const loudness = await new Promise<Parameters<Parameters<WorkerEngine["measure"]>[1]>[0]>(
      (resolve) =>
        engine.measure({ source, total, plan: neutralPlan, geometry: defaultGeometry }, resolve),
    );
    if (analysis.type !== "done" || loudness.type !== "done") throw new Error("a fault");
    expect(loudness.loudness).toBeCloseTo(analysis.fingerprint.integratedLoudness!, 0);
    await close();
  });
});
