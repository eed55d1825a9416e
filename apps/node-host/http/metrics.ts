import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Host } from "#engine/actors/hostApi.ts";

/** What `GET /metrics` tells, in Prometheus' text format. */
export type Metrics = {
  readonly contentType: string;
  readonly read: () => Promise<string>;
};

/** Reads the host's figures whenever it is asked, and listens to answer times. */
export function createMetrics(host: Host): Metrics {
  const registry = new Registry();
  const registers = [registry];
  new Counter({
    name: "segue_renders_total",
    help: "Segments rendered",
    registers,
    collect() {
      this.reset();
      this.inc(host.figures().rendersTotal);
    },
  });
  new Counter({
    name: "segue_cache_hits_total",
    help: "Segments answered, by the tier they came from",
    labelNames: ["tier"],
    registers,
    collect() {
      this.reset();
      for (const [tier, count] of Object.entries(host.figures().hits)) this.inc({ tier }, count);
    },
  });
  new Gauge({
    name: "segue_cache_bytes",
    help: "Bytes held, by tier",
    labelNames: ["tier"],
    registers,
    collect() {
      for (const [tier, bytes] of Object.entries(host.figures().bytes)) this.set({ tier }, bytes);
    },
  });
  new Gauge({
    name: "segue_queue_depth",
    help: "Renders that wait, by class",
    labelNames: ["class"],
    registers,
    collect() {
      for (const [name, depth] of Object.entries(host.figures().queueDepth))
        this.set({ class: name }, depth);
    },
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge("segue_sessions", "Players connected", () => host.figures().sessions);
  gauge("segue_renders_running", "Renders that run now", () => host.figures().running);
  gauge("segue_open_tracks", "Tracks open", () => host.figures().openTracks);
  gauge("segue_resident_bytes", "Memory of the host process", () => process.memoryUsage.rss());
  const answers = new Histogram({
    name: "segue_answer_seconds",
    help: "From asking for a segment to its last sample, by kind of answer",
    labelNames: ["kind"],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    registers,
  });
  host.onAnswer((kind, ms) => answers.observe({ kind }, ms / 1000));
  return { contentType: registry.contentType, read: () => registry.metrics() };
}
