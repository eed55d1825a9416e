/** Which tracks there are, and where. The host's library scan fills it; ids are opaque. */
import type { Fault } from "../protocol/faults.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { SourceId } from "./decoder.ts";
import type { Cancel, Emit, Start } from "./port.ts";

/** Changes whenever the file does: `${size}-${mtimeMs}`. Nothing derived from another is served. */
export type SourceSignature = string;

export type TrackSource = {
  readonly id: TrackId;
  /** where the decoder finds it; opaque to everything but adapters */
  readonly path: string;
  readonly signature: SourceSignature;
  /** container and codec as `wav`, `flac`, `mp3`, `vorbis`, `opus`, `aac`, `alac`, or the extension */
  readonly format: string;
  /** frames at the file's rate as its header tells; a guess, or null */
  readonly framesHint: number | null;
  readonly rateHint: number | null;
};

/** A track of an album. */
export type AlbumTrack = {
  readonly id: TrackId;
  /** what its file held when it was decoded last; null: never, or it is another file since */
  readonly sourceId: SourceId | null;
};

/** A track of the library, for whoever goes through all of it. */
export type CataloguedTrack = AlbumTrack & { readonly signature: SourceSignature };

export type FileReport =
  | { readonly type: "found"; readonly source: TrackSource }
  | { readonly type: "failed"; readonly fault: Fault };

export type Catalogue = {
  readonly find: (track: TrackId) => TrackSource | undefined;
  /** Looks at the file anew: reports its present signature or why there is none. A file that is another
   *  one now is told of when nobody writes to it any more; when that takes long, it fails with
   *  `source-changed`, and may be looked at again. */
  readonly check: Start<{ readonly track: TrackId }, FileReport>;
  /** Watches the file of an open track: reports once, when it is another than `signature` says and nobody
   *  writes to it any more, or when it is gone. What the watch misses, the next `check` finds. */
  readonly follow: Start<
    { readonly track: TrackId; readonly signature: SourceSignature },
    FileReport
  >;
  /** Called with a growing revision whenever the list changes. */
  readonly watch: (emit: Emit<number>) => Cancel;
  /** The tracks that belong together and follow each other, this one among them, in their order; empty when
   *  it stands alone. A catalogue that knows of no albums leaves it out. */
  readonly album?: (track: TrackId) => readonly AlbumTrack[];
  /** All tracks that may be playable, in an order that stays the same as long as they do; a catalogue that cannot
   *  tell leaves it out. Cost O(tracks). */
  readonly everyTrack?: () => readonly CataloguedTrack[];
};
