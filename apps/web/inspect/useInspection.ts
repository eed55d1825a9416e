import { useEffect, useState } from "react";
import { slotsMax } from "../adapters/connectionSlot.ts";
import { watchHost, watchTabs } from "../adapters/inspectionChannel.ts";
import type { Inspected } from "./inspectionStore.ts";
import { InspectionWatch, type HostSilence } from "./inspectionWatch.ts";

const nothing: Inspected = { tabs: [], actors: [], steps: [], messages: [], missed: 0 };
const silences: Readonly<Record<HostSilence, string>> = {
  lost: "The host does not tell.",
  waiting: `${slotsMax} tabs of this browser listen to the host already: close one of them.`,
};
/** ms between two pictures */
const pictureMs = 100;
const now = (): number => performance.timeOrigin + performance.now();

/** What has been heard of all actors of page, page worker and host, ten times a second.
 *  @returns also why the host tells nothing, in a sentence, or null; and the watch that hears all of it */
export function useInspection(): Inspected & {
  readonly hostSilence: string | null;
  readonly watch: InspectionWatch;
} {
  const [watch] = useState(() => new InspectionWatch({ watchTabs, watchHost, now }));
  const [inspected, setInspected] = useState<Inspected>(nothing);
  const [silence, setSilence] = useState<HostSilence | null>(null);
  useEffect(() => {
    let isNews = false;
    const stopListening = watch.listen(() => {
      isNews = true;
    });
    const stop = watch.start();
    const timer = setInterval(() => {
      if (!isNews) return;
      isNews = false;
      setInspected(watch.store.read());
      setSilence(watch.hostSilence);
    }, pictureMs);
    return () => {
      stop();
      stopListening();
      clearInterval(timer);
    };
  }, [watch]);
  return { ...inspected, hostSilence: silence && silences[silence], watch };
}
