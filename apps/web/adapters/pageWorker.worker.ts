/** Entry of the page worker: hands the browser's ports to its root, nothing else. */
import "./strictParsing.ts";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { clock } from "./clock.ts";
import { connect } from "./connect.ts";
import { portOf } from "./portOf.ts";
import { random } from "./random.ts";

const scope = self as unknown as Parameters<typeof portOf>[0];

createPageWorker(
  {
    clock,
    random,
    connect,
    page: portOf(scope, () => self.close()),
    openMixer: (port) => {
      const feed = port as MessagePort;
      return portOf(feed, () => feed.close());
    },
  },
  defaultPageWorkerConfig,
);
