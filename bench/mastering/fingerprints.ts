/** The fingerprint of a track of four minutes, as a worker makes it from the store: on one core, by CPU time. */
import { spawnSync } from "node:child_process";
import { renderWork } from "#engine/actors/renderWork.ts";
import { isFault } from "#engine/audio/blockFile.ts";
import { defaultGeometry, frames } from "#engine/protocol/geometry.ts";
import { nodeBlockFiles } from "../../apps/node-host/workers/nodeBlockFiles.ts";
import { round, summarise } from "../statistics.ts";
import { ffmpegVersion } from "./ffmpegChain.ts";
import { rate, seconds, writeSource } from "./madeSource.ts";

const rounds = 7;

/** Beside ffmpeg's `ebur128=peak=true` over the same samples, which tells the loudness, its range and the true peak, three of what
 *  the fingerprint holds. */
export async function fingerprints(
  folder: string,
  print: (figure: Record<string, unknown>) => void,
): Promise<void> {
  const { planar: _, ...source } = writeSource(folder);
  const own: number[] = [];
  const theirs: number[] = [];
  const yardstick = ffmpegVersion();
  for (let turn = 0; turn <= rounds; turn++) {
    const before = process.cpuUsage();
    const work = renderWork(nodeBlockFiles)({
      type: "analyse",
      source,
      total: frames(seconds * rate),
    });
    if (isFault(work)) throw new Error(work.detail);
    for (let said = work.step(); said !== "done"; said = work.step())
      if (said?.type === "failed") throw new Error(said.fault.detail);
    work.close();
    const { user, system } = process.cpuUsage(before);
    const ffmpegMs = yardstick === null ? Number.NaN : ffmpegMeterMs(source.pcmPath);
    // the first turn only warms up
    if (turn === 0) continue;
    own.push((user + system) / 1000);
    theirs.push(ffmpegMs);
  }
  const took = summarise(own);
  const beside = summarise(theirs);
  print({
    figure: "fingerprint of a track of four minutes, CPU ms on one core",
    goal: "≤ 1000",
    cpuMs: took,
    perChunkOf15s: round((took.median * (defaultGeometry.intervalSeconds + 5)) / seconds),
    yardstick: { ffmpeg: yardstick, loudnessAndTruePeakCpuMs: beside },
    ratio: round(took.median / beside.median),
  });
}

/** @param path of the PCM store: what heads its blocks is read as a few samples more */
function ffmpegMeterMs(path: string): number {
  const run = spawnSync(
    "ffmpeg",
    [
      ...["-hide_banner", "-nostats", "-benchmark", "-threads", "1", "-filter_threads", "1"],
      ...["-f", "s16le", "-ar", String(rate), "-ac", "2", "-i", path],
      ...["-af", "ebur128=peak=true", "-f", "null", "-"],
    ],
    { encoding: "utf8" },
  );
  const times = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(run.stderr ?? "");
  if (run.status !== 0 || !times) throw new Error(run.stderr || String(run.error));
  return (Number(times[1]) + Number(times[2])) * 1000;
}
