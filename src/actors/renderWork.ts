/** What a render worker does with sound: renders, analyses and measures a source that lies decoded in
 *  the PCM store. */
import { acrossAlbum } from "../audio/albumJoin.ts";
import { isFault } from "../audio/blockFile.ts";
import { createPcmReader } from "../audio/pcmStore.ts";
import { SegmentLoudnessMeter } from "../audio/segmentLoudness.ts";
import { SegmentRender } from "../audio/renderSegment.ts";
import type { ReadSource } from "../audio/resample.ts";
import { fault, type Fault } from "../protocol/faults.ts";
import type { BlockFiles } from "../ports/blockFiles.ts";
import type { SourceInfo } from "../ports/decoder.ts";
import type { RenderRequest } from "../ports/renderEngine.ts";
import type { Work } from "./renderJobs.ts";
import type { RenderTask, RenderTaskNews } from "./renderTasks.ts";
import { analyseSource, measureRendering } from "./sourceMeasurements.ts";

/** @returns what takes up a task: opens its source in `files`, and is done with it step by step */
export function renderWork(files: BlockFiles): (task: RenderTask) => Work | Fault {
  return (task) => {
    const opened = openTask(files, task);
    if (isFault(opened)) return opened;
    const run = runOf(task, opened.read);
    return {
      close: opened.close,
      step: () => {
        try {
          return run();
        } catch (error) {
          if (!(error instanceof ReadFailure)) throw error;
          return { type: "failed", fault: error.fault };
        }
      },
    };
  };
}

/** A fault on its way out of a read deep inside the chain, which knows nothing of files; it never
 *  leaves this module. */
class ReadFailure extends Error {
  readonly fault: Fault;
  constructor(cause: Fault) {
    super(cause.detail);
    this.fault = cause;
  }
}

/** One step of a task per call: news, null when there is none yet, "done" after the last. */
function runOf(task: RenderTask, read: ReadSource): () => RenderTaskNews | "done" | null {
  if (task.type === "render")
    return task.request.format === "f32le"
      ? runsOfFloats(task.request, read)
      : runsOfWire(task.request, read);
  const steps =
    task.type === "analyse"
      ? mapEnd(analyseSource(task.source, task.total, read), (fingerprint) => ({
          type: "analysed" as const,
          fingerprint,
        }))
      : mapEnd(measureRendering(task, read), (loudness) => ({
          type: "measured" as const,
          loudness,
        }));
  let finished = false;
  return () => {
    if (finished) return "done";
    const { done, value } = steps.next();
    finished = done === true;
    return value ?? null;
  };
}

/** Runs as they go on the wire, then the loudness of all of them. */
function runsOfWire(request: RenderRequest, read: ReadSource): () => RenderTaskNews | "done" {
  const render = new SegmentRender(request, read);
  const { plan, rate, source } = request;
  // the loudness of an original is in its fingerprint
  let meter = plan === null ? null : new SegmentLoudnessMeter(rate, source.channels);
  return () => {
    const run = render.next();
    if (run !== null) {
      meter?.push(run.start, run.frames, run.samples);
      return { type: "slice", ...run };
    }
    const loudness = meter?.finish();
    meter = null;
    return loudness ? { type: "loudness", ...loudness, sums: [...loudness.sums] } : "done";
  };
}

/** Runs as they leave the chain, for files of more than 16 bits. */
function runsOfFloats(request: RenderRequest, read: ReadSource): () => RenderTaskNews | "done" {
  const render = new SegmentRender(request, read);
  return () => {
    const run = render.nextSamples();
    if (run === null) return "done";
    const { start, frames, planar } = run;
    const samples = new Float32Array(frames * planar.length);
    planar.forEach((x, channel) => {
      for (let i = 0; i < frames; i++) samples[i * planar.length + channel] = x[i]!;
    });
    return { type: "slice", start, frames, samples: new Uint8Array(samples.buffer) };
  };
}

function* mapEnd<From, To>(
  steps: Generator<undefined, From>,
  map: (end: From) => To,
): Generator<undefined, To> {
  return map(yield* steps);
}

function sourceOf(task: RenderTask): SourceInfo {
  return task.type === "render" ? task.request.source : task.source;
}

function totalOf(task: RenderTask): number | null {
  return task.type === "render" ? task.request.sourceFrames : task.total;
}

type Opened = { readonly read: ReadSource; readonly close: () => void };

/** Opens what a task reads: its source, and the neighbours in the album that a segment runs on into. */
function openTask(files: BlockFiles, task: RenderTask): Opened | Fault {
  const own = openSource(files, sourceOf(task), totalOf(task));
  if (isFault(own) || task.type !== "render") return own;
  const { before, after, sourceFrames } = task.request;
  const opened = [own];
  const close = () => {
    for (const each of opened) each.close();
  };
  const beside = [before, after].map((each) => {
    if (!each) return null;
    const neighbour = openSource(files, each.source, each.total);
    if (!isFault(neighbour)) opened.push(neighbour);
    return neighbour;
  });
  const failed = beside.find((each) => each !== null && isFault(each));
  if (failed) {
    close();
    return failed as Fault;
  }
  const [earlier, later] = beside as (Opened | null)[];
  const joined = acrossAlbum(
    own.read,
    sourceFrames,
    earlier ? { read: earlier.read, total: before!.total! } : null,
    later ?? null,
  );
  return { read: joined, close };
}

function openSource(files: BlockFiles, source: SourceInfo, total: number | null): Opened | Fault {
  const file = files.open(source.pcmPath);
  if (isFault(file))
    return file.code === "file-missing"
      ? fault("source-changed", "The decoded audio is gone; the track has to be opened again.")
      : file;
  const reader = createPcmReader(file, source, total);
  return {
    close: file.close,
    read: (from, until, into) => {
      const planar = reader.read(from, until, into);
      if (!isFault(planar)) return planar;
      if (planar.code !== "disk-failed") throw new ReadFailure(planar);
      // Damaged audio must not be found again by the next run, which would trust its header; whoever
      // opens the track again has it decoded anew.
      files.remove(source.pcmPath);
      throw new ReadFailure(fault("source-changed", planar.detail));
    },
  };
}
