import type { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { watchedConnect, watchedPort } from "#engine/actors/messageWatch.ts";
import type { createPageWorker } from "#engine/actors/pageWorker.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { clock } from "./clock.ts";
import { connect } from "./connect.ts";
import { createHeapGauge } from "./memoryGauge.ts";
import { portOf } from "./portOf.ts";
import { random } from "./random.ts";

/** Hands the browser's ports to the page worker's root, nothing else.
 *  @param relay hears of every actor of the worker, and of what goes between page, worker and host */
export function startPageWorker(create: typeof createPageWorker, relay?: InspectionRelay): void {
  const scope = self as unknown as Parameters<typeof portOf>[0];
  const page = portOf(scope, () => self.close());
  create(
    {
      clock,
      random,
      connect: relay ? watchedConnect(connect, { here: "worker", there: "host" }, relay) : connect,
      memory: createHeapGauge(),
      inspect: relay?.inspect,
      page: relay ? watchedPort(page, { here: "worker", there: "page" }, relay) : page,
      openMixer: (port) => {
        const feed = port as MessagePort;
        return portOf(feed, () => feed.close());
      },
    },
    defaultPageWorkerConfig,
  );
}
