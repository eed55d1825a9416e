/** Engine dues: stands between the host and its render engine, and holds each to what it owes the other.
 *  The host: a key names one rendering, no segment is rendered twice at once, no more at once than there
 *  are slots, nothing over and over, nothing that is not decoded, no plan of no variant. The engine: runs without gaps or
 *  repeats up to the end, one end, and silence after an end or a cancel. */
import type { Emit, Cancel, Start } from "#engine/ports/port.ts";
import type { RenderEngine, RenderReport, RenderRequest } from "#engine/ports/renderEngine.ts";
import { contentOfSource } from "../ports/simulatedDecode.ts";
import type { SimulatedLibrary } from "../ports/simulatedLibrary.ts";
import { lastRead, type RenderParts } from "../ports/simulatedRenders.ts";
import type { Docket } from "./docket.ts";

/** how often one segment may have been made from its first frame to its last within ten seconds: whoever clicks
 *  back and forth beyond what memory holds has it made anew every time */
const circlesMax = 8;
const circleMs = 10_000;

export type DuesWorld = Pick<RenderParts, "variantOf"> & {
  readonly world: { readonly now: number };
  readonly docket: Docket;
  readonly library: SimulatedLibrary;
  /** key → what it named when it was first seen; outlives the runs of the host */
  readonly keys: Map<string, string>;
};

export function engineDues(world: DuesWorld, engine: RenderEngine): RenderEngine {
  const { docket } = world;
  const running = new Set<string>();
  /** ms when each was made lately */
  const made = new Map<string, readonly number[]>();

  function countMade(job: string): void {
    const { now } = world.world;
    const times = [...(made.get(job) ?? []).filter((ms) => ms > now - circleMs), now];
    made.set(job, times);
    if (times.length > circlesMax)
      docket.accuse("circles", `${job} was made ${times.length} times in ${circleMs} ms`);
  }

  function inspect(request: RenderRequest, job: string): void {
    const { key, source, plan, rate, range } = request;
    const { track } = contentOfSource(source.sourceId);
    const meaning = JSON.stringify([source.sourceId, plan, rate, request.geometry]);
    const before = world.keys.get(key);
    if (before !== undefined && before !== meaning)
      docket.accuse("key", `${key} names two renderings: ${before} and ${meaning}`);
    world.keys.set(key, meaning);
    inspectBeside(request, job);
    if (running.has(job)) docket.accuse("once", `${job} is rendered twice at the same time`);
    if (running.size >= engine.slots) docket.accuse("slots", `${running.size + 1} renders at once`);
    const needed = Math.floor(((range.until - 1) * source.rate) / rate);
    const { shelf, lost } = world.library;
    const decoded = shelf.get(source.pcmPath) ?? 0;
    // that a store is gone is told by the engine, when it is opened
    if (needed >= decoded && !lost.has(source.pcmPath))
      docket.accuse("undecoded", `${job} asked at ${decoded} decoded`);
    if (world.variantOf(track, plan) === undefined)
      docket.accuse("plan", `a plan of no variant for ${track.id}`);
  }

  /** A key names its neighbours, too; they are decoded as far as they are read. */
  function inspectBeside(request: RenderRequest, job: string): void {
    const { key, before, after, segment, range } = request;
    for (const [side, beside] of Object.entries({ before, after })) {
      if (!beside) continue;
      const name = `${key} ${side} #${segment} ${range.until}`;
      const meaning = JSON.stringify([beside.source.sourceId, beside.frames]);
      const known = world.keys.get(name);
      if (known !== undefined && known !== meaning)
        docket.accuse("key", `${name} has two neighbours: ${known} and ${meaning}`);
      world.keys.set(name, meaning);
    }
    const { shelf, lost } = world.library;
    for (const [{ pcmPath }, last] of lastRead(request))
      if (last >= (shelf.get(pcmPath) ?? 0) && !lost.has(pcmPath))
        docket.accuse("undecoded", `${job} reads ${pcmPath} up to ${last}`);
  }

  const render: Start<RenderRequest, RenderReport> = (request, emit) => {
    const job = `${request.key} #${request.segment}`;
    inspect(request, job);
    running.add(job);
    let next: number = request.range.from;
    const hear = (report: RenderReport): void => {
      if (report.type === "slice") {
        const { start, frames, samples } = report;
        if (start !== next || samples.byteLength !== frames * 4)
          docket.accuse("engine", `${job}: ${frames} frames from ${start}, not from ${next}`);
        next += frames;
      } else {
        running.delete(job);
        if (report.type === "done") countMade(job);
        if (report.type === "done" && next !== request.range.until)
          docket.accuse("engine", `${job} is done at ${next} of ${request.range.until}`);
      }
      emit(report);
    };
    const cancel = once(docket, job, hear, (report) => report.type !== "slice");
    const stop = engine.render(request, cancel.hear);
    return () => {
      if (!cancel.isOver()) running.delete(job);
      cancel.end();
      stop();
    };
  };

  const answered =
    <Request, Report extends { readonly type: string }>(
      name: string,
      start: Start<Request, Report>,
    ): Start<Request, Report> =>
    (request, emit): Cancel => {
      const asked = once(docket, name, emit, () => true);
      const stop = start(request, asked.hear);
      return () => {
        asked.end();
        stop();
      };
    };

  return {
    slots: engine.slots,
    render,
    analyse: answered("an analysis", engine.analyse),
    measure: answered("a measurement", engine.measure),
  };
}

/** Accuses whoever speaks after the last word. */
function once<Report extends { readonly type: string }>(
  docket: Docket,
  name: string,
  emit: Emit<Report>,
  isLast: (report: Report) => boolean,
) {
  let isOver = false;
  return {
    isOver: () => isOver,
    end: () => {
      isOver = true;
    },
    hear: (report: Report): void => {
      if (isOver) return docket.accuse("engine", `${name}: ${report.type} after its end`);
      isOver = isLast(report);
      emit(report);
    },
  };
}
