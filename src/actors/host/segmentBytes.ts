/** The samples of all segments in memory: the data plane beside the ledger. Nothing in here decides;
 *  entries come and go by the moves of the cache, readers hear of growth and read. */
import type { SegmentId } from "../../machines/segmentId.ts";
import type { Frames } from "../../protocol/geometry.ts";

export type HeldSegment = {
  readonly channels: number;
  /** first frame, counted from the start of the track */
  readonly from: Frames;
  readonly until: Frames;
  /** interleaved s16le of the whole segment; readable up to `filled` */
  readonly samples: Uint8Array;
  /** frames readable, counted from `from` */
  readonly filled: number;
};

/** Its samples are made when the first of them come. */
class Held implements HeldSegment {
  filled = 0;
  #samples: Uint8Array | undefined;
  readonly channels: number;
  readonly from: Frames;
  readonly until: Frames;

  constructor(channels: number, from: Frames, until: Frames) {
    this.channels = channels;
    this.from = from;
    this.until = until;
  }

  get samples(): Uint8Array {
    return (this.#samples ??= new Uint8Array(this.byteLength));
  }

  get byteLength(): number {
    return (this.until - this.from) * this.channels * 2;
  }

  /** @param run all of its samples, or more of them behind `filled` */
  append(run: Uint8Array, end: number): void {
    if (run.byteLength === this.byteLength) this.#samples = run;
    else this.samples.set(run, this.filled * this.channels * 2);
    this.filled = end;
  }
}

export class SegmentBytes {
  readonly #held = new Map<SegmentId, Held>();
  readonly #listeners = new Map<SegmentId, Set<() => void>>();
  #bytes = 0;

  /** Makes room for a segment. @throws RangeError when it is there already */
  open(id: SegmentId, channels: number, from: Frames, until: Frames): void {
    if (this.#held.has(id)) throw new RangeError(`held already: ${id}`);
    const held = new Held(channels, from, until);
    this.#held.set(id, held);
    this.#bytes += held.byteLength;
  }

  /** Appends a run. What is there already is skipped: a render begun anew makes the same bytes. A run that is
   *  the whole segment is kept as it is, not copied: it belongs to the segment from here on.
   *  @returns false when nobody holds the segment, or the run leaves a gap or passes its end */
  append(id: SegmentId, start: Frames, samples: Uint8Array): boolean {
    const held = this.#held.get(id);
    if (!held) return false;
    const frameBytes = held.channels * 2;
    const offset = start - held.from;
    const end = offset + samples.byteLength / frameBytes;
    if (offset < 0 || offset > held.filled || end > held.until - held.from) return false;
    if (end <= held.filled) return true;
    held.append(samples.subarray((held.filled - offset) * frameBytes), end);
    this.announce(id);
    return true;
  }

  drop(id: SegmentId): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    this.#bytes -= held.byteLength;
  }

  get(id: SegmentId): HeldSegment | undefined {
    return this.#held.get(id);
  }

  isComplete(id: SegmentId): boolean {
    const held = this.#held.get(id);
    return held !== undefined && held.filled === held.until - held.from;
  }

  /** Hears of every growth of one segment, whether it is held yet or not. @returns clean-up */
  listen(id: SegmentId, listener: () => void): () => void {
    const set = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, set.add(listener));
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#listeners.get(id) === set) this.#listeners.delete(id);
    };
  }

  announce(id: SegmentId): void {
    for (const listener of [...(this.#listeners.get(id) ?? [])]) listener();
  }

  get bytes(): number {
    return this.#bytes;
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}
