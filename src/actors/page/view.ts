/** The page's view: everything it shows, derived from the actors' snapshots, never stored. */
import type { SnapshotFrom } from "xstate";
import type { TrackEntry } from "../../protocol/library.ts";
import { frames, framesToSeconds } from "../../protocol/geometry.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { PageReport } from "../../protocol/pageMessages.ts";
import type { EnhancedVariant, VariantName } from "../../protocol/variant.ts";
import type { outputMachine } from "../../machines/output.machine.ts";
import type { playerMachine } from "../../machines/player.machine.ts";
import type { RenditionShelf } from "../../machines/renditionShelf.ts";
import type { PageView, Transport } from "../pageApi.ts";
import type { CacheBook } from "./cacheBook.ts";
import { statusText } from "./statusText.ts";

/** The books of the page worker's window. */
export type WindowReport = Extract<PageReport, { type: "window/state" }>;
type PlayerSnapshot = SnapshotFrom<typeof playerMachine>;
type OutputSnapshot = SnapshotFrom<typeof outputMachine>;

export type ViewSources = {
  readonly player: PlayerSnapshot;
  readonly output: OutputSnapshot;
  readonly link: string;
  readonly tracks: readonly TrackEntry[];
  readonly entryOf: (track: string | undefined) => TrackEntry | null;
  readonly scanning: boolean;
  readonly listed: boolean;
  readonly volume: number;
  readonly matchLoudness: boolean;
  readonly crossfadeSeconds: number;
  readonly enhanced: EnhancedVariant;
  readonly window: WindowReport | null;
  readonly intentions: PageView["intentions"];
  readonly cacheBook: Pick<CacheBook, "map" | "segmentSeconds">;
  readonly progress: number | null;
  readonly renditions: Pick<RenditionShelf, "of">;
  /** whether something else than silence goes to the speakers */
  readonly sounding: boolean;
  /** sentence about the last refused request, empty when there is none */
  readonly note: string;
};

/** The audit's nine states as one function of the three regions and the output. */
export function transportOf(
  player: PlayerSnapshot,
  output: OutputSnapshot,
  sounding: boolean,
): Transport {
  const { context } = player;
  const { wish, intention, supply } = player.value;
  const pending = intention !== "settled";
  if (supply === "failed") return "error";
  if (wish === "playing" && noOutput(output)) return "error";
  if (supply === "empty") {
    if (context.target === null) return context.fault ? "error" : "idle";
    // what waits only for the output to run is there
    const isWaitedFor = intention === "preparing" || (pending && wish === "playing");
    if (isWaitedFor) return "loading";
    return context.target.frame === 0 ? "ready" : "paused";
  }
  if (supply === "ended") return pending ? "seeking" : "ended";
  if (wish === "paused") return context.heard?.frame === 0 ? "ready" : "paused";
  if (output.value !== "running") return "loading";
  if (supply === "starved") return pending ? "seeking" : "buffering";
  return pending && !sounding ? "seeking" : "playing";
}

/** Why no context can be had; the next click on Play tries again. */
function noOutput(output: OutputSnapshot): Fault | null {
  return output.matches("absent") ? output.context.fault : null;
}

const nothingSaid: readonly string[] = [];

/** Pure. O(1) but for the search of the track by its id, O(tracks). */
export function viewOf(sources: ViewSources): PageView {
  const { player, output, renditions, cacheBook } = sources;
  const { context } = player;
  const { target, heard, chosen, counterpart } = context;
  const pending = player.value.intention !== "settled";
  // what cannot be had is what the next click is about
  const shown = pending || player.value.supply === "failed" ? target : (heard ?? target);
  const track = sources.entryOf(shown?.track);
  const rate = rateOf(context.rate, track);
  const rendition = shown ? renditions.of(shown.track, shown.variant, rate) : undefined;
  const ready = rendition?.status === "ready" ? rendition : null;
  const enhanced = chosen === "original" ? counterpart : chosen;
  const readyOf = (variant: VariantName) => {
    const found = shown ? renditions.of(shown.track, variant, rate) : undefined;
    return found?.status === "ready" ? found : null;
  };
  // in a switch in place what is heard goes on; a seek shows where it is going
  const inPlace =
    pending &&
    heard !== null &&
    target !== null &&
    target.alignTo !== null &&
    heard.generation >= target.alignTo;
  const frame = (inPlace ? heard : shown)?.frame ?? 0;
  const transport = transportOf(player, output, sources.sounding);
  const lost = lossOf(sources, rate);
  const variant = heard && player.value.supply !== "failed" ? heard.variant : "";
  const [originalKey, enhancedKey] = [readyOf("original")?.key, readyOf(enhanced)?.key];
  const durationSeconds = durationOf(ready, track);
  const view: Omit<PageView, "status"> = {
    transport,
    variant,
    pending: pendingText(sources, pending, lost !== null),
    output: String(output.value),
    link: sources.link,
    track,
    tracks: sources.tracks,
    scanning: sources.scanning,
    positionSeconds: framesToSeconds(frames(frame), rate),
    durationSeconds,
    playing: player.value.wish === "playing" && transport !== "ended" && transport !== "error",
    enhance: chosen !== "original",
    preset: sources.enhanced.preset,
    intensity: sources.enhanced.intensity,
    volume: sources.volume,
    matchLoudness: sources.matchLoudness,
    crossfadeSeconds: sources.crossfadeSeconds,
    fidelity: ready?.fidelity ?? null,
    loudness: {
      original: readyOf("original")?.loudness ?? null,
      enhanced: readyOf(enhanced)?.loudness ?? null,
    },
    explanation: readyOf(enhanced)?.explanation ?? nothingSaid,
    fault: context.fault ?? lost ?? (transport === "error" ? noOutput(output) : null),
    windowBytes: sources.window?.bytes ?? 0,
    cached: {
      original: cacheBook.map(originalKey, durationSeconds),
      enhanced: cacheBook.map(enhancedKey, durationSeconds),
      segmentSeconds:
        cacheBook.segmentSeconds(originalKey) || cacheBook.segmentSeconds(enhancedKey),
      heldFromSeconds: heldSeconds(sources.window?.heldFrom, rate),
      heldUntilSeconds: heldSeconds(sources.window?.heldUntil, rate),
    },
    intentions: sources.intentions,
    elsewhere: false,
    notice: "",
  };
  return { ...view, status: statusText(view, sources) };
}

function heldSeconds(frame: number | undefined, rate: number): number {
  return frame === undefined ? 0 : framesToSeconds(frames(frame), rate);
}

/** Rate of frames on the page, Hz: the output's; before there is one, the track's own.
 *  @param outputRate null while there is no output */
export function rateOf(outputRate: number | null, track: TrackEntry | null): number {
  return outputRate ?? (track?.sampleRate || 44_100);
}

function durationOf(
  ready: { frames: number; rate: number; exact: boolean } | null,
  track: TrackEntry | null,
): number {
  if (ready && (ready.exact || !track)) return ready.frames / ready.rate;
  if (track && track.sampleRate > 0 && track.durationFrames > 0)
    return track.durationFrames / track.sampleRate;
  return ready ? ready.frames / ready.rate : 0;
}

/** Why what the original stands in for will not come: the host's last word, until it has another. */
function lossOf({ player, renditions }: ViewSources, rate: number): Fault | null {
  const { target, awaited } = player.context;
  if (target === null || awaited === null) return null;
  const found = renditions.of(target.track, awaited, rate);
  return found?.status === "failed" && !found.fault.retryable ? found.fault : null;
}

/** @param isLost what is awaited will not come */
function pendingText({ player }: ViewSources, pending: boolean, isLost: boolean): string {
  const { target, heard, awaited } = player.context;
  if (awaited !== null && !isLost) return awaited;
  if (!pending || !target) return "";
  if (!heard || target.track !== heard.track) return "track";
  return target.variant === heard.variant ? "seek" : target.variant;
}
