/** Album join: the samples of a track's neighbours in its album, as far as they run through the chain
 *  with it: the tail of the track before warms the chain, the head of the one behind is what the limiter
 *  looks ahead to. Both have the track's own rate and channels. */
import type { Frames } from "../protocol/geometry.ts";
import type { ReadSource } from "./resample.ts";

/** A neighbour, as far as a rendering depends on it. */
export type Beside = {
  /** how it lies in its store */
  readonly source: { readonly format: "s16" | "f32" };
  /** how many of its frames are used, its last or its first ones, at its own rate */
  readonly frames: Frames;
};

/** One reader over three tracks.
 *  @param total frames of the track itself; null while they are not known, and then it has no `after`
 *  @param before with its exact length
 *  @returns reads the track's own frames, those of `before` below 0 and those of `after` from `total` on.
 *    Cost: a copy where a read crosses a join. */
export function acrossAlbum(
  read: ReadSource,
  total: Frames | null,
  before?: { readonly read: ReadSource; readonly total: number } | null,
  after?: { readonly read: ReadSource } | null,
): ReadSource {
  const end = total ?? Number.POSITIVE_INFINITY;
  return (from, until) => {
    if (from >= 0 && until <= end) return read(from, until);
    const parts: (readonly Float32Array[])[] = [];
    if (from < 0 && before)
      parts.push(before.read(before.total + from, before.total + Math.min(until, 0)));
    if (until > 0 && from < end) parts.push(read(Math.max(from, 0), Math.min(until, end)));
    if (until > end && after) parts.push(after.read(Math.max(from, end) - end, until - end));
    return parts.length === 1 ? parts[0]! : joinedParts(parts);
  };
}

function joinedParts(parts: readonly (readonly Float32Array[])[]): readonly Float32Array[] {
  const channels = parts[0]?.length ?? 0;
  return Array.from({ length: channels }, (_, channel) => {
    const pieces = parts.map((part) => part[channel]!);
    const out = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      out.set(piece, at);
      at += piece.length;
    }
    return out;
  });
}
