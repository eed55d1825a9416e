/** Albums of a library: which tracks belong together, by their tags, and follow each other. */
import type { AlbumTrack } from "#engine/ports/catalogue.ts";
import { leavesAudio } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { LibraryTrack } from "./track.ts";

export class AlbumIndex {
  readonly #albums = new Map<string, Map<TrackId, LibraryTrack>>();

  /** Takes over a track, in the place of what was known of it. Cost O(1). */
  put(track: LibraryTrack, before: LibraryTrack | undefined): void {
    if (before) this.remove(before);
    const name = nameOf(track);
    if (name === null) return;
    const tracks = this.#albums.get(name) ?? new Map<TrackId, LibraryTrack>();
    this.#albums.set(name, tracks.set(track.id, track));
  }

  remove(track: LibraryTrack): void {
    const name = nameOf(track);
    if (name === null) return;
    const tracks = this.#albums.get(name);
    tracks?.delete(track.id);
    if (tracks?.size === 0) this.#albums.delete(name);
  }

  /** Tracks of the same album and album artist around one, as long as their numbers follow each other; empty when
   *  it stands alone. Of an album that is there twice, those in the track's own folder.
   *  Cost O(n log n) in the tracks of the album. */
  of(track: LibraryTrack): readonly AlbumTrack[] {
    const name = nameOf(track);
    const all = [...((name !== null && this.#albums.get(name)?.values()) || [])];
    const inOrder = all.filter(isPlayable).toSorted(compare);
    const isTwice = inOrder.some((each, at) => at > 0 && compare(inOrder[at - 1]!, each) === 0);
    const tracks = isTwice ? inOrder.filter(({ folder }) => folder === track.folder) : inOrder;
    let run: LibraryTrack[] = [];
    for (const each of tracks) {
      const last = run.at(-1);
      if (last && !follows(last, each)) {
        if (run.some(({ id }) => id === track.id)) break;
        run = [];
      }
      run.push(each);
    }
    if (run.length < 2 || !run.some(({ id }) => id === track.id)) return [];
    return run.map(({ id, facts }) => ({ id, sourceId: facts.sourceId }));
  }
}

/** @returns null for what has no album or no number in it */
function nameOf({ facts }: LibraryTrack): string | null {
  const { album, albumArtist, artist, number } = facts;
  return album && number > 0 ? JSON.stringify([album, albumArtist || artist]) : null;
}

/** Whether anything of it can be heard, as far as it is known. */
export function isPlayable({ facts }: LibraryTrack): boolean {
  return facts.fault === null || leavesAudio(facts.fault);
}

/** A track without a disc number is on the first. */
function discOf({ facts }: LibraryTrack): number {
  return facts.disc || 1;
}

function compare(a: LibraryTrack, b: LibraryTrack): number {
  return discOf(a) - discOf(b) || a.facts.number - b.facts.number;
}

function follows(a: LibraryTrack, b: LibraryTrack): boolean {
  const discs = discOf(b) - discOf(a);
  return discs === 0 ? b.facts.number === a.facts.number + 1 : discs === 1 && b.facts.number === 1;
}
