/** The engine, the reference and ffmpeg, over the same music with the same plan, on one core, by CPU time. All of them in every
 *  round, one after the other, so that a load of others spoils them alike. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EngineChain } from "#engine/audio/engineChain.ts";
import { FingerprintAnalyser } from "#engine/audio/fingerprint.ts";
import { MasteringChain, type Chain } from "#engine/audio/masteringChain.ts";
import { planFor, type Plan } from "#engine/audio/plan.ts";
import { SegmentRender, type SegmentRequest } from "#engine/audio/renderSegment.ts";
import { defaultGeometry, frames, segmentCount, segmentRange } from "#engine/protocol/geometry.ts";
import type { Variant } from "#engine/protocol/variant.ts";
import { madeMusic } from "../../test/unit/audio/madeSignals.ts";
import { round, summarise } from "../statistics.ts";
import { ffmpegChain, ffmpegCpuMs, ffmpegVersion } from "./ffmpegChain.ts";

const rate = 44_100;
const seconds = 60;
const rounds = 9;

/** What is measured: twice the default, and what gives the limiter most to do. */
const cases: readonly {
  readonly music: string;
  readonly gain: number;
  readonly variant: Variant;
}[] = [
  {
    music: "ordinary level",
    gain: 0.5,
    variant: { kind: "enhanced", preset: "adaptive", intensity: 80 },
  },
  {
    music: "loud, mastered hard",
    gain: 1,
    variant: { kind: "enhanced", preset: "punchy", intensity: 100 },
  },
];

export async function chains(
  folder: string,
  print: (figure: Record<string, unknown>) => void,
): Promise<void> {
  const yardstick = ffmpegVersion();
  for (const { music, gain, variant } of cases) {
    const planar = madeMusic(seconds, rate, gain);
    const plan = planOf(planar, variant);
    const input = join(folder, "input.f32");
    writeFileSync(input, interleaved(planar));
    const engine = (gated: boolean) => () =>
      cpuMs(() => throughChain(new EngineChain(plan, rate, gated), planar));
    const segments = (gated: boolean, contextSeconds: number) => () =>
      cpuMs(() => renderSegments(planar, plan, gated, contextSeconds));
    const ffmpeg = (graph: string, samples: "pcm_f32le" | "pcm_s16le" = "pcm_f32le") =>
      yardstick === null ? () => Number.NaN : () => ffmpegCpuMs(input, rate, graph, samples);
    const oversampled = ffmpegChain(plan, rate, "oversampled");
    const triangular = "aresample=osf=s16:dither_method=triangular";
    const took = measureInTurn({
      engineGated: engine(true),
      engineAlwaysOn: engine(false),
      reference: () => cpuMs(() => throughChain(new MasteringChain(plan, rate), planar)),
      ffmpegOversampled: ffmpeg(oversampled),
      ffmpegSamplePeak: ffmpeg(ffmpegChain(plan, rate, "sample")),
      ffmpegNothing: ffmpeg("anull"),
      segments: segments(true, defaultGeometry.contextSeconds),
      segmentsWithoutContext: segments(true, 0),
      segmentsAlwaysOn: segments(false, defaultGeometry.contextSeconds),
      segmentsAlwaysOnWithoutContext: segments(false, 0),
      ffmpegDithered: ffmpeg(`${oversampled},${triangular}`, "pcm_s16le"),
    });
    const realTime = (ms: number) => round((seconds * 1000) / ms);
    // what it takes to start ffmpeg and to read is not the chain's
    const net = (ms: number) => ms - took.ffmpegNothing;
    const filters = plan.eq.length + (plan.monoBelowHz === null ? 0 : 1);
    const about = { music, filters, gainDb: plan.gainDb };
    print({
      figure: "mastering chain, times real time on one core",
      goal: "≥ 3 × ffmpeg oversampled, ≥ 1.5 × ffmpeg sample peak",
      ...about,
      engineGated: realTime(took.engineGated),
      engineAlwaysOn: realTime(took.engineAlwaysOn),
      reference: realTime(took.reference),
      yardstick: {
        ffmpeg: yardstick,
        oversampled: realTime(net(took.ffmpegOversampled)),
        samplePeak: realTime(net(took.ffmpegSamplePeak)),
      },
      gatedToOversampled: round(net(took.ffmpegOversampled) / took.engineGated),
      gatedToSamplePeak: round(net(took.ffmpegSamplePeak) / took.engineGated),
      alwaysOnToOversampled: round(net(took.ffmpegOversampled) / took.engineAlwaysOn),
      alwaysOnToSamplePeak: round(net(took.ffmpegSamplePeak) / took.engineAlwaysOn),
    });
    print({
      figure: "per second that is handed out, 16 bits with dither, CPU ms",
      ...about,
      segments: round(took.segments / seconds),
      segmentsWithoutContext: round(took.segmentsWithoutContext / seconds),
      alwaysOn: round(took.segmentsAlwaysOn / seconds),
      alwaysOnWithoutContext: round(took.segmentsAlwaysOnWithoutContext / seconds),
      yardstick: { ffmpegWithoutContext: round(net(took.ffmpegDithered) / seconds) },
      segmentsToFfmpeg: round(net(took.ffmpegDithered) / took.segments),
      withoutContextToFfmpeg: round(net(took.ffmpegDithered) / took.segmentsWithoutContext),
    });
  }
}

function planOf(planar: readonly Float32Array[], variant: Variant): Plan {
  const analyser = new FingerprintAnalyser(rate, planar.length);
  analyser.push(planar);
  return planFor(analyser.finish(), variant);
}

/** Median of every measurement, taken in turn; the first turn only warms up. */
function measureInTurn<Name extends string>(
  measures: Readonly<Record<Name, () => number>>,
): Readonly<Record<Name, number>> {
  const names = Object.keys(measures) as Name[];
  const took = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let turn = 0; turn <= rounds; turn++)
    for (const name of names) {
      const ms = measures[name]();
      if (turn > 0) took[name].push(ms);
    }
  return Object.fromEntries(names.map((name) => [name, summarise(took[name]).median])) as Record<
    Name,
    number
  >;
}

function cpuMs(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function throughChain(chain: Chain, planar: readonly Float32Array[]): void {
  const block = planar.map(() => new Float32Array(MasteringChain.blockMax));
  const total = planar[0]!.length;
  for (let at = 0; at < total; at += MasteringChain.blockMax) {
    const count = Math.min(MasteringChain.blockMax, total - at);
    block.forEach((samples, channel) => samples.set(planar[channel]!.subarray(at, at + count)));
    chain.process(block, count);
  }
}

/** All segments of a track, as a worker renders them. */
function renderSegments(
  planar: readonly Float32Array[],
  plan: Plan,
  gated: boolean,
  contextSeconds: number,
): void {
  const geometry = { ...defaultGeometry, contextSeconds };
  const total = frames(planar[0]!.length);
  for (let index = 0; index < segmentCount(geometry, rate, total); index++) {
    const request: SegmentRequest = {
      source: { rate, channels: planar.length, format: "s16" },
      sourceFrames: total,
      plan,
      geometry,
      rate,
      range: segmentRange(geometry, rate, index, total),
    };
    const render = new SegmentRender(
      request,
      (from, until) => planar.map((samples) => samples.subarray(from, until)),
      (chosen, chainRate) => new EngineChain(chosen, chainRate, gated),
    );
    while (render.next() !== null);
  }
}

function interleaved(planar: readonly Float32Array[]): Uint8Array {
  const out = new Float32Array(planar[0]!.length * planar.length);
  planar.forEach((samples, channel) => {
    for (let i = 0; i < samples.length; i++) out[i * planar.length + channel] = samples[i]!;
  });
  return new Uint8Array(out.buffer);
}
