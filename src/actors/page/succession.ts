/** Succession: which track follows what sounds, without a click and without a gap, and whether they are
 *  crossfaded. The player appoints it; this knows the list and the listener's taste. */
import type { ActorRefFrom } from "xstate";
import type { playerMachine } from "../../machines/player.machine.ts";
import type { PlayerContext } from "../../machines/playerContext.ts";
import type { queueMachine } from "../../machines/queue.machine.ts";
import type { TrackEntry } from "../../protocol/library.ts";
import { limits } from "../../protocol/limits.ts";
import type { PageCommand } from "../../protocol/pageMessages.ts";
import type { Library } from "./library.ts";

type Parts = {
  readonly player: Pick<ActorRefFrom<typeof playerMachine>, "getSnapshot" | "send" | "subscribe">;
  readonly queue: Pick<ActorRefFrom<typeof queueMachine>, "send">;
  readonly library: Library;
  readonly post: (message: Appointment) => void;
};
type Appointment = Extract<PageCommand, { type: "page/succeed" }>;

export class Succession {
  private readonly parts: Parts;
  /** the lane whose end is near */
  private near: number | null = null;
  /** the player does not know yet that this lane sounds */
  private isAwaited = false;
  /** 0…`limits.crossfadeSecondsMax`; 0: tracks follow each other without a gap */
  crossfadeSeconds = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    // worker and page hear of a commit by different ways; the subscription ends with the player
    parts.player.subscribe(() => {
      if (this.isAwaited) this.appoint();
    });
  }

  /** The end of the lane of `generation` is near. */
  approach(generation: number): void {
    this.near = generation;
    this.appoint();
  }

  /** The list has changed: something else may follow. */
  appoint(): void {
    const { player, library } = this.parts;
    const { heard } = player.getSnapshot().context;
    this.isAwaited = this.near !== null && this.near > (heard?.generation ?? -1);
    if (!heard || this.near !== heard.generation) return;
    const { generation } = heard;
    const track = library.entryAt(library.following(heard.track))?.id ?? null;
    player.send({ type: "succession.due", generation, track });
  }

  /** @param seconds clamped */
  setCrossfade(seconds: number): void {
    this.crossfadeSeconds = Math.min(limits.crossfadeSecondsMax, Math.max(0, seconds));
  }

  /** Tells mixer and page worker what was appointed. */
  post(context: PlayerContext): void {
    const { issued, successor, rate, chosen, counterpart, heard } = context;
    if (rate === null) return;
    const type = "page/succeed";
    if (!successor || !heard)
      return this.parts.post({ type, generation: issued, succession: null });
    const { track, variant } = successor.target;
    const both = [this.entry(heard.track), this.entry(track)] as const;
    const isOneAlbum = isSameAlbum(...both);
    // half of a short track is left to be heard alone
    const most = Math.floor((Math.min(...both.map(secondsOf)) / 2) * rate);
    const crossfade = isOneAlbum ? 0 : Math.min(most, Math.round(this.crossfadeSeconds * rate));
    const other = variant === chosen ? counterpart : chosen;
    this.parts.post({
      type,
      generation: successor.generation,
      succession: { track, variant, counterpart: other, rate, after: heard.generation, crossfade },
    });
  }

  /** The next track sounds already: the queue stands at it. */
  follow({ heard }: PlayerContext): void {
    const { library, queue } = this.parts;
    const place = heard ? library.placeOf(heard.track) : -1;
    if (place < 0) return;
    queue.send({ type: "track.succeeded", place });
    library.choose(place);
  }

  /** What sounded has come to its end, and nothing was there to follow. */
  advance({ heard }: PlayerContext): void {
    const { library, queue } = this.parts;
    queue.send({ type: "track.ended", place: library.following(heard?.track) });
  }

  /** What was meant cannot be had: the next one, unless it is heard all the same, from what is held of it. */
  passOver({ heard, failedTrack }: PlayerContext): void {
    const { player, library, queue } = this.parts;
    if (heard?.track === failedTrack && player.getSnapshot().matches({ supply: "ready" })) return;
    queue.send({ type: "track.failed", place: library.playable(1) });
  }

  private entry(track: string): TrackEntry | undefined {
    const { library } = this.parts;
    return library.entryAt(library.placeOf(track));
  }
}

/** As long as it is known to be, or said to be. */
function secondsOf(entry: TrackEntry | undefined): number {
  return entry && entry.sampleRate > 0
    ? entry.durationFrames / entry.sampleRate
    : Number.POSITIVE_INFINITY;
}

/** What was made to go on without a gap is never faded. */
function isSameAlbum(one: TrackEntry | undefined, other: TrackEntry | undefined): boolean {
  return one !== undefined && one.album !== "" && one.album === other?.album;
}
