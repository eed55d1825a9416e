/** Guards of the render workers: engine, pool, slots, job loop. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};
const slot = "src/machines/workerSlot.machine.ts";
const pool = "src/machines/workerPool.machine.ts";
const engine = "src/actors/workerEngine.ts";

export const workerMutants: readonly Mutant[] = [
  {
    name: "lost-job-forgotten",
    what: "a job whose worker was lost is not tried again, and nobody is told",
    guard: "workerPool: noteLost",
    planting: at(
      pool,
      "waiting = [{ ...running, attempt: running.attempt + 1 }, ...waiting];",
      "waiting = [...waiting];",
    ),
  },
  {
    name: "cancelled-job-tried-again",
    what: "a job that nobody wants any more is begun anew when its worker is lost",
    guard: "workerPool: isCancelled",
    planting: at(
      pool,
      "if (running !== null && !running.isCancelled) {",
      "if (running !== null) {",
    ),
  },
  {
    name: "two-jobs-for-one-worker",
    what: "a worker that was given a job still counts as idle",
    guard: "workerPool: handOut",
    planting: at(
      pool,
      "slots = withSlot(slots, slot, { idle: false, job: next });",
      "slots = withSlot(slots, slot, { job: next });",
    ),
  },
  {
    name: "silence-unnoticed",
    what: "a busy worker that says nothing any more is waited for, for ever",
    guard: "workerSlot: silence",
    planting: at(slot, `after: { silence: "#stopping" },`, ""),
  },
  {
    name: "deaf-worker-kept",
    what: "a worker that goes on with a cancelled job keeps its slot",
    guard: "workerSlot: cancelGrace",
    planting: at(slot, `after: { cancelGrace: "#stopping" },`, ""),
  },
  {
    name: "start-never-given-up",
    what: "a worker that never says that it is ready is waited for, for ever",
    guard: "workerSlot: ready",
    planting: at(
      slot,
      `after: { ready: { target: "stopping", actions: "countFailedStart" } },`,
      "",
    ),
  },
  {
    name: "no-successor",
    what: "a worker that is gone is not replaced",
    guard: "workerSlot: resting",
    planting: at(slot, `after: { rest: "spawning" },`, ""),
  },
  {
    name: "workers-outlive-the-pool",
    what: "a pool that is closed leaves its workers running",
    guard: "workerSlot: closing",
    planting: at(
      slot,
      `told to end, for good.",
      entry: { type: "terminateWorker", params: ({ context }) => ({ slot: context.slot }) },`,
      `told to end, for good.",`,
    ),
  },
  {
    name: "heard-twice",
    what: "what was heard of a render is heard again when it begins anew elsewhere",
    guard: "workerEngine: heard",
    planting: at(engine, "else if (news.start >= heard) {", "else {"),
  },
  {
    name: "second-answer",
    what: "a task whose worker is lost right after its answer answers again",
    guard: "workerEngine: answered",
    planting: at(engine, "if (!answered) emit(report);", "emit(report);"),
  },
  {
    name: "nobody-measures",
    what: "no worker serves analysis and measurement",
    guard: "workerEngine: lanes",
    planting: at(engine, `() => "render"), "measure"],`, `() => "render"), "render"],`),
  },
  {
    name: "cancel-flag-of-another",
    what: "a worker takes any cancel for that of its own job",
    guard: "renderJobs: cancelled",
    planting: at(
      "src/actors/renderJobs.ts",
      "Atomics.load(cancelled, 0) === job",
      "Atomics.load(cancelled, 0) > 0",
    ),
  },
];
