/** Session tracks: holds the tracks and variants that a player's demand names, and tells it how
 *  their renditions come along: what matters at once, mere progress with the next news, and nothing while the
 *  player does not read.
 *
 *  The track that follows waits behind what anybody means: it is given back while it is being prepared and
 *  somebody waits for another, and taken again when nobody does. */
import type { Resolve } from "../../machines/sendPlan.ts";
import type { Clock, TimerId } from "../../ports/clock.ts";
import type { Demand } from "../../protocol/clientMessages.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { HostMessage, Rendition } from "../../protocol/hostMessages.ts";
import type { RenderKey, TrackId } from "../../protocol/limits.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { Taking } from "./openTrack.ts";
import type { OpenTracks } from "./openTracks.ts";

export type SessionTracksParts = {
  readonly tracks: OpenTracks;
  readonly clock: Clock;
  readonly send: (message: HostMessage) => void;
  /** whether the player reads what it is sent */
  readonly hasRoom: () => boolean;
  /** a rendition became ready, failed or grew */
  readonly changed: () => void;
  /** there is something to tell with the next news */
  readonly newsArisen: () => void;
};

type Named = { readonly track: TrackId; readonly variant: VariantName };
type Held = {
  readonly taking: Taking | null;
  readonly takenAtMs: number;
  /** how often it was taken because it had failed */
  readonly retries: number;
  retry: TimerId | null;
  /** waits behind what is meant */
  isFollowing: boolean;
  /** Does not wait any longer to be taken; null: nothing is in its way. */
  readonly stopWaiting: (() => void) | null;
};

/** ms after which a track that failed is tried again when it is demanded; by itself, if the fault may pass,
 *  after growing pauses */
const retryMs = 1000;
const retryMaxMs = 8000;

export class SessionTracks {
  readonly #parts: SessionTracksParts;
  readonly #held = new Map<TrackId, Held>();
  readonly #named = new Map<string, Named>();
  readonly #now = new Map<string, Rendition>();
  /** what the player was told last */
  readonly #told = new Map<string, Rendition>();
  #rate = 0;
  /** the track that is heard when what is meant has ended */
  #following: TrackId | null = null;
  /** something was not told for lack of room */
  #withholds = false;
  /** what the player holds, by its last demand */
  #holds: ReadonlySet<RenderKey> = new Set();

  constructor(parts: SessionTracksParts) {
    this.#parts = parts;
  }

  /** Follows a demand: takes what it names anew, gives back what it names no more. */
  follow(demand: Demand): void {
    const named = namesOf(demand);
    if (demand.rate !== this.#rate) this.#told.clear();
    this.#rate = demand.rate;
    this.#holds = new Set(demand.holds.map(({ key }) => key));
    this.#following = followingIn(demand);
    const left = [...this.#named].filter(([name]) => !named.has(name));
    const fresh = [...named].filter(([name]) => !this.#named.has(name));
    this.#promote();
    this.#retryFailed(named);
    // who demands again what has failed for good asks anew: the file may be whole by now
    for (const name of named.keys()) {
      const now = this.#now.get(name);
      if (isFailed(now) && !isRetryable(now)) this.#told.delete(name);
    }
    for (const [name, each] of fresh) {
      this.#named.set(name, each);
      this.#told.delete(name);
      if (!this.#held.has(each.track)) this.#take(each.track, 0, named);
      this.#held.get(each.track)?.taking?.ask(each.variant);
    }
    for (const [name, each] of left) {
      this.#named.delete(name);
      this.#now.delete(name);
      this.#told.delete(name);
      this.#held.get(each.track)?.taking?.leave(each.variant);
    }
    const tracks = new Set([...named.values()].map(({ track }) => track));
    for (const [track, { taking }] of this.#held) {
      if (tracks.has(track)) taking?.recheck();
      else this.#giveBack(track);
    }
    for (const each of named.values()) this.#look(each, true);
    for (const track of tracks) this.#planRetry(track);
  }

  /** What a want means now. */
  readonly resolve: Resolve = (track, variant) => {
    const rendition = this.#now.get(nameOf({ track, variant }));
    if (rendition?.status !== "ready") return undefined;
    return {
      key: rendition.key,
      end: rendition.exact ? rendition.frames : Number.POSITIVE_INFINITY,
    };
  };

  /** Channels of a ready rendering by key; undefined for what is not named. */
  keys(): ReadonlyMap<RenderKey, Rendition> {
    const out = new Map<RenderKey, Rendition>();
    for (const each of this.#now.values()) if (each.status === "ready") out.set(each.key, each);
    return out;
  }

  /** Tells what has changed since it was told last. */
  tell(): void {
    this.#withholds = false;
    for (const each of this.#named.values()) this.#look(each, true);
  }

  /** Before slices of it leave: tells what could not be told. */
  tellWithheld(): void {
    if (this.#withholds && this.#parts.hasRoom()) this.tell();
  }

  releaseAll(): void {
    for (const track of [...this.#held.keys()]) this.#giveBack(track);
    this.#named.clear();
    this.#now.clear();
    this.#told.clear();
  }

  #take(track: TrackId, retries = 0, named: ReadonlyMap<string, Named> = this.#named): void {
    const own = [...named.values()].filter((each) => each.track === track);
    const variants = own.map(({ variant }) => variant);
    const { tracks, clock } = this.#parts;
    const listener = {
      changed: () => this.#trackChanged(track),
      expired: (why: Fault) => this.#expired(track, why),
      gaveWay: () => this.#giveWay(track),
    };
    const held = { keys: this.#holds, variants, rate: this.#rate };
    const isFollowing = track === this.#following;
    const taken = isFollowing
      ? tracks.takeFollowing(track, listener, held)
      : tracks.take(track, listener, held);
    const isFault = taken !== null && "code" in taken;
    this.#held.set(track, {
      taking: isFault ? null : taken,
      takenAtMs: clock.now(),
      retries,
      retry: null,
      isFollowing,
      stopWaiting: taken === null ? this.#waitFor(track) : null,
    });
    if (isFault) this.#fail(track, taken);
  }

  /** What followed, and does so no more, is meant: or is still heard, and another follows. */
  #promote(): void {
    for (const [track, held] of [...this.#held]) {
      if (!held.isFollowing || track === this.#following) continue;
      held.isFollowing = false;
      held.taking?.promote();
      if (held.stopWaiting) this.#takeAnew(track, held.retries);
    }
  }

  /** Somebody waits for another track, and this one is not ready: it is taken again when nobody does. */
  #giveWay(track: TrackId): void {
    const held = this.#held.get(track)!;
    this.#giveBack(track);
    for (const [name, each] of this.#named) if (each.track === track) this.#now.delete(name);
    const stopWaiting = this.#waitFor(track);
    this.#held.set(track, { ...held, taking: null, retry: null, stopWaiting });
    this.#parts.changed();
  }

  #waitFor(track: TrackId): () => void {
    return this.#parts.tracks.turns.whenEased(() => {
      const held = this.#held.get(track);
      // others that heard of it first may have changed that
      if (!held?.stopWaiting) return;
      this.#takeAnew(track, held.retries);
      this.#trackChanged(track);
    });
  }

  #giveBack(track: TrackId): void {
    const held = this.#held.get(track);
    this.#held.delete(track);
    this.#parts.clock.clearTimeout(held?.retry);
    held?.stopWaiting?.();
    held?.taking?.release();
  }

  #retryFailed(named: ReadonlyMap<string, Named>): void {
    const now = this.#parts.clock.now();
    for (const [track, { takenAtMs }] of [...this.#held]) {
      const isNamed = [...named.values()].some((each) => each.track === track);
      if (this.#hasFailed(track, isFailed) && isNamed && now - takenAtMs >= retryMs)
        this.#takeAnew(track);
    }
  }

  #hasFailed(track: TrackId, counts: (rendition?: Rendition) => boolean): boolean {
    const own = [...this.#named].filter(([, each]) => each.track === track);
    return own.some(([name]) => counts(this.#now.get(name)));
  }

  /** The player goes on waiting, and has no reason to say so again. */
  #planRetry(track: TrackId): void {
    const held = this.#held.get(track);
    if (!held || held.retry !== null || !this.#hasFailed(track, isRetryable)) return;
    const pauseMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(held.retries, 8));
    held.retry = this.#parts.clock.setTimeout(() => {
      held.retry = null;
      if (!this.#hasFailed(track, isRetryable)) return;
      this.#takeAnew(track, held.retries + 1);
      this.#trackChanged(track);
    }, pauseMs);
  }

  #takeAnew(track: TrackId, retries = 0): void {
    this.#giveBack(track);
    this.#take(track, retries);
    for (const [name, each] of this.#named) {
      if (each.track !== track) continue;
      this.#now.delete(name);
      this.#told.delete(name);
      this.#held.get(track)?.taking?.ask(each.variant);
    }
  }

  #expired(track: TrackId, why: Fault): void {
    this.#parts.send({ type: "fault", fault: why, track });
    this.#takeAnew(track);
    this.#trackChanged(track);
  }

  #trackChanged(track: TrackId): void {
    for (const each of [...this.#named.values()]) if (each.track === track) this.#look(each, false);
    this.#planRetry(track);
    this.#parts.changed();
  }

  #fail(track: TrackId, why: Fault): void {
    for (const [name, each] of this.#named) {
      if (each.track !== track) continue;
      const failed = { type: "rendition", ...each, rate: this.#rate, status: "failed" } as const;
      this.#now.set(name, { ...failed, fault: why });
    }
  }

  /** Looks at a rendition anew. @param all whether mere progress is told now too */
  #look(each: Named, all: boolean): void {
    const name = nameOf(each);
    const taking = this.#held.get(each.track)?.taking;
    const next = taking?.rendition(each.variant, this.#rate) ?? this.#now.get(name);
    if (!next) return;
    this.#now.set(name, next);
    const told = this.#told.get(name);
    if (told === next || (told && textOf(told) === textOf(next))) return;
    const isProgress = told && textOf(withoutProgress(told)) === textOf(withoutProgress(next));
    if (!this.#parts.hasRoom()) this.#withholds = true;
    if (this.#withholds || (isProgress && !all)) return this.#parts.newsArisen();
    this.#told.set(name, next);
    this.#parts.send(next);
  }
}

function namesOf({ head, wants }: Demand): Map<string, Named> {
  const out = new Map<string, Named>();
  for (const { track, variant } of head ? [head, ...wants] : wants)
    out.set(nameOf({ track, variant }), { track, variant });
  return out;
}

function followingIn({ head, next }: Demand): TrackId | null {
  return next && next.track !== head?.track ? next.track : null;
}

function nameOf({ track, variant }: Named): string {
  return `${track} ${variant}`;
}

function isFailed(rendition?: Rendition): boolean {
  return rendition?.status === "failed";
}

/** Whether it is worth another try, by itself. */
function isRetryable(rendition?: Rendition): boolean {
  return rendition?.status === "failed" && rendition.fault.retryable;
}

function withoutProgress(rendition: Rendition): Rendition {
  if (rendition.status === "pending") return { ...rendition, progress: 0 };
  if (rendition.status !== "ready" || rendition.exact) return rendition;
  return { ...rendition, frames: 0, decoded: 0 };
}

function textOf(rendition: Rendition): string {
  return JSON.stringify(rendition);
}
