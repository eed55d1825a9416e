/** Supply dues: what the mixer owes whoever listens while data are late. A lane takes over when it can go on, not to
 *  fall silent in the same quantum. And one long wait is better than many short ones: behind an underrun
 *  sound comes back when more is there than last time, so it lasts. */
import { defaultLaneMixerConfig } from "#engine/audio/laneMixer.ts";
import { quantumFrames, type Ear } from "../ports/simulatedOutput.ts";
import type { Docket } from "./docket.ts";

const { fadeSeconds, refillSeconds, refillMaxSeconds, recoveredSeconds } = defaultLaneMixerConfig;
/** as many times as much is waited for when it runs out again before it has recovered */
const growth = 4;

/** Listens to what a page's mixers report, on the way to `ear`. Who pauses or plays begins anew: what was waited
 *  for meanwhile nobody heard. @param name whose page */
export function supplyDues(ear: Ear, name: string, docket: Docket): Ear {
  let rate = 0;
  let isPlaying = false;
  let isStarved = false;
  /** a lane took over in this quantum */
  let tookOver = false;
  /** frames since it ran out last, and since sound came back; null: it did not, or nobody can tell */
  let sinceStarved: number | null = null;
  let sinceRefilled: number | null = null;
  /** frames that were waited for at least when it ran out last */
  let awaited = 0;

  function forget(): void {
    isStarved = false;
    sinceStarved = sinceRefilled = null;
  }

  function runOut(): void {
    const least = awaited - Math.round(fadeSeconds * rate) - 2 * quantumFrames;
    if (tookOver) docket.accuse("hasty", `${name}: a lane took over and had nothing to go on with`);
    else if (sinceRefilled !== null && sinceRefilled < least)
      docket.accuse("stutter", `${name}: ${sinceRefilled} frames between two underruns`);
    const isAnew = sinceStarved !== null && sinceStarved < recoveredSeconds * rate;
    const most = Math.round(refillMaxSeconds * rate);
    awaited = isAnew ? Math.min(most, awaited * growth) : Math.round(refillSeconds * rate);
    sinceStarved = 0;
    sinceRefilled = null;
  }

  return {
    opened: (opened) => {
      rate = opened;
      isPlaying = false;
      forget();
      ear.opened(opened);
    },
    told: (message) => {
      if (message.type === "mixer/transport" && message.playing !== isPlaying) {
        isPlaying = message.playing;
        forget();
      }
      ear.told(message);
    },
    reported: (report) => {
      if (report.type === "lane/committed") {
        forget();
        tookOver = true;
      }
      if (report.type === "mixer/state" && report.starved !== isStarved) {
        isStarved = report.starved;
        if (isStarved) runOut();
        else if (sinceStarved !== null) sinceRefilled = 0;
      }
      ear.reported(report);
    },
    quantum: (left, right, frames) => {
      tookOver = false;
      if (sinceStarved !== null) sinceStarved += frames;
      if (sinceRefilled !== null) sinceRefilled += frames;
      ear.quantum(left, right, frames);
    },
    running: (isRunning) => ear.running(isRunning),
  };
}
