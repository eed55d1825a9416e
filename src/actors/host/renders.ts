/** Renders: carries out what the scheduler orders, through the engine port; runs go to the bytes. */
import type { CacheEvent } from "../../machines/cache.machine.ts";
import type { SchedulerEvent, SchedulerOrders } from "../../machines/renderScheduler.machine.ts";
import type { SegmentId } from "../../machines/segmentId.ts";
import type { Cancel } from "../../ports/port.ts";
import type { RenderEngine, RenderRequest } from "../../ports/renderEngine.ts";
import type { SourceId } from "../../ports/decoder.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import type { RenderSpecs } from "./renderSpecs.ts";
import type { SegmentBytes } from "./segmentBytes.ts";

export type Renders = SchedulerOrders & { readonly running: () => number };

/** @param toScheduler, toCache events for those actors
 *  @param sourceLost called when the decoded audio of a source is gone: it has to be opened anew */
export function renders(
  engine: RenderEngine,
  specs: RenderSpecs,
  bytes: SegmentBytes,
  toScheduler: (event: SchedulerEvent) => void,
  toCache: (event: CacheEvent) => void,
  sourceLost: (sourceId: SourceId, why: Fault) => void,
): Renders {
  /** what room was asked for: the length of a track may become known between asking and starting */
  const admitted = new Map<SegmentId, RenderRequest>();
  const running = new Map<SegmentId, Cancel>();
  const forget = (id: SegmentId) => {
    admitted.delete(id);
    running.delete(id);
  };
  return {
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
      const cancel = engine.render(request, (report) => {
        if (report.type === "slice") {
          bytes.append(id, report.start, report.samples);
          return;
        }
        running.delete(id);
        if (report.type === "failed") {
          toScheduler({ type: "engine.failed", id, why: report.fault });
          if (report.fault.code === "source-changed") sourceLost(source.sourceId, report.fault);
        } else if (bytes.isComplete(id)) toScheduler({ type: "engine.done", id });
        else {
          const why = fault("render-failed", "The engine left a segment unfinished.");
          toScheduler({ type: "engine.failed", id, why });
        }
      });
      running.set(id, cancel);
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
