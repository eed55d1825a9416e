/** Entry of a decode worker, thread or child process: one file at a time, forward. */
import { parentPort } from "node:worker_threads";
import { workerOrderSchema, type WorkerNews } from "#engine/actors/workerMessages.ts";
import { decodeFile, type Openers } from "./decodeFile.ts";
import { decodeTaskSchema } from "./decodeTasks.ts";
import { openWav } from "./wavAudio.ts";

const post = (news: WorkerNews): void => {
  if (parentPort !== null) parentPort.postMessage(news);
  else process.send!(news);
};
const cancelled = new Set<number>();

const openers: Openers = {
  wav: openWav,
  flac: null,
  oggFlac: null,
  mp3: null,
  vorbis: null,
  opus: null,
  mp4: null,
};

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
  if (order.type === "worker/begin") post({ type: "worker/ready" });
  else if (order.type === "job/cancel") cancelled.add(order.job);
  // What the format readers did not foresee ends this worker; the pool tries the file once more.
  else
    run(order.job, order.task).catch((error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
    );
}

if (parentPort !== null) parentPort.on("message", take);
else {
  process.on("message", take);
  // The host is gone.
  process.on("disconnect", () => process.exit());
}
