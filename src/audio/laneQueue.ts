/** Lane queue: contiguous s16 runs of one rendering, read forward once. Counted in frames. */

type Run = { start: number; frames: number; samples: Int16Array };

export class LaneQueue {
  /** next frame to be read */
  position: number;
  readonly channels: number;
  private runs: Run[] = [];
  private end_: number;

  /** @param start first frame that will be read @param channels 1 or 2 */
  constructor(start: number, channels: number) {
    this.position = start;
    this.end_ = start;
    this.channels = channels;
  }

  /** frames that can be read from `position` without a gap */
  get available(): number {
    return Math.max(0, this.end_ - this.position);
  }

  /** Takes a run that continues or overlaps what is queued. A run that leaves a gap, or lies wholly
   *  before the end of the queue, is not taken.
   *  @param samples interleaved, frames × channels @returns whether it was taken. O(1). */
  append(start: number, frames: number, samples: Int16Array): boolean {
    if (samples.length !== frames * this.channels) return false;
    if (start > this.end_ || start + frames <= this.end_) return false;
    const skip = this.end_ - start;
    this.runs.push({
      start: this.end_,
      frames: frames - skip,
      samples: skip === 0 ? samples : samples.subarray(skip * this.channels),
    });
    this.end_ = start + frames;
    return true;
  }

  /** Moves forward to `position` without reading; moving back is a bug.
   *  @throws RangeError when `position` was read already */
  skipTo(position: number): void {
    if (position < this.position) throw new RangeError("a lane is read forward only");
    this.position = position;
    this.end_ = Math.max(this.end_, position);
    this.drop();
  }

  /** Reads up to `count` frames as float, nominally ±1 (s16 / 32768, exact), mono to both sides.
   *  @returns frames read; `left` and `right` beyond them are untouched. O(count). */
  read(left: Float32Array, right: Float32Array, count: number): number {
    const wanted = Math.min(count, this.available);
    let done = 0;
    while (done < wanted) {
      const run = this.runs[0]!;
      const offset = this.position - run.start;
      const take = Math.min(wanted - done, run.frames - offset);
      const { samples } = run;
      if (this.channels === 1)
        for (let i = 0; i < take; i++)
          left[done + i] = right[done + i] = samples[offset + i]! / 32768;
      else
        for (let i = 0, at = offset * 2; i < take; i++, at += 2) {
          left[done + i] = samples[at]! / 32768;
          right[done + i] = samples[at + 1]! / 32768;
        }
      done += take;
      this.position += take;
      this.drop();
    }
    return wanted;
  }

  private drop(): void {
    while (this.runs.length > 0 && this.runs[0]!.start + this.runs[0]!.frames <= this.position)
      this.runs.shift();
  }
}
