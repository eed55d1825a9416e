/** Shows all that `/inspect` hears of in the Stately inspector, which is a page of stately.ai. */
import { watchHost, watchTabs } from "../adapters/inspectionChannel.ts";
import { definitionTexts } from "./readChart.ts";
import { StatelyFeed } from "./statelyFeed.ts";

/** messages that wait until the inspector has opened */
const deferredMax = 2000;

/** Called in a click, or the browser keeps the inspector's window from opening. */
export function openStately(): void {
  void (async () => {
    const [{ createBrowserInspector }, definitions] = await Promise.all([
      import("@statelyai/inspect"),
      definitionTexts(),
    ]);
    const { adapter } = createBrowserInspector({ maxDeferredEvents: deferredMax });
    const feed = new StatelyFeed(
      (event) => adapter.send(event),
      (machine) => definitions.get(machine),
    );
    // both begin with the living, whenever that is
    watchTabs(null, (batch) => feed.take(batch));
    watchHost(null, (report) => {
      if (report !== "lost") feed.take(report);
    });
  })();
}
