/** Library: the list of tracks beside the queue machine, read anew whenever the host says it changed. */
import { leavesAudio, type Fault } from "../../protocol/faults.ts";
import type { PageCommand } from "../../protocol/pageMessages.ts";
import type { TrackEntry, TrackList } from "../../protocol/library.ts";
import type { PagePorts } from "../pageApi.ts";

export type LibraryReport =
  | { readonly type: "listed"; readonly length: number; readonly place: number | null }
  | { readonly type: "failed"; readonly fault: Fault }
  /** what comes behind the chosen track is another one now */
  | Extract<PageCommand, { readonly type: "page/following" }>;

/** tracks that are remembered when they have left the list */
const goneMax = 20;

export class Library {
  private readonly readTracks: PagePorts["readTracks"];
  private readonly report: (report: LibraryReport) => void;
  private list: TrackList = { tracks: [], scanning: true, revision: 0 };
  /** the last that have left the list */
  private readonly gone = new Map<string, TrackEntry>();
  private chosen: string | null = null;
  /** where the chosen track stands, as the queue has it; half a place when it left the list, between the
   *  two around it */
  private place: number | null = null;
  private cancel: () => void = () => {};
  private told: string | null = null;
  /** true once the host has answered */
  listed = false;

  constructor(readTracks: PagePorts["readTracks"], report: (report: LibraryReport) => void) {
    this.readTracks = readTracks;
    this.report = report;
  }

  get tracks(): readonly TrackEntry[] {
    return this.list.tracks;
  }
  get scanning(): boolean {
    return this.list.scanning;
  }
  /** the host has answered, and has looked through the whole folder */
  get isComplete(): boolean {
    return this.listed && !this.list.scanning;
  }

  /** Reads the list; a reading under way is given up for the newer one. */
  read(): void {
    this.cancel();
    this.cancel = this.readTracks(null, (answer) => {
      if (answer.type === "failed") return this.report(answer);
      this.place = this.placeIn(answer.list.tracks);
      this.keepGone(answer.list.tracks);
      this.list = answer.list;
      this.listed = true;
      this.report({ type: "listed", length: this.list.tracks.length, place: this.place });
      this.tellFollowing();
    });
  }

  /** A track that is listed, or was: one whose file is gone sounds until its buffer is empty. O(tracks).
   *  @returns null when it was never listed, or left long ago */
  entryOf(track: string | undefined): TrackEntry | null {
    return (
      this.entryAt(track === undefined ? null : this.placeOf(track)) ??
      this.gone.get(track!) ??
      null
    );
  }

  private keepGone(next: readonly TrackEntry[]): void {
    const ids = new Set(next.map(({ id }) => id));
    for (const entry of this.list.tracks) if (!ids.has(entry.id)) this.gone.set(entry.id, entry);
    for (const id of [...this.gone.keys()].slice(0, -goneMax)) this.gone.delete(id);
  }

  /** @returns -1 when there is no such track. O(tracks). */
  placeOf(track: string): number {
    return this.list.tracks.findIndex(({ id }) => id === track);
  }

  /** @returns undefined where nothing stands */
  entryAt(place: number | null): TrackEntry | undefined {
    return place === null ? undefined : this.list.tracks[place];
  }

  /** The nearest place behind (`step` 1) or before (−1) the chosen track whose own is not known to be
   *  broken, or null. O(tracks passed over). */
  playable(step: 1 | -1, from = this.place ?? -1): number | null {
    for (let at = beside(from, step); ; at += step) {
      const entry = this.list.tracks[at];
      if (!entry) return null;
      if (isPlayable(entry)) return at;
    }
  }

  /** What follows a track that has ended, though another may have been chosen since, and failed; what
   *  follows the chosen one when it is not listed any more. O(tracks). */
  following(ended: string | undefined): number | null {
    const at = ended === undefined ? -1 : this.placeOf(ended);
    return at < 0 ? this.playable(1) : this.playable(1, at);
  }

  /** Notes which track the queue stands at, so that its place can follow it. */
  choose(place: number | null): TrackEntry | undefined {
    const entry = this.entryAt(place);
    if (entry) this.place = place;
    this.chosen = entry?.id ?? this.chosen;
    this.tellFollowing();
    return entry;
  }

  stop(): void {
    this.cancel();
  }

  private tellFollowing(): void {
    const track = this.entryAt(this.playable(1))?.id ?? null;
    if (track === this.told) return;
    this.told = track;
    this.report({ type: "page/following", track });
  }

  /** Where the chosen track stands in another list. What stood around one that is gone stands around its
   *  gap; null when nothing of that is left either. O(tracks). */
  private placeIn(tracks: readonly TrackEntry[]): number | null {
    const { chosen, place, list } = this;
    const places = new Map(tracks.map(({ id }, at) => [id, at]));
    const found = chosen === null ? undefined : places.get(chosen);
    if (found !== undefined || place === null) return found ?? null;
    const survivor = (step: 1 | -1): number | undefined => {
      for (let at = beside(place, step); list.tracks[at]; at += step) {
        const now = places.get(list.tracks[at]!.id);
        if (now !== undefined) return now;
      }
      return undefined;
    };
    const following = survivor(1);
    if (following !== undefined) return following - 0.5;
    const preceding = survivor(-1);
    return preceding === undefined ? null : preceding + 0.5;
  }
}

/** The whole place next to a place that may be half. */
function beside(place: number, step: 1 | -1): number {
  return step === 1 ? Math.floor(place) + 1 : Math.ceil(place) - 1;
}

/** A track that ends early or has holes can be heard; one that cannot be read now may be read another time. */
function isPlayable({ fault }: TrackEntry): boolean {
  return !fault || fault.retryable || leavesAudio(fault);
}
