import { describe, expect, it } from "vitest";
import { createWorkerEngine } from "#engine/actors/workerEngine.ts";
import type { RenderReport, RenderRequest } from "#engine/ports/renderEngine.ts";
import { defaultGeometry, frames } from "#engine/protocol/geometry.ts";
import { handClock } from "../fakes/handClock.ts";
import { handWorkers, type HandWorker } from "../fakes/handWorkers.ts";

const request: RenderRequest = {
  key: "f".repeat(32),
  source: {
    sourceId: "0".repeat(32),
    pcmPath: "a.pcm",
    rate: 1000,
    channels: 1,
    format: "s16",
    framesHint: null,
  },
  sourceFrames: frames(40),
  plan: null,
  geometry: defaultGeometry,
  rate: 1000,
  segment: 0,
  range: { from: frames(0), until: frames(40) },
};

function engineOf() {
  const clock = handClock();
  const hand = handWorkers();
  const engine = createWorkerEngine(
    { clock, spawn: hand.spawn },
    { slots: 2, silenceMs: 1000, silenceMinMs: 1000, waitingMax: 4 },
  );
  const ready = () => hand.living().forEach((worker) => worker.say({ type: "worker/ready" }));
  ready();
  const heard: RenderReport[] = [];
  const busy = () => {
    const worker = hand.living().find((one) => one.orders.some((o) => o.type === "job/start"));
    if (worker === undefined) throw new Error("no worker has a job");
    return worker;
  };
  const slice = (worker: HandWorker, start: number) =>
    worker.say({
      type: "job/report",
      job: hand.jobOf(worker),
      report: { type: "slice", start, frames: 10, samples: new Uint8Array(20).fill(start) },
    });
  const end = (worker: HandWorker) => worker.say({ type: "job/ended", job: hand.jobOf(worker) });
  return { clock, hand, engine, heard, ready, busy, slice, end };
}

describe("worker engine", () => {
  it("spawns one worker more than it has slots, for analysis", () => {
    const { hand, engine } = engineOf();
    expect(engine.slots).toBe(2);
    expect(hand.workers).toHaveLength(3);
  });

  it("hands on slices as they come, then done", () => {
    const { engine, heard, busy, slice, end } = engineOf();
    engine.render(request, (report) => heard.push(report));
    slice(busy(), 0);
    expect(heard).toMatchObject([{ type: "slice", start: 0, frames: 10 }]);
    slice(busy(), 10);
    end(busy());
    expect(heard.map((report) => report.type)).toEqual(["slice", "slice", "done"]);
  });

  it("goes on elsewhere after a crash without repeating a frame", () => {
    const { engine, heard, busy, slice, end } = engineOf();
    engine.render(request, (report) => heard.push(report));
    const first = busy();
    slice(first, 0);
    slice(first, 10);
    first.crash();
    const second = busy();
    expect(second).not.toBe(first);
    for (const start of [0, 10, 20, 30]) slice(second, start);
    end(second);
    const starts = heard.map((report) => (report.type === "slice" ? report.start : report.type));
    expect(starts).toEqual([0, 10, 20, 30, "done"]);
  });

  it("fails with worker-lost when both workers hang", () => {
    const { clock, engine, heard, ready } = engineOf();
    engine.render(request, (report) => heard.push(report));
    clock.pass(1000);
    ready();
    clock.pass(1000);
    expect(heard).toMatchObject([{ type: "failed", fault: { code: "worker-lost" } }]);
  });

  it("reports a fault once, and no done after it", () => {
    const { hand, engine, heard, busy, end } = engineOf();
    engine.render(request, (report) => heard.push(report));
    const fault = { code: "busy", detail: "not yet", retryable: true };
    busy().say({ type: "job/report", job: hand.jobOf(busy()), report: { type: "failed", fault } });
    end(busy());
    expect(heard).toEqual([{ type: "failed", fault }]);
  });

  it("answers nothing after a cancel", () => {
    const { engine, heard, busy, slice, end } = engineOf();
    const cancel = engine.render(request, (report) => heard.push(report));
    slice(busy(), 0);
    cancel();
    slice(busy(), 10);
    end(busy());
    expect(heard).toHaveLength(1);
  });

  it("never keeps a render waiting for an analysis", () => {
    const { hand, engine } = engineOf();
    for (let n = 0; n < 3; n++)
      engine.analyse({ source: request.source, total: frames(40) }, () => {});
    engine.render(request, () => {});
    engine.render(request, () => {});
    const tasks = hand.workers.map((worker) =>
      worker.orders.flatMap((order) =>
        order.type === "job/start" ? [(order.task as { type: string }).type] : [],
      ),
    );
    expect(tasks).toEqual([["render"], ["render"], ["analyse"]]);
  });

  it("answers an analysis once, even if its worker is lost right after", () => {
    const { clock, hand, engine, ready } = engineOf();
    const answers: unknown[] = [];
    engine.measure(
      {
        source: request.source,
        total: frames(40),
        plan: { version: 1 } as never,
        geometry: defaultGeometry,
      },
      (report) => answers.push(report),
    );
    const say = () => {
      const worker = hand.living().find((one) => one.orders.some((o) => o.type === "job/start"))!;
      const report = { type: "measured", loudness: -14 };
      worker.say({ type: "job/report", job: hand.jobOf(worker), report });
      return worker;
    };
    say().crash();
    clock.pass(1000);
    ready();
    say();
    expect(answers).toEqual([{ type: "done", loudness: -14 }]);
  });
});
