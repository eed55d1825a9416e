/** Hurry: whether the listener clicks so fast that the click being carried out may not be the last. */
import type { Clock } from "../../ports/clock.ts";

/** ms between two clicks of one hurry */
const hurryMs = 60;

export class Hurry {
  /** while a click is carried out: whether it came right behind another */
  isOn = false;
  private readonly clock: Pick<Clock, "now">;
  private readonly carryOut: (act: () => void) => void;
  private lastMs = Number.NEGATIVE_INFINITY;

  /** @param carryOut what a click of the listener is carried out by */
  constructor(clock: Pick<Clock, "now">, carryOut: (act: () => void) => void) {
    this.clock = clock;
    this.carryOut = carryOut;
  }

  /** @param act carries the click out, before it returns @param isListeners false: nobody clicks, it is as if */
  click(act: () => void, isListeners = true): void {
    const nowMs = this.clock.now();
    this.isOn = nowMs - this.lastMs < hurryMs;
    this.lastMs = nowMs;
    if (isListeners) this.carryOut(act);
    else act();
    this.isOn = false;
  }
}
