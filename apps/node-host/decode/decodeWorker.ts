/** Entry of a decode worker, thread or child process: one file at a time, forward. */
import { parentPort } from "node:worker_threads";
import { workerOrderSchema, type WorkerNews } from "#engine/actors/workerMessages.ts";
import { decodeFile, type Openers } from "./decodeFile.ts";
import { decodeTaskSchema } from "./decodeTasks.ts";
import { openFlac } from "./flacAudio.ts";
import { openMp3 } from "./mp3Audio.ts";
import { openOpus, openVorbis } from "./oggAudio.ts";
import { warmUp } from "./warmUp.ts";
import { openWav } from "./wavAudio.ts";

const post = (news: WorkerNews): void => {
  if (parentPort !== null) parentPort.postMessage(news);
  else process.send!(news);
};
const cancelled = new Set<number>();

// The decoders write their complaints to the console; what matters of them comes back as a fault.
console.error = () => {};

const openers: Openers = {
  wav: openWav,
  flac: openFlac,
  oggFlac: openFlac,
  mp3: openMp3,
  vorbis: openVorbis,
  opus: openOpus,
  // Never in a thread: the native library takes the whole process with it when a thread ends.
  mp4: parentPort === null ? (await import("./mp4Audio.ts")).openMp4 : null,
  adts: parentPort === null ? (await import("./adtsAudio.ts")).openAdts : null,
};

const mainFormats = { thread: ["flac", "mp3", "vorbis", "opus"], process: ["mp4"] } as const;

async function run(job: number, task: unknown): Promise<void> {
  const { success, data } = decodeTaskSchema.safeParse(task);
  if (!success) throw new TypeError("not a decode task");
  const report = (news: unknown) => post({ type: "job/report", job, report: news });
  await decodeFile(data, openers, report, () => cancelled.has(job));
  cancelled.delete(job);
  post({ type: "job/ended", job });
}

function take(message: unknown): void {
  const order = workerOrderSchema.parse(message);
  if (order.type === "worker/begin") {
    const formats = parentPort === null ? mainFormats.process : mainFormats.thread;
    warmUp(openers, formats).then(() => post({ type: "worker/ready" }), fail);
  } else if (order.type === "job/cancel") cancelled.add(order.job);
  else run(order.job, order.task).catch(fail);
}

/** What the format readers did not foresee ends this worker; the pool tries the file once more. */
function fail(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

if (parentPort !== null) parentPort.on("message", take);
else {
  process.on("message", take);
  // The host is gone.
  process.on("disconnect", () => process.exit());
}
