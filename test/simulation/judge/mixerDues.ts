/** Mixer dues: what the mixer owes the page that speaks to it. No lane takes over once it has heard of a newer
 *  intention; and what is silent when it hears that it shall hold stays so until a lane takes over. */
import type { Ear } from "../ports/simulatedOutput.ts";
import type { Docket } from "./docket.ts";

/** Listens to what a page tells its mixers and what comes of it, on the way to `ear`. @param name whose page */
export function mixerDues(ear: Ear, name: string, docket: Docket): Ear {
  let newest = -1;
  let isHeld = false;
  let wasSilent = true;
  return {
    opened: (rate) => {
      newest = -1;
      isHeld = false;
      ear.opened(rate);
    },
    told: (message) => {
      if (message.type === "mixer/intend") newest = Math.max(newest, message.generation);
      if (message.type === "mixer/transport") isHeld = message.hold && wasSilent;
      ear.told(message);
    },
    reported: (report) => {
      if (report.type === "lane/committed") {
        isHeld = false;
        if (report.generation < newest)
          docket.accuse("superseded", `${name}: ${report.generation} took over behind ${newest}`);
      }
      ear.reported(report);
    },
    quantum: (left, right, frames) => {
      wasSilent = isSilent(left, frames) && isSilent(right, frames);
      if (isHeld && !wasSilent)
        docket.accuse("held", `${name}: what was silent is heard again before what is meant`);
      ear.quantum(left, right, frames);
    },
    running: (isRunning) => ear.running(isRunning),
  };
}

function isSilent(samples: Float32Array, frames: number): boolean {
  for (let i = 0; i < frames; i++) if (samples[i] !== 0) return false;
  return true;
}
