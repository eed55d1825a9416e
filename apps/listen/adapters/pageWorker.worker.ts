/** Entry of the page worker's thread: hands Node's ports to the root, nothing else. When the page has
 *  left, the thread ends as soon as its socket is closed. */
import { parentPort, type MessagePort } from "node:worker_threads";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { clock } from "./clock.ts";
import { connect } from "./connect.ts";
import { portOf } from "./portOf.ts";
import { random } from "./random.ts";

const main = parentPort!;
const page = portOf(main, () => main.close());

createPageWorker(
  {
    clock,
    random,
    connect,
    page: {
      ...page,
      listen: (emit) =>
        page.listen((message) => {
          emit(message);
          if ((message as { readonly type: string }).type === "page/leave") page.close();
        }),
    },
    openMixer: (port) => {
      const feed = port as MessagePort;
      return portOf(feed, () => feed.close());
    },
  },
  defaultPageWorkerConfig,
);
