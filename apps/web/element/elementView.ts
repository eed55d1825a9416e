/** What the page shows of the element player: the same view as of the whole player. */
import type { SnapshotFrom } from "xstate";
import type { PageView, Transport } from "#engine/actors/pageApi.ts";
import { faultKinds, type Fault } from "#engine/protocol/faults.ts";
import type { TrackEntry } from "#engine/protocol/library.ts";
import type { EnhancedVariant } from "#engine/protocol/variant.ts";
import type { elementPlayerMachine } from "./elementPlayer.machine.ts";
import type { MissingFeature } from "./missingFeature.ts";

export type ElementViewSources = {
  readonly player: SnapshotFrom<typeof elementPlayerMachine>;
  readonly tracks: readonly TrackEntry[];
  readonly scanning: boolean;
  readonly listed: boolean;
  /** seconds, as the element has them */
  readonly position: number;
  readonly duration: number;
  readonly enhance: boolean;
  readonly enhanced: EnhancedVariant;
  readonly volume: number;
  readonly missing: MissingFeature;
  readonly notice: string;
  /** sentence about the last refused request, empty when there is none */
  readonly note: string;
};

export function elementView(sources: ElementViewSources): PageView {
  const { context, value } = sources.player;
  const { target, loaded, fault } = context;
  const isPending = value.source === "preparing" || value.source === "waiting";
  const isSounding = isPending && loaded !== null;
  // what sounds goes on in its place while another variant of it is prepared
  const shown = isSounding && loaded.track === target?.track ? loaded : target;
  const track = sources.tracks.find(({ id }) => id === shown?.track) ?? null;
  const isLoaded = loaded !== null && loaded.track === shown?.track;
  const listedSeconds = track && track.sampleRate > 0 ? track.durationFrames / track.sampleRate : 0;
  const positionSeconds = isLoaded ? sources.position : (target?.seconds ?? 0);
  const transport = transportOf(sources.player, isSounding, positionSeconds);
  const view: Omit<PageView, "status"> = {
    transport,
    variant:
      loaded && value.source !== "failed" && value.source !== "loading" ? loaded.variant : "",
    pending: pendingOf(sources.player),
    output: "element",
    link: "none",
    track,
    tracks: sources.tracks,
    scanning: sources.scanning,
    positionSeconds,
    durationSeconds: (isLoaded && sources.duration) || listedSeconds,
    playing: value.wish === "playing" && transport !== "ended" && transport !== "error",
    enhance: sources.enhance,
    preset: sources.enhanced.preset,
    intensity: sources.enhanced.intensity,
    volume: sources.volume,
    matchLoudness: false,
    crossfadeSeconds: 0,
    fidelity: null,
    loudness: { original: null, enhanced: null },
    explanation: [],
    fault,
    windowBytes: 0,
    cached: {
      original: "",
      enhanced: "",
      segmentSeconds: 0,
      heldFromSeconds: 0,
      heldUntilSeconds: 0,
    },
    intentions: [],
    elsewhere: false,
    notice: sources.notice,
  };
  const status = [statusOf(view, sources, isPending), sources.note].filter(Boolean).join(" ");
  return { ...view, status };
}

function transportOf(
  { value }: ElementViewSources["player"],
  isSounding: boolean,
  positionSeconds: number,
): Transport {
  const isPlaying = value.wish === "playing";
  const still = positionSeconds === 0 ? "ready" : "paused";
  switch (value.source) {
    case "empty":
      return "idle";
    case "failed":
      return "error";
    case "ended":
      return "ended";
    case "ready":
      return isPlaying ? "playing" : still;
    case "starved":
      return isPlaying ? "buffering" : still;
    case "preparing":
    case "waiting":
      if (isSounding) return isPlaying ? "playing" : still;
      return "loading";
    case "loading":
      return "loading";
  }
}

function pendingOf({ context, value }: ElementViewSources["player"]): string {
  const { target, loaded } = context;
  const isOpen = value.source !== "preparing" && value.source !== "waiting";
  if (!target || (isOpen && value.source !== "loading")) return "";
  if (isOpen || !loaded || loaded.track !== target.track) return "track";
  return target.variant;
}

function statusOf(
  view: Omit<PageView, "status">,
  { listed, missing, player }: ElementViewSources,
  isPending: boolean,
): string {
  if (view.fault) return aboutFault(view.fault);
  const making =
    player.context.target?.variant === "original" ? "Decoding…" : "Decoding and analysing…";
  switch (view.transport) {
    case "idle":
      if (!listed || (view.tracks.length === 0 && view.scanning)) return "Looking for music…";
      if (view.tracks.length === 0) return "No music was found in this folder.";
      return `Choose a track, or press Play. It plays simply: this page has no ${missing}.`;
    case "loading":
      return making;
    case "buffering":
      return "Waiting for more of the music…";
    case "playing":
      if (isPending) return `Playing; ${making.toLowerCase()}`;
      if (view.variant === "original") return "Playing the original.";
      return `Playing enhanced: ${view.variant.replace("@", ", ")} %.`;
    case "ended":
      return "The end of the list.";
    case "ready":
      return "Ready to play.";
    default:
      return "Paused.";
  }
}

function aboutFault({ code, detail }: Fault): string {
  return `${/[.!?…]$/.test(detail) ? detail : `${detail}.`} ${faultKinds[code].advice}`;
}
