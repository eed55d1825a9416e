import type { Host, SegmentReport } from "#engine/actors/hostApi.ts";
import type { ReadyRendition } from "#engine/protocol/hostMessages.ts";
import type { Tier, TrackId } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { Refusal, refusal } from "./answers.ts";

export type OpenRendition = {
  readonly rendition: ReadyRendition;
  /** Gives the track back. Safe to call twice. */
  readonly release: () => void;
};

/** Opens a track in a variant and waits until it is `enough` for what is to be read from it.
 *  @param waitMs then `analysing`; Infinity: as long as the asker waits
 *  @param signal aborted when the asker has gone
 *  @throws Refusal with the fault of the track, `analysing`, or `link-lost` after an abort */
export function openReady(
  host: Host,
  wish: { readonly track: TrackId; readonly variant: VariantName },
  options: {
    readonly enough: (rendition: ReadyRendition) => boolean;
    readonly waitMs: number;
    readonly signal: AbortSignal;
  },
): Promise<OpenRendition> {
  const { enough, waitMs, signal } = options;
  return new Promise((resolve, reject) => {
    let settled = false;
    let waitsFor = "opened";
    let timer: NodeJS.Timeout | undefined;
    // a report may come before `openRendition` returns what cancels it
    let cancel: (() => void) | undefined;
    let released = false;
    const release = (): void => {
      released = true;
      cancel?.();
    };
    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      end();
    };
    const refuse = (reason: Refusal): void =>
      settle(() => {
        release();
        reject(reason);
      });
    const abort = (): void => refuse(refusal("link-lost", "The asker has gone."));
    signal.addEventListener("abort", abort);
    if (signal.aborted) return abort();
    if (Number.isFinite(waitMs))
      timer = setTimeout(
        () => refuse(refusal("analysing", `The track is still being ${waitsFor}.`)),
        waitMs,
      );
    cancel = host.openRendition({ ...wish, rate: null }, (report) => {
      if (report.type === "unopened") return refuse(new Refusal(report.fault));
      switch (report.status) {
        case "failed":
          return refuse(new Refusal(report.fault));
        case "pending":
          waitsFor = { probing: "opened", decoding: "decoded", analysing: "analysed" }[
            report.reason
          ];
          return;
        case "ready":
          waitsFor = "decoded";
          if (enough(report)) settle(() => resolve({ rendition: report, release }));
      }
    });
    if (released) cancel();
  });
}

/** One segment whole: its interleaved s16le samples and the tier it came from. It is in memory at
 *  once, 7.7 MB at most (10 s of 192 kHz stereo).
 *  @throws Refusal with the segment's fault, or `link-lost` after an abort */
export function readSegment(
  host: Host,
  wish: { readonly key: string; readonly segment: number },
  signal: AbortSignal,
): Promise<{ readonly samples: Buffer; readonly tier: Tier }> {
  return new Promise((resolve, reject) => {
    const runs: Uint8Array[] = [];
    const abort = (): void => {
      cancel();
      reject(refusal("link-lost", "The asker has gone."));
    };
    const hear = (report: SegmentReport): void => {
      if (report.type === "run") {
        runs.push(report.samples);
        return;
      }
      signal.removeEventListener("abort", abort);
      if (report.type === "done") resolve({ samples: Buffer.concat(runs), tier: report.tier });
      else reject(new Refusal(report.fault));
    };
    const cancel = host.readSegment(wish, hear);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  });
}
