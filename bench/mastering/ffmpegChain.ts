/** The yardstick: ffmpeg given the chain of a plan, filter for filter, and its CPU time. */
import { execFileSync, spawnSync } from "node:child_process";
import type { EqBand, Plan } from "#engine/audio/plan.ts";

/** How its limiter sees peaks: at the samples, or at four times the rate. */
export type Peaks = "sample" | "oversampled";

/** Filter graph of the same stages with the same parameters. Its limiter has the look-ahead and the release of ours. */
export function ffmpegChain(plan: Plan, rate: number, peaks: Peaks): string {
  const { compressor, width, monoBelowHz, gainDb, ceilingDb } = plan;
  const linear = (db: number) => (10 ** (db / 20)).toFixed(6);
  const stages = plan.eq.map(section);
  if (compressor)
    stages.push(
      `acompressor=threshold=${linear(compressor.thresholdDb)}:ratio=${compressor.ratio}` +
        `:attack=${compressor.attackMs}:release=${compressor.releaseMs}` +
        `:knee=${linear(compressor.kneeDb)}:detection=peak:link=maximum`,
    );
  if (width !== 1 || monoBelowHz !== null)
    stages.push(
      "stereotools=mode=lr>ms",
      ...(monoBelowHz === null ? [] : [`highpass=f=${monoBelowHz}:t=q:w=0.7071:c=FR`]),
      `stereotools=mode=ms>lr:slev=${width}`,
    );
  stages.push(`volume=${gainDb}dB`);
  if (ceilingDb !== null) {
    const limiter = `alimiter=limit=${linear(ceilingDb)}:attack=5:release=80:level=0`;
    stages.push(
      ...(peaks === "sample" ? [limiter] : [`aresample=${4 * rate}`, limiter, `aresample=${rate}`]),
    );
  }
  return stages.join(",");
}

function section({ type, frequency, q, gainDb }: EqBand): string {
  const shape = `f=${frequency}:t=q:w=${q}`;
  switch (type) {
    case "highpass":
      return `highpass=${shape}`;
    case "peaking":
      return `equalizer=${shape}:g=${gainDb}`;
    case "lowshelf":
      return `bass=${shape}:g=${gainDb}`;
    case "highshelf":
      return `treble=${shape}:g=${gainDb}`;
  }
}

/** CPU time, user and system, of one ffmpeg that runs a graph over interleaved stereo, in one thread, to nobody.
 *  @param input headerless 32-bit floats @param samples what it makes @returns ms
 *  @throws Error with what ffmpeg says */
export function ffmpegCpuMs(
  input: string,
  rate: number,
  graph: string,
  samples: "pcm_f32le" | "pcm_s16le",
): number {
  const run = spawnSync(
    "ffmpeg",
    [
      ...["-hide_banner", "-nostats", "-benchmark", "-threads", "1", "-filter_threads", "1"],
      ...["-f", "f32le", "-ar", String(rate), "-ac", "2", "-i", input],
      ...["-af", graph, "-c:a", samples, "-f", "null", "-"],
    ],
    { encoding: "utf8" },
  );
  const times = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(run.stderr ?? "");
  if (run.status !== 0 || !times) throw new Error(run.stderr || String(run.error));
  return (Number(times[1]) + Number(times[2])) * 1000;
}

/** @returns its first line, null when there is none on this machine */
export function ffmpegVersion(): string | null {
  try {
    return execFileSync("ffmpeg", ["-version"], { encoding: "utf8" }).split("\n")[0]!;
  } catch {
    return null; // the figures go without the yardstick then
  }
}
