/** Where the time of one answer went: told to its asker in `Server-Timing`, and to the metrics. */
import type { ServerResponse } from "node:http";
import type { Tier } from "#engine/protocol/limits.ts";

/** what is asked for, as metrics and log name it */
export type Route =
  | "chunk"
  | "stream"
  | "cover"
  | "waveform"
  | "tracks"
  | "page"
  | "healthz"
  | "metrics"
  | "inspect"
  | "record"
  | "other";
export type TimedPart = "probe" | "decode" | "analyse" | "queue" | "read" | "render";

export type Timing = {
  /** Says what is asked for, once that is known. */
  readonly name: (route: Route) => void;
  readonly route: () => Route;
  readonly add: (part: TimedPart, ms: number) => void;
  /** Names the tier, and adds what its segments waited and took; they were asked for at once.
   *  @param tier the slowest of them */
  readonly addSegments: (
    tier: Tier,
    segments: readonly { readonly queuedMs: number; readonly madeMs: number }[],
  ) => void;
  /** ms since the request came */
  readonly totalMs: () => number;
  /** named by the answer; undefined: no audio was answered */
  readonly tier: () => Tier | undefined;
  /** as in the W3C's Server Timing: `cache;desc=L1;dur=0.2, total;dur=0.6` */
  readonly header: () => string;
};

/** Begins to time an answer, and sees to it that every one bears the header: those that refuse as well.
 *  @param answered called once, when the headers of the answer are there */
export function timeAnswer(
  response: ServerResponse,
  answered: (timing: Timing) => void = () => {},
): Timing {
  let route: Route = "other";
  const beganMs = performance.now();
  const parts = new Map<TimedPart, number>();
  let cache: { readonly tier: Tier; readonly ms: number } | undefined;
  const totalMs = (): number => performance.now() - beganMs;
  const timing: Timing = {
    name: (named) => void (route = named),
    route: () => route,
    add: (part, ms) => void parts.set(part, (parts.get(part) ?? 0) + ms),
    addSegments: (tier, segments) => {
      const queuedMs = Math.max(...segments.map((each) => each.queuedMs));
      const madeMs = Math.max(...segments.map((each) => each.madeMs));
      cache = { tier, ms: queuedMs + madeMs };
      timing.add("queue", queuedMs);
      timing.add(tier === "MISS" || tier === "ORIGINAL" ? "render" : "read", madeMs);
    },
    totalMs,
    tier: () => cache?.tier,
    header: () =>
      [
        ...(cache ? [`cache;desc=${cache.tier};dur=${milliseconds(cache.ms)}`] : []),
        ...[...parts].map(([part, ms]) => `${part};dur=${milliseconds(ms)}`),
        `total;dur=${milliseconds(totalMs())}`,
      ].join(", "),
  };
  // the one place through which every answer goes, the implicit headers of `end` among them
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    response.setHeader("server-timing", timing.header());
    writeHead(...args);
    answered(timing);
    return response;
  };
  return timing;
}

function milliseconds(ms: number): string {
  return String(Math.round(ms * 1000) / 1000);
}
