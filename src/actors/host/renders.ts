/** Renders: carries out what the scheduler orders, through the engine port; runs go to the bytes. */
import type { SegmentLoudness } from "../../audio/segmentLoudness.ts";
import type { CacheEvent } from "../../machines/cache.machine.ts";
import type { SchedulerEvent, SchedulerOrders } from "../../machines/renderScheduler.machine.ts";
import type { SegmentId } from "../../machines/segmentId.ts";
import type { Cancel } from "../../ports/port.ts";
import type { RenderEngine, RenderRequest } from "../../ports/renderEngine.ts";
import type { SourceId } from "../../ports/decoder.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import type { Frames } from "../../protocol/geometry.ts";
import type { RenderSpecs } from "./renderSpecs.ts";
import type { SegmentBytes } from "./segmentBytes.ts";

export type Renders = SchedulerOrders & {
  readonly running: () => number;
  /** more of a source is decoded, or no more will be */
  readonly sourceChanged: () => void;
};

/** @param toScheduler, toCache events for those actors
 *  @param measured called with the loudness of a segment that has been made
 *  @param sourceLost called when the decoded audio of a source is gone: it has to be opened anew */
export function renders(
  engine: RenderEngine,
  specs: RenderSpecs,
  bytes: SegmentBytes,
  toScheduler: (event: SchedulerEvent) => void,
  toCache: (event: CacheEvent) => void,
  measured: (id: SegmentId, loudness: SegmentLoudness) => void,
  sourceLost: (sourceId: SourceId, why: Fault) => void,
): Renders {
  /** what room was asked for: the length of a track may become known between asking and starting */
  const admitted = new Map<SegmentId, RenderRequest>();
  const running = new Map<SegmentId, Cancel>();
  const forget = (id: SegmentId) => {
    admitted.delete(id);
    running.delete(id);
    waiting.delete(id);
  };
  /** originals whose next part is not decoded yet */
  const waiting = new Map<SegmentId, () => void>();
  const fail = (id: SegmentId, why: Fault) => {
    running.delete(id);
    waiting.delete(id);
    toScheduler({ type: "engine.failed", id, why });
  };
  /** Renders what can be rendered behind `from`, then goes on from there. */
  const renderFrom = (id: SegmentId, whole: RenderRequest, from: Frames): void => {
    const now = specs.request(id);
    if ("code" in now) return fail(id, now);
    const { until: end } = whole.range;
    if (now.range.until !== end)
      return fail(id, fault("render-failed", "The track is shorter than its header says."));
    const until = specs.renderableUntil({ ...now, range: { from, until: end } });
    if (until <= from) {
      waiting.set(id, () => renderFrom(id, whole, from));
      running.set(id, () => waiting.delete(id));
      return;
    }
    waiting.delete(id);
    const cancel = engine.render({ ...now, range: { from, until } }, (report) => {
      if (report.type === "slice") {
        bytes.append(id, report.start, report.samples);
        return;
      }
      if (report.type === "failed") {
        fail(id, report.fault);
        if (report.fault.code !== "source-changed") return;
        // which of them is gone only their stores can tell
        for (const { source } of [now, now.before, now.after].filter((each) => !!each))
          sourceLost(source.sourceId, report.fault);
        return;
      }
      if (until < end) return renderFrom(id, whole, until);
      running.delete(id);
      if (report.loudness) measured(id, report.loudness);
      if (bytes.isComplete(id)) toScheduler({ type: "engine.done", id });
      else fail(id, fault("render-failed", "The engine left a segment unfinished."));
    });
    running.set(id, cancel);
  };
  return {
    sourceChanged: () => {
      for (const goOn of [...waiting.values()]) goOn();
    },
    readiness: (id) => specs.readiness(id),
    wantRoom: (id) => {
      const request = specs.request(id);
      if ("code" in request) {
        toScheduler({ type: "room.moot", id });
        toCache({ type: "render.ended", id, why: request });
        return;
      }
      admitted.set(id, request);
      const { range, source, plan } = request;
      const size = (range.until - range.from) * source.channels * 2;
      toCache({ type: "room.want", id, bytes: size, isOriginal: plan === null });
    },
    start: (id) => {
      const request = admitted.get(id);
      if (!request) throw new RangeError(`no room was asked for ${id}`);
      const { range, source } = request;
      if (!bytes.get(id)) bytes.open(id, source.channels, range.from, range.until);
      renderFrom(id, request, range.from);
    },
    cancel: (id) => {
      running.get(id)?.();
      forget(id);
    },
    reportFinished: (id) => {
      forget(id);
      toCache({ type: "render.finished", id });
    },
    reportEnded: (id, why) => {
      forget(id);
      toCache({ type: "render.ended", id, why });
    },
    refuse: (ask, why) => toCache({ type: "render.refused", ask, why }),
    running: () => running.size,
  };
}
