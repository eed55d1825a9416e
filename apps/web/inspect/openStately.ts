/** Shows all that `/inspect` hears of in the Stately inspector, which is a page of stately.ai. */
import type { InspectionWatch } from "./inspectionWatch.ts";
import { definitionTexts } from "./readChart.ts";
import { StatelyFeed } from "./statelyFeed.ts";

/** messages that wait until the inspector has opened */
const deferredMax = 2000;

/** ends what feeds the inspector that was opened last */
let stop = (): void => undefined;

/** Called in a click, or the browser keeps the inspector's window from opening. Ends when that is closed, or with the
 *  next call. @returns why there is none, in a sentence; null: it has opened */
export async function openStately(watch: InspectionWatch): Promise<string | null> {
  const fetched = await Promise.all([import("@statelyai/inspect"), definitionTexts()]).catch(
    () => null,
  );
  if (!fetched) return "Its code could not be fetched from the host.";
  const [{ createBrowserInspector }, definitions] = fetched;
  stop();
  const { adapter } = createBrowserInspector({ maxDeferredEvents: deferredMax });
  if (!adapter.targetWindow)
    return "The browser did not let its window open: allow this page to open windows.";
  const feed = new StatelyFeed(
    (event) => adapter.send(event),
    (machine) => definitions.get(machine),
  );
  const stopListening = watch.listen((report) => {
    if (adapter.targetWindow?.closed) return stop();
    if (report === "lost") feed.leave("", watch.now());
    else if (report === "waiting") return;
    else if ("left" in report) feed.leave(report.left, watch.now());
    else feed.take(report);
  });
  stop = () => {
    stopListening();
    stop = () => undefined;
  };
  return null;
}
