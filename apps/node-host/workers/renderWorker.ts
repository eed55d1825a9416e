/** Entry of a render worker thread: drives the job loop, one turn of the event loop per job, so that
 *  orders come in between. A cancel of the running job comes through shared memory. */
import { parentPort } from "node:worker_threads";
import { createRenderJobs } from "#engine/actors/renderJobs.ts";
import { renderWork } from "#engine/actors/renderWork.ts";
import { nodeBlockFiles } from "./nodeBlockFiles.ts";
import { warmRender } from "./warmRender.ts";

const port = parentPort!;
const jobs = createRenderJobs({
  begin: renderWork(nodeBlockFiles),
  post: (news, transfer) => port.postMessage(news, transfer as ArrayBuffer[]),
});

// Before the first message is taken: the pool hears `worker/ready` when it is done.
warmRender();

port.on("message", (message) => {
  jobs.take(message);
  while (jobs.step());
});
