/** What an app gets when it starts the page root, and what it has to hand in. */
import type { InspectionEvent } from "xstate";
import type { Fault } from "../protocol/faults.ts";
import type { Fidelity } from "../protocol/hostMessages.ts";
import type { TrackEntry } from "../protocol/library.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { SavedPlayback } from "../protocol/savedPlayback.ts";
import type { Preset, VariantName } from "../protocol/variant.ts";
import type { Clock } from "../ports/clock.ts";
import type { Port } from "../ports/messagePort.ts";
import type { OpenOutput } from "../ports/output.ts";
import type { TrackListReport } from "../streams/trackListAnswer.ts";
import type { Start } from "../ports/port.ts";
import type { Random } from "../ports/random.ts";

export type PagePorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly openOutput: OpenOutput;
  /** the page worker, already spawned */
  readonly worker: Port;
  /** reads `GET /api/tracks` once */
  readonly readTracks: Start<null, TrackListReport>;
  /** hears what xstate tells of every actor of the page, from the first on */
  readonly inspect?: (event: InspectionEvent) => void;
};

export type PageConfig = {
  /** WebSocket address of the host */
  readonly url: string;
  readonly token?: string;
  /** names this player over reconnects */
  readonly player: string;
  readonly deviceMemory: number | null;
  /** Hz for the AudioContext before any track is known */
  readonly defaultRate: number;
  /** where the last visit ended, and how it was set; null or left out: a new listener */
  readonly saved?: SavedPlayback | null;
};

export const transports = [
  "idle",
  "loading",
  "ready",
  "playing",
  "paused",
  "buffering",
  "seeking",
  "ended",
  "error",
] as const;
export type Transport = (typeof transports)[number];

/** Everything a player's page shows, derived from the actors, never stored. */
export type PageView = {
  readonly transport: Transport;
  /** what sounds: `original`, `warm@80`; empty before anything did */
  readonly variant: VariantName | "";
  /** what is being prepared: a variant name when the variant is to change, `seek`, `track`; else empty */
  readonly pending: string;
  /** state of the output machine, camelCase */
  readonly output: string;
  /** state of the link machine, camelCase */
  readonly link: string;
  readonly track: TrackEntry | null;
  readonly tracks: readonly TrackEntry[];
  readonly scanning: boolean;
  /** seconds; what is heard now, or the target while a seek is being prepared */
  readonly positionSeconds: number;
  readonly durationSeconds: number;
  /** true once Play would pause: the wish, not the sound */
  readonly playing: boolean;
  readonly enhance: boolean;
  readonly preset: Preset;
  /** percent, steps of 5 */
  readonly intensity: number;
  /** 0…1 */
  readonly volume: number;
  readonly matchLoudness: boolean;
  /** of crossfade between tracks that are not of one album; 0: none */
  readonly crossfadeSeconds: number;
  /** one or two sentences in plain words for the status region */
  readonly status: string;
  /** how the wire's 16 bits relate to the source; null before a rendition is known */
  readonly fidelity: Fidelity | null;
  /** integrated loudness of both sides, LUFS, as far as known */
  readonly loudness: { readonly original: number | null; readonly enhanced: number | null };
  /** what *Enhance* does to the track and why, in plain sentences; empty until it is known */
  readonly explanation: readonly string[];
  readonly fault: Fault | null;
  /** bytes of audio held by the page worker */
  readonly windowBytes: number;
  /** what is ready of the track, by segments */
  readonly cached: Cached;
  /** the listener's last intentions, at most twenty, oldest first */
  readonly intentions: readonly IntentionTime[];
  /** another tab sounds, and this one is silent: Play takes over */
  readonly elsewhere: boolean;
  /** what this browser lacks for the whole player, and how to get it; empty: nothing */
  readonly notice: string;
};

/** What of a track is where: a letter for each segment of a side, `m` in the host's memory, `d` on its disk,
 *  `c` on its way there, `-` neither; empty while nothing is known. And what of the side that is heard the page holds, seconds. */
export type Cached = {
  readonly original: string;
  readonly enhanced: string;
  /** length of all but the last segment; 0 while nothing is known */
  readonly segmentSeconds: number;
  readonly heldFromSeconds: number;
  readonly heldUntilSeconds: number;
};

/** What the listener meant by a click, and how long it took until its first frame was heard. */
export type IntentionTime = {
  readonly kind: "track" | "seek" | "variant";
  readonly track: TrackId;
  readonly variant: VariantName;
  /** where in the track; of a switch in place, about where */
  readonly seconds: number;
  /** `replaced`: something newer was meant before it was heard */
  readonly outcome: "pending" | "heard" | "replaced" | "failed";
  /** from the click until the mixer took it over; null unless it is heard */
  readonly tookMs: number | null;
};

/** Shaped so that `useSelector` of @xstate/react takes it. */
export type Readable<Value> = {
  readonly getSnapshot: () => Value;
  readonly subscribe: (listen: (value: Value) => void) => { readonly unsubscribe: () => void };
};

/** One living actor, as text. */
export type ActorLine = {
  readonly side: "page" | "worker" | "host";
  readonly id: string;
  readonly machine: string;
  /** active states, e.g. `wish.playing intention.settled supply.ready` */
  readonly state: string;
};

export type Page = {
  readonly view: Readable<PageView>;
  /** every living actor of page and worker */
  readonly inspect: Readable<readonly ActorLine[]>;
  readonly play: () => void;
  readonly pause: () => void;
  /** Loads a track and plays it from its beginning. */
  readonly choose: (track: TrackId) => void;
  readonly next: () => void;
  readonly previous: () => void;
  /** Clamped to the track; not-a-number is ignored with a status. */
  readonly seek: (seconds: number) => void;
  readonly setEnhance: (on: boolean) => void;
  readonly setPreset: (preset: Preset) => void;
  /** percent; rounded to steps of 5; outside or not a number is ignored with a status */
  readonly setIntensity: (intensity: number) => void;
  /** 0…1, clamped */
  readonly setVolume: (gain: number) => void;
  readonly setMatchLoudness: (on: boolean) => void;
  /** Seconds, clamped to 0…10; counts from the next track that is made ready on. */
  readonly setCrossfade: (seconds: number) => void;
  readonly leave: () => void;
};
