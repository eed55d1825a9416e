/** Loaded into a host before everything else: no worker hears of an analysis until a file is there, whose path
 *  stands in `SEGUE_TEST_HELD`. What is rendered goes its way. */
import { existsSync, watch } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";
import workerThreads, { Worker } from "node:worker_threads";

const release = process.env.SEGUE_TEST_HELD;
const isReleased = () => existsSync(release);
const held = new Set();
watch(dirname(release), { persistent: false }, () => {
  if (isReleased()) for (const begin of held) begin();
});

workerThreads.Worker = class extends Worker {
  postMessage(message, transfer) {
    const post = () => super.postMessage(message, transfer);
    if (message.type !== "job/start" || message.task.type !== "analyse" || isReleased())
      return post();
    // it takes long, and is not taken for one that hangs
    const { job } = message;
    const beat = setInterval(() => this.emit("message", { type: "job/alive", job }), 500).unref();
    const begin = () => {
      clearInterval(beat);
      held.delete(begin);
      post();
    };
    held.add(begin);
  }
};
syncBuiltinESMExports();
