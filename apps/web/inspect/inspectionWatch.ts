/** Inspection watch: hears of every inspected tab of the browser and of the host, once for the whole page, keeps what is
 *  heard, and tells whoever listens, from the living on. */
import type { Cancel, Emit, Start } from "#engine/ports/port.ts";
import type { InspectionBatch } from "#engine/protocol/inspection.ts";
import type { TabLeft } from "../adapters/inspectionChannel.ts";
import { InspectionStore } from "./inspectionStore.ts";

/** Why nothing is heard of the host: it does not tell, or as many listen as may. */
export type HostSilence = "lost" | "waiting";
export type InspectionReport = InspectionBatch | TabLeft | HostSilence;

export type InspectionWatchPorts = {
  readonly watchTabs: Start<null, InspectionBatch | TabLeft>;
  readonly watchHost: Start<null, InspectionBatch | HostSilence>;
  /** ms since 1970 */
  readonly now: () => number;
};

export class InspectionWatch {
  readonly store = new InspectionStore();
  /** ms since 1970 */
  readonly now: () => number;
  readonly #ports: InspectionWatchPorts;
  readonly #listeners = new Set<Emit<InspectionReport>>();
  #hostSilence: HostSilence | null = null;

  constructor(ports: InspectionWatchPorts) {
    this.#ports = ports;
    this.now = ports.now;
  }

  /** null: it is heard, or was not asked yet */
  get hostSilence(): HostSilence | null {
    return this.#hostSilence;
  }

  start(): Cancel {
    const take = (report: InspectionReport): void => this.#take(report);
    const stops = [this.#ports.watchTabs(null, take), this.#ports.watchHost(null, take)];
    return () => stops.forEach((stop) => stop());
  }

  /** Tells of the living at once, and of everything from then on. */
  listen(emit: Emit<InspectionReport>): Cancel {
    for (const batch of this.store.living(this.now())) emit(batch);
    this.#listeners.add(emit);
    return () => this.#listeners.delete(emit);
  }

  #take(report: InspectionReport): void {
    if (typeof report === "string") {
      this.#hostSilence = report;
      this.store.forget("host");
    } else if ("left" in report) this.store.leave(report.left);
    else {
      if (report.side === "host") this.#hostSilence = null;
      this.store.take(report);
    }
    for (const emit of [...this.#listeners]) emit(report);
  }
}
