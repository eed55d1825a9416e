/** Window actor: the machine that decides how many bytes the window may hold, joined to the gauge that it
 *  hears of memory from and to the keeper that holds the window to it. */
import { createActor, type ActorRefFrom } from "xstate";
import { noMemoryGauge } from "../../ports/memoryGauge.ts";
import type { PageReport } from "../../protocol/pageMessages.ts";
import { budgetBytes, windowCacheMachine } from "../../machines/windowCache.machine.ts";
import type { WindowCache } from "../../machines/windowCache.ts";
import type { PageWorkerConfig, PageWorkerPorts } from "../pageWorkerApi.ts";
import { WindowKeeper, type LanePlace } from "./windowKeeper.ts";

export class WindowActor {
  readonly ref: ActorRefFrom<typeof windowCacheMachine>;
  readonly keeper: WindowKeeper;
  private readonly unwatch: () => void;

  /** @param changed hears that the budget is another */
  constructor(
    window: WindowCache,
    { clock, inspect, memory = noMemoryGauge }: PageWorkerPorts,
    config: PageWorkerConfig,
    changed: () => void,
  ) {
    this.keeper = new WindowKeeper(window, config);
    this.ref = createActor(windowCacheMachine, {
      id: "worker/windowCache",
      clock,
      inspect,
      input: config,
    });
    this.ref.subscribe(({ context }) => {
      const bytes = budgetBytes(context);
      if (bytes === this.keeper.budgetBytes) return;
      this.keeper.budgetBytes = bytes;
      changed();
    });
    this.ref.start();
    this.unwatch = memory(null, (level) => this.ref.send({ type: "memory.changed", level }));
  }

  /** @param gib that the device has; null when nobody can tell */
  tellDevice(gib: number | null): void {
    this.ref.send({ type: "device.told", gib });
  }

  /** Keeps what surrounds these lanes. @returns what is held, when that has changed and a report is due */
  keep(places: readonly LanePlace[], nowMs: number): PageReport | null {
    const report = this.keeper.keep(places, nowMs);
    if (report)
      this.ref.send({ type: "window.counted", bytes: report.bytes, lanes: places.length });
    return report;
  }

  stop(): void {
    this.unwatch();
    this.ref.stop();
  }
}
