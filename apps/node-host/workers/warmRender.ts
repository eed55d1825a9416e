/** Makes a render worker fast before the first click: renders a few seconds of a made-up source, in
 *  memory, through everything that a real segment goes through. Some 200 ms. */
import { createRenderJobs } from "#engine/actors/renderJobs.ts";
import type { RenderTask, RenderTaskNews } from "#engine/actors/renderTasks.ts";
import { renderWork } from "#engine/actors/renderWork.ts";
import { isFault, type BlockFile } from "#engine/audio/blockFile.ts";
import { createPcmWriter, pcmFileBytes } from "#engine/audio/pcmStore.ts";
import { neutralPlan, type Plan } from "#engine/audio/plan.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { fault } from "#engine/protocol/faults.ts";

const rate = 44_100;
const total = frames(6 * rate);
const source: SourceInfo = {
  sourceId: "0".repeat(32),
  pcmPath: "in memory",
  rate,
  channels: 2,
  format: "s16",
  framesHint: total,
};
/** Every stage at work. */
const plan: Plan = {
  ...neutralPlan,
  eq: [
    { type: "highpass", frequency: 30, q: 0.7, gainDb: 0 },
    { type: "lowshelf", frequency: 120, q: 0.7, gainDb: 2 },
    { type: "peaking", frequency: 1000, q: 1, gainDb: -1 },
    { type: "highshelf", frequency: 8000, q: 0.7, gainDb: 2 },
  ],
  compressor: { thresholdDb: -20, ratio: 2, kneeDb: 6, attackMs: 10, releaseMs: 120 },
  width: 1.2,
  monoBelowHz: 120,
  gainDb: 6,
  ceilingDb: -1.5,
};

/** @throws Error when a render fails: this worker is of no use */
export function warmRender(): void {
  const file = memoryFile(pcmFileBytes(source, total));
  const writer = createPcmWriter(file, source);
  if (isFault(writer)) throw new Error(writer.detail);
  const tone = Float32Array.from({ length: total }, (_, i) => Math.sin(i * i * 1e-6) * 0.7);
  writer.append([tone, tone.slice().reverse()]);
  writer.finish();
  const jobs = createRenderJobs({
    begin: renderWork({
      open: () => file,
      create: () => fault("disk-failed", "read only"),
      remove: () => null,
    }),
    post: (news) => {
      if (news.type === "job/report" && (news.report as RenderTaskNews).type === "failed")
        throw new Error("a render failed");
    },
  });
  const geometry = { intervalSeconds: 2, overlapSeconds: 1, contextSeconds: 1 };
  const range = { from: frames(2 * rate), until: frames(4 * rate) };
  const request = {
    key: "0".repeat(32),
    source,
    sourceFrames: total,
    geometry,
    rate,
    segment: 1,
    range,
  };
  const tasks: RenderTask[] = [
    { type: "render", request: { ...request, plan } },
    { type: "render", request: { ...request, plan: null } },
    { type: "render", request: { ...request, plan } },
  ];
  tasks.forEach((task, job) => jobs.take({ type: "job/start", job, task }));
  while (jobs.step());
}

function memoryFile(bytesMax: number): BlockFile {
  const bytes = new Uint8Array(bytesMax);
  return {
    size: () => bytes.length,
    readAt: (position, into) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    writeAt: (position, data) => {
      bytes.set(data, position);
      return null;
    },
    flush: () => null,
    close: () => {},
  };
}
