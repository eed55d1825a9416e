import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Host, HostFigures } from "#engine/actors/hostApi.ts";
import type { Library } from "../library/library.ts";
import type { WorkerFigures } from "../workers/workerFigures.ts";

/** What `GET /metrics` tells, in Prometheus' text format; docs/metrics.md explains every name. */
export type Metrics = {
  readonly contentType: string;
  readonly read: () => Promise<string>;
  /** Notes an answer over HTTP. @param route as in the router's table */
  readonly answered: (route: string, status: number, ms: number) => void;
};

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number, labels?: Labels];

/** s; a segment from memory takes less than a millisecond, one of a track that has to be decoded many seconds */
const secondsBuckets = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
];

/** Reads the host's figures whenever it is asked, and listens to what takes time.
 *  @param library what the host's tracks come from
 *  @param workers undefined: the host has none of its own */
export function createMetrics(
  host: Host,
  library: Pick<Library, "damaged">,
  workers?: () => WorkerFigures,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  /** @param read everything that the metric is now; a count goes on from the host's start */
  const metric =
    (Kind: typeof Counter | typeof Gauge) =>
    (name: string, help: string, read: (now: HostFigures) => readonly Sample[]): void => {
      const samples = (): readonly Sample[] => read(host.figures());
      const labelNames = [...new Set(samples().flatMap(([, labels]) => Object.keys(labels ?? {})))];
      new Kind({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [value, labels] of samples()) this.inc(labels ?? {}, value);
        },
      });
    };
  const counter = metric(Counter);
  const gauge = metric(Gauge);
  const histogram = (name: string, help: string, labelNames: string[]): Histogram =>
    new Histogram({ name, help, labelNames, buckets: secondsBuckets, registers });

  counter("segue_cache_hits_total", "Segments answered, by where they came from", ({ hits }) =>
    by("tier", hits),
  );
  counter("segue_cache_evictions_total", "Segments that left a tier, by why", ({ evictions }) =>
    evictions.map(({ tier, reason, count }): Sample => [count, { tier, reason }]),
  );
  counter("segue_cache_unwritten_total", "Renders that found no way to disk", ({ unwritten }) => [
    [unwritten],
  ]);
  gauge("segue_cache_behind", "Segments that wait for the disk", ({ behind }) => [[behind]]);
  counter("segue_damaged_files_total", "Files that were made anew, by kind", ({ damaged }) => {
    // what is damaged in its middle is found by who renders it, what is not whole by who decodes
    const pcm = damaged.pcm + (workers?.().store.damaged ?? 0);
    return by("kind", { ...damaged, pcm, library: library.damaged() });
  });
  gauge("segue_cache_bytes", "Bytes held or reserved, by tier", ({ bytes }) => by("tier", bytes));
  gauge("segue_cache_budget_bytes", "Bytes that a tier may hold now", ({ budget }) =>
    by("tier", budget),
  );
  counter("segue_renders_total", "Segments rendered", ({ rendersTotal }) => [[rendersTotal]]);
  counter("segue_renders_coalesced_total", "Askers who joined a render", ({ jobs }) => [
    [jobs.coalesced],
  ]);
  counter("segue_renders_cancelled_total", "Renders nobody waited for any more", ({ jobs }) => [
    [jobs.dropped, { stage: "queued" }],
    [jobs.stopped, { stage: "running" }],
  ]);
  counter("segue_renders_promoted_total", "Renders moved to a class above", ({ jobs }) => [
    [jobs.promoted],
  ]);
  counter("segue_renders_demoted_total", "Renders moved to a class below", ({ jobs }) => [
    [jobs.demoted],
  ]);
  counter("segue_renders_given_way_total", "Renders stopped for one in a hurry", ({ jobs }) => [
    [jobs.givenWay],
  ]);
  gauge("segue_renders_running", "Renders that run now", ({ running }) => [[running]]);
  gauge("segue_queue_depth", "Renders that wait, by class", ({ queueDepth }) =>
    by("class", queueDepth),
  );
  gauge("segue_answer_timeout_seconds", "How long an answer is reckoned with", ({ timeoutsMs }) =>
    by("kind", timeoutsMs, 1000),
  );
  gauge("segue_sessions", "Players connected", ({ sessions }) => [[sessions]]);
  gauge("segue_open_tracks", "Tracks open", ({ openTracks }) => [[openTracks]]);
  counter("segue_tracks_surveyed_total", "Tracks analysed while nobody played", ({ surveyed }) => [
    [surveyed],
  ]);
  gauge("segue_resident_bytes", "Memory of the host process", () => [[process.memoryUsage.rss()]]);
  if (workers) {
    counter("segue_workers_lost_total", "Workers that were lost, by their work", () =>
      by("work", workers().lost),
    );
    gauge("segue_worker_timeout_seconds", "How long a worker may be silent", () =>
      by("work", workers().timeoutsMs, 1000),
    );
    gauge("segue_sources_bytes", "Bytes of decoded audio on disk", () => [[workers().store.bytes]]);
    gauge("segue_sources_budget_bytes", "Bytes of decoded audio that may lie there", () => [
      [workers().store.budget],
    ]);
    counter("segue_sources_evictions_total", "Decoded sources that were removed, by why", () =>
      by("reason", workers().store.left),
    );
  }

  const answers = histogram(
    "segue_answer_seconds",
    "From asking for a segment to its first bytes",
    ["kind"],
  );
  host.onAnswer((kind, ms) => answers.observe({ kind }, ms / 1000));
  const waits = histogram("segue_queue_wait_seconds", "From asking for a render to its begin", [
    "class",
  ]);
  host.onRenderBegun((priority, ms) => waits.observe({ class: priority }, ms / 1000));
  const requests = histogram("segue_http_answer_seconds", "From an HTTP request to its headers", [
    "route",
    "status",
  ]);
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    answered: (route, status, ms) =>
      requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, ms / 1000),
  };
}

function by(label: string, values: Readonly<Record<string, number>>, per = 1): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => [value / per, { [label]: name }]);
}
