/** Width, correlation and balance of the two sides, from sums of energies over the track. */
import type { ShortBlock } from "./shortBlocks.ts";

/** Furthest that one side counts as stronger than the other, dB. */
const balanceMaxDb = 60;
/** Largest width that is told: opposite sides have no mid. */
const widthMax = 1000;

/** Sums of squares of both sides, and of their product, over a track. */
export class StereoImage {
  #left = 0;
  #right = 0;
  #product = 0;
  #leftSum = 0;
  #rightSum = 0;

  add({ left, right, product, leftSum, rightSum }: Readonly<ShortBlock>): void {
    this.#leftSum += leftSum;
    this.#rightSum += rightSum;
    this.#left += left;
    this.#right += right;
    this.#product += product;
  }

  /** Of both sides together. */
  get energy(): number {
    return this.#left + this.#right;
  }

  /** Offset from nought of the side that has more of it, linear, ≥ 0. @param frames of the track */
  offset(frames: number): number {
    return Math.max(Math.abs(this.#leftSum), Math.abs(this.#rightSum)) / Math.max(1, frames);
  }

  /** Side to mid energy, 0 (mono, silence) … 1 (unrelated sides) … 1000 (opposite sides). */
  width(): number {
    const mid = Math.max(0, this.energy + 2 * this.#product);
    const side = Math.max(0, this.energy - 2 * this.#product);
    return mid === 0 ? (side === 0 ? 0 : widthMax) : Math.min(widthMax, side / mid);
  }

  /** Pearson's coefficient of left and right without their means, −1 … 1, as a phase meter shows it;
   *  1 where a side is silent. */
  correlation(): number {
    const norm = Math.sqrt(this.#left * this.#right);
    return norm === 0 ? 1 : Math.max(-1, Math.min(1, this.#product / norm));
  }

  /** Energy of the left side over that of the right one, dB, within ±60; 0 for silence. */
  balanceDb(): number {
    if (this.energy === 0) return 0;
    const ratio = 10 * Math.log10(this.#left / this.#right);
    return Math.max(-balanceMaxDb, Math.min(balanceMaxDb, ratio));
  }
}
