import { useEffect, useState } from "react";
import { watchHost, watchTabs } from "../adapters/inspectionChannel.ts";
import { InspectionStore, type Inspected } from "./inspectionStore.ts";

const nothing: Inspected = { tabs: [], actors: [], steps: [], messages: [], missed: 0 };
/** ms between two pictures */
const pictureMs = 100;

/** What has been heard of all actors of page, page worker and host, ten times a second.
 *  @returns also whether the host tells */
export function useInspection(): Inspected & { readonly hostTells: boolean } {
  const [inspected, setInspected] = useState<Inspected>(nothing);
  const [hostTells, setHostTells] = useState(true);
  useEffect(() => {
    const store = new InspectionStore();
    let isNews = false;
    const stopTabs = watchTabs(null, (report) => {
      if ("left" in report) store.leave(report.left);
      else store.take(report);
      isNews = true;
    });
    const stopHost = watchHost(null, (report) => {
      if (report === "lost") store.forget("host");
      else store.take(report);
      setHostTells(report !== "lost");
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
  return { ...inspected, hostTells };
}
