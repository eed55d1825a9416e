/** Window cache's books and bytes: slices by rendering, sorted by frame, without overlap.
 *  Plain and deterministic; counts real bytes. Lookups are by binary search, trimming is from the
 *  ends, so that a move of the playhead costs O(slices dropped). */
import type { RenderKey } from "../protocol/limits.ts";

export type HeldSlice = {
  readonly start: number;
  readonly frames: number;
  readonly channels: number;
  /** interleaved s16 */
  readonly samples: Int16Array;
};

export class WindowCache {
  private readonly shelves = new Map<RenderKey, HeldSlice[]>();
  private bytes_ = 0;

  get bytes(): number {
    return this.bytes_;
  }

  keys(): readonly RenderKey[] {
    return [...this.shelves.keys()];
  }

  /** Adds a slice; what is held already is not held twice. @returns frames newly held */
  add(key: RenderKey, slice: HeldSlice): number {
    let shelf = this.shelves.get(key);
    if (!shelf) this.shelves.set(key, (shelf = []));
    let at = firstAfter(shelf, slice.start);
    const before = shelf[at - 1];
    let from = slice.start;
    if (before) from = Math.max(from, before.start + before.frames);
    let added = 0;
    const end = slice.start + slice.frames;
    while (from < end) {
      const after = shelf[at];
      const until = after ? Math.min(end, after.start) : end;
      if (until > from) {
        const part = cut(slice, from, until);
        shelf.splice(at++, 0, part);
        this.bytes_ += part.samples.byteLength;
        added += until - from;
      }
      if (!after) break;
      from = Math.max(until, after.start + after.frames);
      at++;
    }
    return added;
  }

  /** First frame at or behind `from` that is not held, at most `until`. */
  heldUntil(key: RenderKey, from: number, until: number): number {
    const shelf = this.shelves.get(key);
    if (!shelf) return from;
    let frame = from;
    for (let i = Math.max(0, firstAfter(shelf, from) - 1); i < shelf.length && frame < until; i++) {
      const { start, frames } = shelf[i]!;
      if (start > frame) break;
      frame = Math.max(frame, start + frames);
    }
    return Math.min(frame, until);
  }

  /** Ranges inside `[from, until)` that are missing, first to last. */
  gaps(key: RenderKey | null, from: number, until: number): { from: number; until: number }[] {
    const shelf = key === null ? undefined : this.shelves.get(key);
    const found: { from: number; until: number }[] = [];
    let frame = from;
    if (shelf)
      for (let i = Math.max(0, firstAfter(shelf, from) - 1); i < shelf.length; i++) {
        const { start, frames } = shelf[i]!;
        if (start >= until) break;
        if (start > frame) found.push({ from: frame, until: start });
        frame = Math.max(frame, start + frames);
      }
    if (frame < until) found.push({ from: frame, until });
    return found;
  }

  /** Held runs of a rendering, joined where they touch. */
  runs(key: RenderKey): { from: number; until: number }[] {
    const found: { from: number; until: number }[] = [];
    for (const { start, frames } of this.shelves.get(key) ?? []) {
      const last = found.at(-1);
      if (last && last.until === start) last.until += frames;
      else found.push({ from: start, until: start + frames });
    }
    return found;
  }

  /** The slice that holds `frame`, or undefined. O(log slices). */
  at(key: RenderKey, frame: number): HeldSlice | undefined {
    const shelf = this.shelves.get(key);
    const slice = shelf?.[firstAfter(shelf, frame) - 1];
    return slice && frame < slice.start + slice.frames ? slice : undefined;
  }

  /** Drops whole slices of `key` that touch none of the ranges. @returns bytes freed */
  trim(
    key: RenderKey,
    ranges: readonly { readonly from: number; readonly until: number }[],
  ): number {
    const shelf = this.shelves.get(key);
    if (!shelf) return 0;
    const kept = shelf.filter((slice) =>
      ranges.some(({ from, until }) => slice.start + slice.frames > from && slice.start < until),
    );
    if (kept.length === shelf.length) return 0;
    const freed = sum(shelf) - sum(kept);
    if (kept.length === 0) this.shelves.delete(key);
    else this.shelves.set(key, kept);
    this.bytes_ -= freed;
    return freed;
  }

  /** Drops everything of `key`. @returns bytes freed */
  drop(key: RenderKey): number {
    return this.trim(key, []);
  }

  /** What the books should say; for tests and the simulator. O(slices). */
  recount(): number {
    let bytes = 0;
    for (const shelf of this.shelves.values()) bytes += sum(shelf);
    return bytes;
  }
}

function sum(shelf: readonly HeldSlice[]): number {
  return shelf.reduce((bytes, slice) => bytes + slice.samples.byteLength, 0);
}

function cut(slice: HeldSlice, from: number, until: number): HeldSlice {
  if (from === slice.start && until === slice.start + slice.frames) return slice;
  const { channels } = slice;
  return {
    start: from,
    frames: until - from,
    channels,
    samples: slice.samples.slice((from - slice.start) * channels, (until - slice.start) * channels),
  };
}

/** Index of the first slice that starts behind `frame`. */
function firstAfter(shelf: readonly HeldSlice[], frame: number): number {
  let low = 0;
  let high = shelf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shelf[middle]!.start <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}
