/** Render workers of a host, over real threads and a real store: how much two do beside one, how much is processed for what is
 *  heard, and how soon the first slice of a segment comes. */
import { readFileSync } from "node:fs";
import {
  createWorkerEngine,
  defaultWorkerEngineConfig,
  type WorkerEngine,
} from "#engine/actors/workerEngine.ts";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { measureLoudness } from "#engine/audio/measureLoudness.ts";
import { planFor } from "#engine/audio/plan.ts";
import { sourceRangeFor } from "#engine/audio/renderSegment.ts";
import { defaultVariant } from "#engine/protocol/variant.ts";
import { defaultGeometry, frames, segmentCount, segmentRange } from "#engine/protocol/geometry.ts";
import type { RenderRequest } from "#engine/ports/renderEngine.ts";
import { clock } from "../../apps/node-host/adapters/clock.ts";
import { threadSpawner } from "../../apps/node-host/workers/spawnThread.ts";
import { round, summarise } from "../statistics.ts";
import { rate, seconds, writeSource } from "./madeSource.ts";

const rounds = 5;
const entry = new URL("../../apps/node-host/workers/renderWorker.ts", import.meta.url);

type Print = (figure: Record<string, unknown>) => void;
/** `mainMs`: of the CPU time, that of the thread that hands out the jobs; NaN where the system does not tell */
type Took = { readonly ms: number; readonly cpuMs: number; readonly mainMs: number };

/** Two workers beside one, and the work factor of a track that is played through. */
export async function scaling(folder: string, print: Print): Promise<void> {
  const source = writeSource(folder);
  const requests = requestsOf(source);
  const took: Record<1 | 2, Took[]> = { 1: [], 2: [] };
  for (let turn = 0; turn <= rounds; turn++)
    for (const slots of [1, 2] as const) {
      const each = await renderAll(requests, slots);
      if (turn > 0) took[slots].push(each);
    }
  const median = (slots: 1 | 2, of: keyof Took) =>
    summarise(took[slots].map((each) => each[of])).median;
  print({
    figure: "two render workers beside one, over a track of four minutes",
    goal: "≥ 1.85",
    scaling: round(median(1, "ms") / median(2, "ms")),
    // a load of others takes cores away, and then the clock says nothing about the workers
    scalingByCpuTime: round((2 * median(1, "cpuMs")) / median(2, "cpuMs")),
    oneMs: summarise(took[1].map(({ ms }) => ms)),
    twoMs: summarise(took[2].map(({ ms }) => ms)),
    oneCpuMs: summarise(took[1].map(({ cpuMs }) => cpuMs)),
    twoCpuMs: summarise(took[2].map(({ cpuMs }) => cpuMs)),
    oneMainCpuMs: summarise(took[1].map(({ mainMs }) => mainMs)),
    twoMainCpuMs: summarise(took[2].map(({ mainMs }) => mainMs)),
  });
  const processed = requests
    .map((request) => sourceRangeFor(request))
    .reduce((sum, { from, until }) => sum + until - from, 0);
  print({
    figure: "work factor: seconds processed per second of a track played through",
    goal: "≤ 1.55",
    factor: factorOf(processed),
    withTheFirstLoudness: factorOf(processed + framesMeasured(source, requests[0]!)),
  });
}

/** Seconds for each second of the track. */
function factorOf(processed: number): number {
  return Math.round((processed / (seconds * rate)) * 10_000) / 10_000;
}

/** Frames that are rendered for the loudness of a plan, before all of the track has been. */
function framesMeasured(
  { planar, ...source }: ReturnType<typeof writeSource>,
  { plan, geometry }: RenderRequest,
): number {
  let read = 0;
  measureLoudness(
    { source, total: frames(planar[0]!.length), plan: plan!, geometry },
    (from, until) => {
      read += until - from;
      return planar.map((samples) => samples.subarray(from, until));
    },
  );
  return read;
}

/** A segment that is decoded and planned, but not rendered, is asked for: until its first slice is there. */
export async function firstSlice(folder: string, print: Print): Promise<void> {
  const requests = requestsOf(writeSource(folder));
  const { engine, close } = openWorkers(1);
  await render(engine, requests[1]!);
  const firstMs: number[] = [];
  const firstCpuMs: number[] = [];
  const wholeMs: number[] = [];
  for (let turn = 0; turn < rounds; turn++)
    for (const request of requests.slice(1)) {
      const { first, firstCpu, whole } = await render(engine, request);
      firstMs.push(first);
      firstCpuMs.push(firstCpu);
      wholeMs.push(whole);
    }
  await close();
  print({
    figure: "first slice of a segment that is decoded and planned, after the engine was asked",
    goal: "≤ 30 ms",
    firstMs: summarise(firstMs),
    // what it would be if nobody else wanted the cores
    firstCpuMs: summarise(firstCpuMs),
    wholeMs: summarise(wholeMs),
  });
}

function requestsOf({
  planar,
  ...source
}: ReturnType<typeof writeSource>): readonly RenderRequest[] {
  const analyser = new FingerprintAnalyser(rate, 2);
  analyser.push(planar);
  const plan = planFor(analyser.finish(), defaultVariant);
  const total = frames(planar[0]!.length);
  return Array.from({ length: segmentCount(defaultGeometry, rate, total) }, (_, segment) => ({
    key: "2".repeat(32),
    source,
    sourceFrames: total,
    plan,
    geometry: defaultGeometry,
    rate,
    segment,
    range: segmentRange(defaultGeometry, rate, segment, total),
  }));
}

function openWorkers(slots: number) {
  const engine = createWorkerEngine(
    { clock, spawn: threadSpawner(entry, "render") },
    { ...defaultWorkerEngineConfig, slots, waitingMax: 64 },
  );
  return { engine, close: () => new Promise<void>((resolve) => engine.close(resolve)) };
}

async function renderAll(requests: readonly RenderRequest[], slots: number): Promise<Took> {
  const { engine, close } = openWorkers(slots);
  // workers that have started and are warm, the one that measures, too
  await Promise.all([
    ...requests.slice(0, 2 * slots).map((request) => render(engine, request)),
    new Promise((resolve) =>
      engine.analyse({ source: requests[0]!.source, total: frames(rate) }, resolve),
    ),
  ]);
  const before = process.cpuUsage();
  const mainBefore = mainThreadMs();
  const began = performance.now();
  await Promise.all(requests.map((request) => render(engine, request)));
  const ms = performance.now() - began;
  const mainMs = mainThreadMs() - mainBefore;
  const { user, system } = process.cpuUsage(before);
  await close();
  return { ms, cpuMs: (user + system) / 1000, mainMs };
}

/** CPU time of this thread since it began, ms; NaN where there is no such file (Linux has it). */
function mainThreadMs(): number {
  try {
    return (
      Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6
    );
  } catch {
    return Number.NaN; // the figures go without it then
  }
}

function render(
  engine: WorkerEngine,
  request: RenderRequest,
): Promise<{ readonly first: number; readonly firstCpu: number; readonly whole: number }> {
  const began = performance.now();
  const before = process.cpuUsage();
  let first = Number.NaN;
  let firstCpu = Number.NaN;
  return new Promise((resolve, reject) => {
    engine.render(request, (report) => {
      const ms = performance.now() - began;
      if (report.type === "failed") reject(new Error(report.fault.detail));
      else if (report.type === "done") resolve({ first, firstCpu, whole: ms });
      else if (Number.isNaN(first)) {
        const { user, system } = process.cpuUsage(before);
        first = ms;
        firstCpu = (user + system) / 1000;
      }
    });
  });
}
