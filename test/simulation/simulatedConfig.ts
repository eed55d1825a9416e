/** Scaled-down configuration: a simulated minute is some ten thousand frames and a hundred slices, so
 *  that thousands of minutes fit into one of real time. */
import type { HostConfig } from "#engine/actors/hostApi.ts";
import { defaultWorkerEngineConfig, type WorkerEngineConfig } from "#engine/actors/workerEngine.ts";
import { defaultPageWorkerConfig, type PageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import type { Climate } from "./scenario.ts";
import type { Geometry } from "#engine/protocol/geometry.ts";

export const simulatedGeometry: Geometry = {
  intervalSeconds: 2,
  overlapSeconds: 1,
  contextSeconds: 1,
};

/** what players of this host have to say at first */
export const simulatedToken = "simulated";

/** Of the memory for segments: what is hot is less than what two players are at. */
function shared(bytes: number): { readonly hot: number; readonly warm: number } {
  const hot = Math.floor((bytes * 3) / 8);
  return { hot, warm: bytes - hot };
}

/** @param run number of this run of the host: its epoch @param token that it wants */
export function simulatedHostConfig(
  run: number,
  climate: Climate = {},
  token = simulatedToken,
): HostConfig {
  const { hotBytes: memoryBytes = 60_000, queueMax = 64, sliceBytes = 2048 } = climate;
  const { hot: hotBytes, warm: warmBytes } = shared(memoryBytes);
  const least = shared(Math.min(20_000, memoryBytes));
  return {
    epoch: `run${run}`,
    geometry: simulatedGeometry,
    token,
    hotBytes,
    warmBytes,
    hotBytesMin: least.hot,
    warmBytesMin: least.warm,
    diskBytes: 60_000,
    diskDays: 7,
    sweepMs: 17_000,
    sliceBytesMax: sliceBytes,
    firstSliceBytes: 256,
    socketBytesMax: 8192,
    silenceMs: 8000,
    trackIdleMs: 4000,
    queueMax,
    warming: { aroundSeconds: 6, spreadMs: 2000, warmShare: 0.5 },
    ...(climate.isSurveyed && { survey: { quietMs: 300, restMs: 100 } }),
  };
}

/** A piece of work takes up to 100 ms, and twenty times as long in a slow worker, which is then taken for
 *  one that hangs until it is known how slow it is. */
export const simulatedEngineConfig: WorkerEngineConfig = {
  ...defaultWorkerEngineConfig,
  slots: 2,
  silenceMs: 2500,
  silenceMinMs: 800,
};

/** The window's budget leaves two lanes some ten seconds each. */
export const simulatedPageWorkerConfig: PageWorkerConfig = {
  ...defaultPageWorkerConfig,
  behindSeconds: 4,
  aheadSeconds: 12,
  standbyBehindSeconds: 1,
  standbyAheadSeconds: 4,
  windowBytes: 50_000,
  windowBytesMin: 28_000,
  sliceBytesMax: 2048,
  credit: { urgent: { min: 4096, max: 8192 }, bulk: { min: 4096, max: 16_384 } },
};

/** What a page worker is told in a climate. */
export function pageWorkerConfigIn({ windowBytes, sliceBytes }: Climate): PageWorkerConfig {
  return {
    ...simulatedPageWorkerConfig,
    ...(windowBytes && { windowBytes }),
    ...(sliceBytes && { sliceBytesMax: sliceBytes }),
  };
}
