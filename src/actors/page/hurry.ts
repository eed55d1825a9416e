/** Hurry: whether the listener clicks so fast that the click being carried out may not be the last. */
import type { Clock } from "../../ports/clock.ts";

/** ms between two clicks of one hurry */
const hurryMs = 60;

export class Hurry {
  /** while a click is carried out: whether it came right behind another */
  isOn = false;
  private readonly clock: Pick<Clock, "now">;
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "now">) {
    this.clock = clock;
  }

  /** @param act carries the click out, before it returns */
  click(act: () => void): void {
    const nowMs = this.clock.now();
    this.isOn = nowMs - this.lastMs < hurryMs;
    this.lastMs = nowMs;
    act();
    this.isOn = false;
  }
}
