/** Tally: what many batches came to, and how it reads. */
import { Coverage } from "./coverage.ts";
import { addCounts, type BatchResult, type Found } from "./runBatch.ts";

export class Tally {
  runs = 0;
  events = 0;
  virtualMs = 0;
  cpuMs = 0;
  readonly struck: Record<string, number> = {};
  readonly coverage = new Coverage();
  readonly found: Found[] = [];

  add(batch: BatchResult): void {
    this.runs += batch.runs;
    this.events += batch.events;
    this.virtualMs += batch.virtualMs;
    this.cpuMs += batch.cpuMs;
    addCounts(this.struck, batch.struck);
    this.coverage.merge(batch.taken);
    this.found.push(...batch.found);
    this.found.sort((a, b) => a.seed - b.seed);
  }

  /** rounded to a thousandth */
  get hours(): number {
    return Math.round(this.virtualMs / 3600) / 1000;
  }

  get faults(): number {
    return Object.values(this.struck).reduce((sum, times) => sum + times, 0);
  }

  /** One line of progress. @param seconds of real time so far */
  line(seconds: number, runsInAll: number): string {
    const perCpuSecond = Math.round(this.events / Math.max(1e-9, this.cpuMs / 1000));
    return [
      `${this.runs} of ${runsInAll} runs`,
      `${(this.runs / seconds).toFixed(1)} runs/s`,
      `${perCpuSecond} events per CPU-second`,
      `${this.hours.toFixed(2)} simulated hours`,
      `${this.faults} faults`,
      this.coverage.line(),
      `${this.found.length} ${this.found.length === 1 ? "violation" : "violations"}`,
    ].join(", ");
  }

  /** Faults by kind, the most frequent first. */
  faultLine(): string {
    const kinds = Object.entries(this.struck).sort(([, a], [, b]) => b - a);
    return kinds.map(([kind, times]) => `${kind} ${times}`).join(", ");
  }
}
