import type { Host, SegmentReport } from "#engine/actors/hostApi.ts";
import type { ReadyRendition } from "#engine/protocol/hostMessages.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { Refusal, refusal } from "./answers.ts";

export type OpenRendition = {
  readonly rendition: ReadyRendition;
  /** Gives the track back. Safe to call twice. */
  readonly release: () => void;
};

/** Where the time until a rendition was ready went, ms: `probe`, `decode`, `analyse`. */
export type OpenTimes = (part: "probe" | "decode" | "analyse", ms: number) => void;

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
    readonly timed?: OpenTimes;
  },
): Promise<OpenRendition> {
  const { enough, waitMs, signal, timed } = options;
  return new Promise((resolve, reject) => {
    let settled = false;
    let waitsFor: keyof typeof partOf = "opened";
    let sinceMs = performance.now();
    const waitFor = (next: keyof typeof partOf): void => {
      const nowMs = performance.now();
      timed?.(partOf[waitsFor], nowMs - sinceMs);
      [waitsFor, sinceMs] = [next, nowMs];
    };
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
          waitFor(stageOf[report.reason]);
          return;
        case "ready":
          waitFor("decoded");
          if (enough(report)) settle(() => resolve({ rendition: report, release }));
      }
    });
    if (released) cancel();
  });
}

const stageOf = { probing: "opened", decoding: "decoded", analysing: "analysed" } as const;
const partOf = { opened: "probe", decoded: "decode", analysed: "analyse" } as const;

export type WholeSegment = Pick<DoneReport, "tier" | "queuedMs" | "madeMs"> & {
  readonly samples: Buffer;
};
type DoneReport = Extract<SegmentReport, { readonly type: "done" }>;

/** One segment whole: its interleaved s16le samples and the tier it came from. It is in memory at
 *  once, 7.7 MB at most (10 s of 192 kHz stereo).
 *  @throws Refusal with the segment's fault, or `link-lost` after an abort */
export function readSegment(
  host: Host,
  wish: { readonly key: string; readonly segment: number },
  signal: AbortSignal,
): Promise<WholeSegment> {
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
      if (report.type === "failed") return reject(new Refusal(report.fault));
      const { tier, queuedMs, madeMs } = report;
      resolve({ samples: Buffer.concat(runs), tier, queuedMs, madeMs });
    };
    const cancel = host.readSegment(wish, hear);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  });
}
