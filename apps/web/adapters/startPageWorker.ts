import type { InspectionEvent } from "xstate";
import type { createPageWorker } from "#engine/actors/pageWorker.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { clock } from "./clock.ts";
import { connect } from "./connect.ts";
import { createHeapGauge } from "./memoryGauge.ts";
import { portOf } from "./portOf.ts";
import { random } from "./random.ts";

/** Hands the browser's ports to the page worker's root, nothing else.
 *  @param inspect hears what xstate tells of every actor of the worker */
export function startPageWorker(
  create: typeof createPageWorker,
  inspect?: (event: InspectionEvent) => void,
): void {
  const scope = self as unknown as Parameters<typeof portOf>[0];
  create(
    {
      clock,
      random,
      connect,
      memory: createHeapGauge(),
      inspect,
      page: portOf(scope, () => self.close()),
      openMixer: (port) => {
        const feed = port as MessagePort;
        return portOf(feed, () => feed.close());
      },
    },
    defaultPageWorkerConfig,
  );
}
