/** Shows all that `/inspect` hears of in the Stately inspector, which is a page of stately.ai. */
import type { InspectionBatch } from "#engine/protocol/inspection.ts";
import { watchHost, watchTabs } from "../adapters/inspectionChannel.ts";
import { definitionTexts } from "./readChart.ts";
import { StatelyFeed } from "./statelyFeed.ts";

/** messages that wait until the inspector has opened */
const deferredMax = 2000;

/** ends what feeds the inspector that was opened last */
let stop = (): void => undefined;

/** Called in a click, or the browser keeps the inspector's window from opening. Ends when that is closed, or with the
 *  next call. @throws (rejects) when the inspector's code cannot be loaded */
export async function openStately(): Promise<void> {
  const [{ createBrowserInspector }, definitions] = await Promise.all([
    import("@statelyai/inspect"),
    definitionTexts(),
  ]);
  stop();
  const { adapter } = createBrowserInspector({ maxDeferredEvents: deferredMax });
  const feed = new StatelyFeed(
    (event) => adapter.send(event),
    (machine) => definitions.get(machine),
  );
  const take = (batch: InspectionBatch): void => {
    if (adapter.targetWindow?.closed) stop();
    else feed.take(batch);
  };
  // both begin with the living, whenever that is
  const stopTabs = watchTabs(null, (report) => {
    if ("left" in report) feed.leave(report.left);
    else take(report);
  });
  const stopHost = watchHost(null, (report) => {
    if (report !== "lost") take(report);
  });
  stop = () => {
    stopTabs();
    stopHost();
    stop = () => undefined;
  };
}
