import { describe, expect, it } from "vitest";
import { createRenderJobs } from "#engine/actors/renderJobs.ts";
import type { RenderTask, RenderTaskNews } from "#engine/actors/renderTasks.ts";
import { renderWork } from "#engine/actors/renderWork.ts";
import type { WorkerNews, WorkerOrder } from "#engine/actors/workerMessages.ts";
import { isFault } from "#engine/audio/blockFile.ts";
import { createPcmWriter, pcmBlockFrames, pcmHeaderBytes } from "#engine/audio/pcmStore.ts";
import { neutralPlan, type Plan } from "#engine/audio/plan.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import { frames, segmentRange, type Geometry } from "#engine/protocol/geometry.ts";
import { memoryBlockFiles } from "../fakes/memoryBlockFiles.ts";

const geometry: Geometry = { intervalSeconds: 2, overlapSeconds: 1, contextSeconds: 1 };
const rate = 44_100;
const total = frames(5 * rate);
const source: SourceInfo = {
  sourceId: "0".repeat(32),
  pcmPath: "a.pcm",
  rate,
  channels: 1,
  format: "s16",
  framesHint: null,
};

/** 16-bit samples that tell their frame. */
const samples = Int16Array.from(
  { length: total },
  (_, frame) => ((frame * 7919) % 65_536) - 32_768,
);

function worker({ decoded = Number(total) } = {}) {
  const files = memoryBlockFiles();
  const file = files.create(source.pcmPath);
  if (isFault(file)) throw new Error(file.detail);
  const writer = createPcmWriter(file, source);
  if (isFault(writer)) throw new Error(writer.detail);
  writer.appendInterleaved(samples.subarray(0, decoded));
  writer.finish();
  file.close();
  const said: WorkerNews[] = [];
  const moved: ArrayBuffer[] = [];
  const jobs = createRenderJobs({
    begin: renderWork(files),
    post: (news, transfer) => {
      said.push(news);
      moved.push(...(transfer ?? []));
    },
  });
  const flag = new SharedArrayBuffer(4);
  jobs.take({ type: "worker/begin", flag } satisfies WorkerOrder);
  const start = (job: number, task: RenderTask) =>
    jobs.take({ type: "job/start", job, task } satisfies WorkerOrder);
  const reports = () =>
    said.flatMap((news) => (news.type === "job/report" ? [news.report as RenderTaskNews] : []));
  return { files, jobs, said, moved, reports, start, flag: new Int32Array(flag) };
}

function renderOf(segment: number, plan = null as Plan | null): RenderTask {
  const range = segmentRange(geometry, rate, segment, total);
  const key = "a".repeat(32);
  const sourceFrames = total;
  return {
    type: "render",
    request: { key, source, sourceFrames, plan, geometry, rate, segment, range },
  };
}

describe("render jobs", () => {
  it("are ready when they were told to begin", () => {
    expect(worker().said).toEqual([{ type: "worker/ready" }]);
  });

  it("render an original bit for bit, in runs without gaps, then say that they ended", () => {
    const { jobs, start, said, reports, moved, files } = worker();
    start(1, renderOf(2));
    while (jobs.step());
    const bytes: number[] = [];
    let at = 4 * rate;
    for (const report of reports()) {
      if (report.type !== "slice") throw new Error(report.type);
      expect(report.start).toBe(at);
      at += report.frames;
      bytes.push(...report.samples);
    }
    expect(at).toBe(total);
    expect(new Int16Array(Uint8Array.from(bytes).buffer)).toEqual(samples.slice(4 * rate));
    expect(said.at(-1)).toEqual({ type: "job/ended", job: 1 });
    expect(moved).toHaveLength(reports().length);
    expect(files.opened()).toBe(0);
  });

  it("see a cancel before the next run, and go on with the job after it", () => {
    const { jobs, start, said, reports, flag, files } = worker();
    start(1, renderOf(0));
    start(2, renderOf(2));
    while (reports().length < 2) jobs.step();
    Atomics.store(flag, 0, 1);
    jobs.step();
    expect(said.at(-1)).toEqual({ type: "job/ended", job: 1 });
    expect(reports()).toHaveLength(2);
    while (jobs.step());
    expect(said.at(-1)).toEqual({ type: "job/ended", job: 2 });
    expect(files.opened()).toBe(0);
  });

  it("answer busy when the source is not decoded that far", () => {
    const { jobs, start, said, reports, files } = worker({ decoded: pcmBlockFrames });
    start(1, renderOf(1));
    while (jobs.step());
    expect(reports()).toMatchObject([{ type: "failed", fault: { code: "busy", retryable: true } }]);
    expect(said.at(-1)).toEqual({ type: "job/ended", job: 1 });
    expect(files.names()).toEqual([source.pcmPath]);
  });

  it("remove decoded audio that is damaged, so that it is decoded anew", () => {
    const { jobs, start, reports, files } = worker();
    files.bytesOf(source.pcmPath)[pcmHeaderBytes + 100]! ^= 1;
    start(1, renderOf(0));
    while (jobs.step());
    expect(reports().at(-1)).toMatchObject({ type: "failed", fault: { code: "source-changed" } });
    expect(files.names()).toEqual([]);
    start(2, renderOf(0));
    while (jobs.step());
    expect(reports().at(-1)).toMatchObject({ fault: { code: "source-changed", retryable: true } });
  });

  it("measure and analyse with one answer each, with signs of life in between", () => {
    const { jobs, start, said, reports } = worker();
    start(1, { type: "analyse", source, total });
    start(2, { type: "measure", source, total, plan: neutralPlan, geometry });
    while (jobs.step());
    expect(reports()).toMatchObject([
      { type: "analysed", fingerprint: { rate, total } },
      { type: "measured", loudness: expect.any(Number) as number },
    ]);
    expect(said.filter((news) => news.type === "job/ended")).toHaveLength(2);
  });

  it("are a programmer's error when they are none", () => {
    const { jobs } = worker();
    expect(() => jobs.take({ type: "job/start" })).toThrow();
    jobs.take({ type: "job/start", job: 1, task: { type: "render" } });
    expect(() => jobs.step()).toThrow(TypeError);
  });
});
