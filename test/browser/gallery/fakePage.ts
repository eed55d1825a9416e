import type { IntentionTime, Page, PageView } from "#engine/actors/pageApi.ts";
import type { TrackEntry } from "#engine/protocol/library.ts";
import { fault } from "#engine/protocol/faults.ts";
import { noticeOf } from "../../../apps/web/element/missingFeature.ts";

export type Scene =
  | "idle"
  | "playing"
  | "original"
  | "analysing"
  | "buffering"
  | "error"
  | "elsewhere"
  | "simple"
  | "empty"
  | "scanning";

const rate = 44_100;
const works: readonly (readonly [string, string, string, number])[] = [
  ["Harbour Lights at Four", "Marta Lindqvist", "Slow Tides", 212],
  ["Paper Lanterns", "Marta Lindqvist", "Slow Tides", 187],
  ["What the River Keeps", "Marta Lindqvist", "Slow Tides", 264],
  ["Night Bus", "The Ferrymen", "Low Bridges", 301],
  ["Second Hand Moon", "The Ferrymen", "Low Bridges", 194],
  ["Halogen", "Kaito Ueda", "Afterimage", 156],
  ["Blåbærmarken", "Sjø & Skog", "Vidda", 243],
  ["夜の電車", "Kaito Ueda", "Afterimage", 288],
  ["Allegro ma non troppo, un poco maestoso, and on and on", "Orchestra", "Symphony No. 9", 951],
  ["Untitled", "", "", 12.3],
  ["Sundial", "Ada Moreau", "Hours", 178],
  ["Vesper", "Ada Moreau", "Hours", 4000],
];

function track(index: number): TrackEntry {
  const [title, artist, album, seconds] = works[index % works.length]!;
  return {
    id: `t${index}`,
    title: index < works.length ? title : `${title} ${index}`,
    artist,
    album,
    durationFrames: Math.round(seconds * rate),
    exact: true,
    sampleRate: rate,
    channels: 2,
    format: ["flac", "mp3", "wav", "opus", "m4a"][index % 5]!,
    ...(index === 9 ? { fault: fault("file-corrupt", "No frame could be decoded.") } : {}),
  };
}

function sceneOf(scene: Scene, tracks: readonly TrackEntry[]): Partial<PageView> {
  const on = (index: number) => {
    const entry = tracks[index]!;
    return { track: entry, durationSeconds: entry.durationFrames / rate };
  };
  const playing = { transport: "playing", playing: true } as const;
  const loudness = { original: -14.23, enhanced: -16.02 };
  switch (scene) {
    case "idle":
      return {};
    case "playing":
      return {
        ...on(3),
        ...playing,
        variant: "adaptive@80",
        positionSeconds: 83.4,
        status: "Playing, enhanced: adaptive at 80 %.",
        fidelity: "dithered",
        loudness,
        explanation: [
          "About 3.3 LU louder: the track is at −18.1 LUFS, 4.1 LU under the target of −14.0.",
          "+2.1 dB around 120 Hz because the bass is 4.2 dB under the target curve.",
          "What rises above −14.0 dBFS is eased 1.64 : 1: the highest peak is 16 dB over the average level.",
          "Peaks are held below −1.5 dBTP; those of the original reach −0.3.",
        ],
      };
    case "original":
      return {
        ...on(6),
        ...playing,
        enhance: false,
        variant: "original",
        positionSeconds: 33.4,
        status: "Playing the original, bit for bit.",
        fidelity: "exact",
        loudness,
      };
    case "analysing":
      return {
        ...on(0),
        ...playing,
        variant: "original",
        pending: "adaptive@80",
        positionSeconds: 3.2,
        status: "Playing the original; analysing… 42 %",
        fidelity: "exact",
      };
    case "buffering":
      return {
        ...on(8),
        transport: "buffering",
        playing: true,
        positionSeconds: 412,
        status: "Waiting for more of the track.",
        link: "backingOff",
      };
    case "error":
      return {
        ...on(9),
        transport: "error",
        fault: fault("file-corrupt", "No frame could be decoded."),
        status: "“Untitled” cannot be played: the file is damaged, or is not what its name says.",
      };
    case "elsewhere":
      return {
        ...on(3),
        transport: "paused",
        positionSeconds: 83.4,
        elsewhere: true,
        status: "Plays in another tab.",
      };
    case "simple":
      return {
        ...on(3),
        ...playing,
        variant: "adaptive@80",
        positionSeconds: 83.4,
        status: "Playing enhanced: adaptive, 80 %.",
        notice: noticeOf("AudioWorklet", false),
      };
    case "empty":
      return { tracks: [], status: "No music was found." };
    case "scanning":
      return { tracks: [], scanning: true, status: "Looking for music…" };
  }
}

function intention(
  kind: IntentionTime["kind"],
  outcome: IntentionTime["outcome"],
  tookMs: number | null,
): IntentionTime {
  return { kind, outcome, tookMs, track: "t3", variant: "adaptive@80", seconds: 83.4 };
}

/** A player that obeys at once, makes no sound, and notes every command in `asked`. */
export function createFakePage(
  scene: Scene,
  trackCount: number,
): Page & { readonly asked: unknown[][] } {
  const tracks = Array.from({ length: trackCount }, (_, index) => track(index));
  let view: PageView = {
    transport: "idle",
    variant: "",
    pending: "",
    output: "locked",
    link: "live",
    track: null,
    tracks,
    scanning: false,
    positionSeconds: 0,
    durationSeconds: 0,
    playing: false,
    enhance: true,
    preset: "adaptive",
    intensity: 80,
    volume: 1,
    matchLoudness: true,
    crossfadeSeconds: 0,
    status: "Ready.",
    fidelity: null,
    explanation: [],
    loudness: { original: null, enhanced: null },
    fault: null,
    windowBytes: 0,
    cached: {
      original: "mmmmmmmmmmmmdddddddddddddddddd-",
      enhanced: "mmmmmmmmmmmmmcc---------------d",
      segmentSeconds: 10,
      heldFromSeconds: 73,
      heldUntilSeconds: 113,
    },
    intentions: [
      intention("track", "heard", 412),
      intention("seek", "heard", 38),
      intention("seek", "replaced", null),
      intention("seek", "heard", 21),
      intention("variant", "heard", 9),
      intention("variant", "heard", 1460),
      intention("seek", "failed", null),
      intention("variant", "pending", null),
    ],
    elsewhere: false,
    notice: "",
    ...sceneOf(scene, tracks),
  };
  const listeners = new Set<(view: PageView) => void>();
  const asked: unknown[][] = [];
  const obey = (command: unknown[], change: Partial<PageView>): void => {
    asked.push(command);
    view = { ...view, ...change };
    for (const listen of listeners) listen(view);
  };
  return {
    asked,
    view: {
      getSnapshot: () => view,
      subscribe: (listen) => {
        listeners.add(listen);
        return { unsubscribe: () => listeners.delete(listen) };
      },
    },
    inspect: { getSnapshot: () => [], subscribe: () => ({ unsubscribe: () => undefined }) },
    play: () => obey(["play"], { playing: true, transport: "playing" }),
    pause: () => obey(["pause"], { playing: false, transport: "paused" }),
    choose: (id) => {
      const chosen = tracks.find((entry) => entry.id === id)!;
      obey(["choose", id], {
        track: chosen,
        durationSeconds: chosen.durationFrames / rate,
        positionSeconds: 0,
        playing: true,
        transport: "playing",
      });
    },
    next: () => obey(["next"], {}),
    previous: () => obey(["previous"], {}),
    seek: (seconds) => obey(["seek", seconds], { positionSeconds: seconds }),
    setEnhance: (enhance) => obey(["setEnhance", enhance], { enhance }),
    setPreset: (preset) => obey(["setPreset", preset], { preset }),
    setIntensity: (intensity) => obey(["setIntensity", intensity], { intensity }),
    setVolume: (volume) => obey(["setVolume", volume], { volume }),
    setMatchLoudness: (matchLoudness) =>
      obey(["setMatchLoudness", matchLoudness], { matchLoudness }),
    setCrossfade: (crossfadeSeconds) =>
      obey(["setCrossfade", crossfadeSeconds], { crossfadeSeconds }),
    leave: () => undefined,
  };
}
