/** Cuts a stream into blocks of 10 ms and hands on peak and energies of each: one look at every sample for
 *  all that is said of levels, crest and stereo image. */

/** What is known of 10 ms. */
export type ShortBlock = {
  /** fewer in the last block of a track */
  frames: number;
  /** largest magnitude of any channel, linear */
  peak: number;
  /** sums of squares; of a mono track the left one only */
  left: number;
  right: number;
  /** sum of left × right */
  product: number;
  /** sums of samples */
  leftSum: number;
  rightSum: number;
};

/** Streaming, one or two channels. Cost about 3 ns per stereo frame. */
export class ShortBlocks {
  readonly #blockFrames: number;
  readonly #take: (block: Readonly<ShortBlock>) => void;
  readonly #block: ShortBlock = {
    frames: 0,
    peak: 0,
    left: 0,
    right: 0,
    product: 0,
    leftSum: 0,
    rightSum: 0,
  };

  /** @param rate Hz @param take called with each block; the object is used again */
  constructor(rate: number, take: (block: Readonly<ShortBlock>) => void) {
    this.#blockFrames = Math.max(1, Math.round(rate / 100));
    this.#take = take;
  }

  push(planar: readonly Float32Array[], frames: number): void {
    const [left, right] = planar as [Float32Array, Float32Array | undefined];
    let at = 0;
    while (at < frames) {
      const until = Math.min(frames, at + this.#blockFrames - this.#block.frames);
      if (right === undefined) this.#addMono(left, at, until);
      else this.#addStereo(left, right, at, until);
      at = until;
      if (this.#block.frames === this.#blockFrames) this.#end();
    }
  }

  /** Hands on what is left. */
  finish(): void {
    if (this.#block.frames > 0) this.#end();
  }

  #addMono(samples: Float32Array, from: number, until: number): void {
    let peak = this.#block.peak;
    let energy = 0;
    let sum = 0;
    for (let i = from; i < until; i++) {
      const x = samples[i]!;
      const magnitude = x < 0 ? -x : x;
      if (magnitude > peak) peak = magnitude;
      energy += x * x;
      sum += x;
    }
    this.#block.peak = peak;
    this.#block.left += energy;
    this.#block.leftSum += sum;
    this.#block.frames += until - from;
  }

  #addStereo(left: Float32Array, right: Float32Array, from: number, until: number): void {
    let peak = this.#block.peak;
    let l2 = 0;
    let r2 = 0;
    let lr = 0;
    let sumL = 0;
    let sumR = 0;
    for (let i = from; i < until; i++) {
      const l = left[i]!;
      const r = right[i]!;
      const al = l < 0 ? -l : l;
      const ar = r < 0 ? -r : r;
      if (al > peak) peak = al;
      if (ar > peak) peak = ar;
      l2 += l * l;
      r2 += r * r;
      lr += l * r;
      sumL += l;
      sumR += r;
    }
    this.#block.peak = peak;
    this.#block.left += l2;
    this.#block.right += r2;
    this.#block.product += lr;
    this.#block.leftSum += sumL;
    this.#block.rightSum += sumR;
    this.#block.frames += until - from;
  }

  #end(): void {
    const block = this.#block;
    this.#take(block);
    block.frames = 0;
    block.peak = 0;
    block.left = 0;
    block.right = 0;
    block.product = 0;
    block.leftSum = 0;
    block.rightSum = 0;
  }
}
