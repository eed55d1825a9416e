/** Track loader: which track the player is given, from where on, and at which rate its output is opened. */
import type { ActorRefFrom } from "xstate";
import { secondsToFrames } from "../../protocol/geometry.ts";
import type { SavedPlayback } from "../../protocol/savedPlayback.ts";
import type { outputMachine } from "../../machines/output.machine.ts";
import type { playerMachine } from "../../machines/player.machine.ts";
import type { queueMachine } from "../../machines/queue.machine.ts";
import type { Hurry } from "./hurry.ts";
import type { Library } from "./library.ts";
import { rateOf } from "./view.ts";

type Parts = {
  readonly player: ActorRefFrom<typeof playerMachine>;
  readonly output: ActorRefFrom<typeof outputMachine>;
  readonly queue: ActorRefFrom<typeof queueMachine>;
  readonly library: Library;
  readonly hurry: Hurry;
  readonly isSounding: () => boolean;
};

export class TrackLoader {
  private readonly parts: Parts;
  /** where the last visit ended, until it is gone to or anything else is chosen */
  private saved: Pick<SavedPlayback, "track" | "seconds"> | null;

  private isRestoring = false;

  constructor(parts: Parts, saved: SavedPlayback | null) {
    this.parts = parts;
    this.saved = saved?.track == null ? null : saved;
  }

  /** The list is another one now. @param defaultRate Hz while no track's rate is known */
  listed(defaultRate: number): void {
    this.restore();
    if (this.parts.player.getSnapshot().value.wish === "playing") this.playFirst();
    this.openOutput(defaultRate);
  }

  /** Play, and nothing was chosen: the first track, as soon as it is known which. Who clicks while he is told of a change
   *  finds machines in the middle of it, which hear of this behind it: so the list is asked what there is to play, and
   *  not the player whether it has begun. */
  playFirst(): void {
    const { player, queue, library } = this.parts;
    if (player.getSnapshot().context.target !== null) return;
    const place = library.playable(1);
    // the track of the last visit may yet turn up
    if (place !== null && this.saved === null) queue.send({ type: "queue.next", place });
    // nothing to play, and no more to come: no wish is left behind that would come true later
    else if (place === null && library.isComplete) player.send({ type: "transport.pause" });
  }

  /** The track at this place of the list, from its beginning, or from where the last visit ended. */
  load(place: number | null): void {
    const { player, output, library, hurry, isSounding } = this.parts;
    const entry = library.choose(place);
    if (!entry) return;
    // another rate is worth a new context only while nothing sounds
    const { rate } = output.getSnapshot().context;
    if (entry.sampleRate > 0 && rate > 0 && rate !== entry.sampleRate && !isSounding())
      output.send({ type: "output.rebuild", rate: entry.sampleRate });
    const saved = this.saved?.track === entry.id ? this.saved.seconds : 0;
    this.saved = null;
    // a file that is shorter than it was begins anew
    const isInside = !entry.exact || saved < entry.durationFrames / entry.sampleRate;
    const { rate: playerRate } = player.getSnapshot().context;
    const frame = secondsToFrames(isInside ? saved : 0, rateOf(playerRate, entry));
    hurry.click(
      () => player.send({ type: "track.load", track: entry.id, frame }),
      !this.isRestoring,
    );
  }

  /** Hz that the player's frames are counted at: its output's, or before there is one the track's own. */
  countedAt(): number {
    const { player, library } = this.parts;
    const { rate, target } = player.getSnapshot().context;
    return rateOf(rate, library.tracks.find(({ id }) => id === target?.track) ?? null);
  }

  /** Back to where the last visit ended, paused or not; a track that is not in the list any more is none. */
  private restore(): void {
    const { queue, library } = this.parts;
    if (this.saved?.track == null) return;
    const place = library.placeOf(this.saved.track);
    this.isRestoring = true;
    if (place >= 0) queue.send({ type: "place.choose", place });
    else if (library.isComplete) this.saved = null;
    this.isRestoring = false;
  }

  /** The context is opened once, at the first track's rate, so that most tracks need no resampling. */
  private openOutput(defaultRate: number): void {
    const { player, output, library } = this.parts;
    if (output.getSnapshot().context.rate > 0) return;
    const { target } = player.getSnapshot().context;
    const first = library.tracks.find(
      ({ id, sampleRate }) => sampleRate > 0 && (target === null || id === target.track),
    );
    output.send({ type: "output.open", rate: first?.sampleRate ?? defaultRate });
  }
}
