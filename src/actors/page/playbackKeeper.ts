/** Playback keeper: writes down where the player stands and how it is set, so that a reload finds it again.
 *  While it plays at most once a second; nothing when nothing has changed. */
import type { Clock, TimerId } from "../../ports/clock.ts";
import type { Storage } from "../../ports/storage.ts";
import { encodeSavedPlayback, type SavedPlayback } from "../../protocol/savedPlayback.ts";
import type { PageView, Readable } from "../pageApi.ts";

/** ms between two writes */
const everyMs = 1000;

export class PlaybackKeeper {
  private readonly view: Readable<PageView>;
  private readonly storage: Pick<Storage, "write">;
  private readonly clock: Clock;
  private place: Pick<SavedPlayback, "track" | "seconds">;
  private written: string;
  private timer: TimerId | null = null;
  private readonly ending: { readonly unsubscribe: () => void };

  /** @param saved what was read back: its place stays written until the page shows another track */
  constructor(
    view: Readable<PageView>,
    saved: SavedPlayback | null,
    ports: { readonly storage: Pick<Storage, "write">; readonly clock: Clock },
  ) {
    this.view = view;
    this.storage = ports.storage;
    this.clock = ports.clock;
    this.place = saved ?? { track: null, seconds: 0 };
    this.written = this.encode(view.getSnapshot());
    this.ending = view.subscribe(() => {
      this.timer ??= this.clock.setTimeout(() => this.flush(), everyMs);
    });
  }

  /** Writes at once what has changed since it was written last: the page may be about to go. */
  flush(): void {
    if (this.timer !== null) this.clock.clearTimeout(this.timer);
    this.timer = null;
    const text = this.encode(this.view.getSnapshot());
    if (text === this.written) return;
    this.written = text;
    this.storage.write(text);
  }

  leave(): void {
    this.flush();
    this.ending.unsubscribe();
  }

  private encode(view: PageView): string {
    const { track, transport, enhance, preset, intensity, volume, matchLoudness } = view;
    const { crossfadeSeconds } = view;
    // what has ended begins anew, as Play would
    const seconds = transport === "ended" ? 0 : Math.max(0, view.positionSeconds);
    if (track) this.place = { track: track.id, seconds };
    return encodeSavedPlayback({
      ...{ track: this.place.track, seconds: this.place.seconds },
      ...{ enhance, preset, intensity, volume, matchLoudness, crossfadeSeconds },
    });
  }
}
