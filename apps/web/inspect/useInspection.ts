import { useEffect, useState } from "react";
import { watchHost, watchTabs } from "../adapters/inspectionChannel.ts";
import { InspectionStore, type Inspected } from "./inspectionStore.ts";

const nothing: Inspected = { tabs: [], actors: [], steps: [], messages: [], missed: 0 };
/** why nothing is heard of the host */
const silences = {
  lost: "The host does not tell.",
  waiting: "Three tabs of this browser listen to the host already: close one of them.",
} as const;
/** ms between two pictures */
const pictureMs = 100;

/** What has been heard of all actors of page, page worker and host, ten times a second.
 *  @returns also why the host tells nothing, in a sentence; null: it does */
export function useInspection(): Inspected & { readonly hostSilence: string | null } {
  const [inspected, setInspected] = useState<Inspected>(nothing);
  const [hostSilence, setHostSilence] = useState<string | null>(null);
  useEffect(() => {
    const store = new InspectionStore();
    let isNews = false;
    const stopTabs = watchTabs(null, (report) => {
      if ("left" in report) store.leave(report.left);
      else store.take(report);
      isNews = true;
    });
    const stopHost = watchHost(null, (report) => {
      if (typeof report !== "string") store.take(report);
      else if (report === "lost") store.forget("host");
      setHostSilence(typeof report === "string" ? silences[report] : null);
      isNews = true;
    });
    const timer = setInterval(() => {
      if (!isNews) return;
      isNews = false;
      setInspected(store.read());
    }, pictureMs);
    return () => {
      stopTabs();
      stopHost();
      clearInterval(timer);
    };
  }, []);
  return { ...inspected, hostSilence };
}
