/** Newest only: no lane takes over once the mixer has heard of a newer intention. */
import type { Ear } from "../ports/simulatedOutput.ts";
import type { Docket } from "./docket.ts";

/** Listens to what a page tells its mixers and what they report, on the way to `ear`. @param name whose page */
export function newestOnly(ear: Ear, name: string, docket: Docket): Ear {
  let newest = -1;
  return {
    opened: (rate) => {
      newest = -1;
      ear.opened(rate);
    },
    told: (message) => {
      if (message.type === "mixer/intend") newest = Math.max(newest, message.generation);
      ear.told(message);
    },
    reported: (report) => {
      if (report.type === "lane/committed" && report.generation < newest)
        docket.accuse("superseded", `${name}: ${report.generation} took over behind ${newest}`);
      ear.reported(report);
    },
    quantum: (left, right, frames) => ear.quantum(left, right, frames),
    running: (isRunning) => ear.running(isRunning),
  };
}
