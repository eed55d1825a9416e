import type { SourceSignature } from "#engine/ports/catalogue.ts";
import type { SourceId } from "#engine/ports/decoder.ts";
import type { Fault } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";

/** What tags, header and (once decoded) decoder tell of a file. Plain JSON: it is kept over restarts. */
export type TrackFacts = {
  /** empty: there is no such tag */
  readonly title: string;
  readonly artist: string;
  readonly album: string;
  readonly albumArtist: string;
  /** 0: there is no such tag */
  readonly disc: number;
  readonly number: number;
  /** `wav`, `flac`, `mp3`, `vorbis`, `opus`, `aac`, `alac`, or the extension */
  readonly format: string;
  /** Hz, 0 when unknown */
  readonly sampleRate: number;
  /** of the file, before downmixing; 0 when unknown */
  readonly channels: number;
  /** frames at `sampleRate`, 0 when unknown; a guess unless `exact` */
  readonly frames: number;
  readonly exact: boolean;
  /** length that a header claims which can be relied on; null when there is none */
  readonly claimedSeconds: number | null;
  /** `tag`: inside the file; else the name of a picture beside it */
  readonly cover:
    | { readonly kind: "tag" }
    | { readonly kind: "file"; readonly name: string }
    | null;
  readonly fault: Fault | null;
  /** what the decoder found in it; null: not decoded yet */
  readonly sourceId: SourceId | null;
};

export type LibraryTrack = {
  readonly id: TrackId;
  /** a path that every reader can open (an alias where the name is not valid UTF-8) */
  readonly path: string;
  /** folder below its root, `/`-separated, for order and covers */
  readonly folder: string;
  /** for people: the file's name without its extension */
  readonly name: string;
  readonly signature: SourceSignature;
  readonly facts: TrackFacts;
};

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Natural order: folder, album, disc, track number, name. */
export function compareTracks(a: LibraryTrack, b: LibraryTrack): number {
  return (
    collator.compare(a.folder, b.folder) ||
    collator.compare(a.facts.album, b.facts.album) ||
    a.facts.disc - b.facts.disc ||
    a.facts.number - b.facts.number ||
    collator.compare(a.name, b.name) ||
    (a.id < b.id ? -1 : 1)
  );
}
