/** Renders one file through the host's own engine into another: all its segments, as many at once as there are
 *  workers, written in order. */
import { open, rename, rm } from "node:fs/promises";
import { createHost } from "#engine/actors/host.ts";
import type { Host } from "#engine/actors/hostApi.ts";
import type { MasteringGoals } from "#engine/audio/plan.ts";
import { noMemoryGauge } from "#engine/ports/memoryGauge.ts";
import type { Fault } from "#engine/protocol/faults.ts";
import type { ReadyRendition } from "#engine/protocol/hostMessages.ts";
import { frames as asFrames, segmentCount } from "#engine/protocol/geometry.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { clock } from "../adapters/clock.ts";
import { createDisk } from "../adapters/disk.ts";
import { openReady, readSegment } from "../http/openReady.ts";
import type { Engines } from "../openEngines.ts";
import { albumOf, singleFile } from "../renderCatalogue.ts";
import { defaultHostConfig } from "../startHost.ts";
import { openWriter, type SegmentSamples } from "./openWriter.ts";
import type { OutputFormat } from "./outputFormat.ts";
import { OutputMeter, renderReport } from "./renderReport.ts";
import { tapEngine, type MadeFingerprints, type RenderTap } from "./renderTap.ts";

export type RenderOrder = {
  /** absolute */
  readonly input: string;
  readonly output: string;
  readonly format: OutputFormat;
  readonly variant: VariantName;
  /** as a track of its album */
  readonly isAlbum: boolean;
  readonly goals: MasteringGoals;
  readonly isReported: boolean;
};

export type Rendered = {
  /** empty unless it was ordered */
  readonly report: string;
  /** what of the file is missing or silent; null: nothing */
  readonly flaw: Fault | null;
};

/** @param data folder for what is decoded @param fingerprints of what was rendered into that folder before
 *  @param advanced called with the share that is written, 0 … 1
 *  @param signal aborted when nobody wants it any more: nothing of it is left then
 *  @throws Refusal with the fault of the file, or `link-lost` after an abort; the system's error where the output fails */
export async function renderFile(
  order: RenderOrder,
  engines: Engines,
  data: string,
  fingerprints: MadeFingerprints,
  advanced: (share: number) => void,
  signal: AbortSignal,
): Promise<Rendered> {
  const { input, output, variant, goals } = order;
  const made = await (order.isAlbum && variant !== "original" ? albumOf : singleFile)(input, data);
  const { track, catalogue, others, note } = made;
  const tap = tapEngine(engines.engine, fingerprints, order.format.bits !== 16);
  const host = createHost(
    {
      clock,
      wallClock: clock,
      random: { uniform: Math.random },
      disk: createDisk(data),
      // it belongs to the host that may be running on the same folder
      diskIndex: null,
      memory: noMemoryGauge,
      catalogue,
      decode: (request, emit) =>
        engines.decode(request, (report) => {
          note(request.path, report);
          emit(report);
        }),
      engine: tap.engine,
    },
    // what is rendered goes into one file, and is not looked for again
    { ...defaultHostConfig, epoch: "render", goals, diskBytes: 0 },
  );
  const part = `${output}.${process.pid}.part`;
  try {
    // before anything is decoded: an output that cannot be written is told of at once
    const file = await open(part, "w");
    let report = "";
    try {
      const until = { enough: ({ exact }: ReadyRendition) => exact, waitMs: Infinity, signal };
      // the one that precedes it comes last, and stays open while its end is read
      for (const other of others)
        (await openReady(host, { track: other, variant }, until)).release();
      const { rendition } = await openReady(host, { track, variant }, until);
      const { rate, channels } = rendition;
      const writer = await openWriter(file, rendition, order.format);
      const meter = order.isReported ? new OutputMeter(rate, channels) : null;
      let written = 0;
      for await (const samples of segmentsOf(host, rendition, tap, order.format, signal)) {
        meter?.push(samples);
        await writer.write(samples);
        written += samples.length / channels;
        advanced(written / rendition.frames);
      }
      await writer.finish();
      if (meter) {
        const explanation = rendition.explanation ?? [];
        const flaw = made.flaw()?.detail;
        const notes = flaw === undefined ? explanation : [flaw, ...explanation];
        report = renderReport(output, tap.fingerprint(), meter.finish(), notes);
      }
    } finally {
      await file.close();
    }
    await rename(part, output);
    return { report, flaw: made.flaw() };
  } finally {
    await rm(part, { force: true });
    await new Promise<void>((resolve) => host.stop(resolve));
    await made.close();
  }
}

/** All segments, in order; while one is written the next ones are made. */
async function* segmentsOf(
  host: Host,
  { key, rate, frames }: ReadyRendition,
  tap: RenderTap,
  { bits }: OutputFormat,
  signal: AbortSignal,
): AsyncGenerator<SegmentSamples> {
  const leaving = new AbortController();
  const over = AbortSignal.any([leaving.signal, signal]);
  const count = segmentCount(defaultHostConfig.geometry, rate, asFrames(frames));
  const ahead: Promise<{ readonly samples: Buffer }>[] = [];
  let ordered = 0;
  try {
    for (let segment = 0; segment < count; segment++) {
      for (; ordered < count && ahead.length <= tap.engine.slots; ordered++) {
        const reading = readSegment(host, { key, segment: ordered }, over);
        // its fault is heard when its turn comes
        reading.catch(() => undefined);
        ahead.push(reading);
      }
      const { samples } = await ahead.shift()!;
      yield bits === 16 ? new Int16Array(new Uint8Array(samples).buffer) : tap.take(key, segment);
    }
  } finally {
    leaving.abort();
  }
}
