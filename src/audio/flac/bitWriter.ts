/** Bits into bytes, most significant first; grows as it is written to. */
export class BitWriter {
  #bytes = new Uint8Array(16_384);
  #length = 0;
  #held = 0;
  #count = 0;

  /** @param value its lowest `bits` are written @param bits 0 … 32 */
  write(value: number, bits: number): void {
    for (let left = bits; left > 0;) {
      const take = Math.min(8 - this.#count, left);
      left -= take;
      this.#held = (this.#held << take) | ((value >>> left) & ((1 << take) - 1));
      this.#count += take;
      if (this.#count === 8) this.#emit();
    }
  }

  /** As many noughts, then a one. */
  writeUnary(noughts: number): void {
    for (let left = noughts; left > 0; left -= 24) this.write(0, Math.min(24, left));
    this.write(1, 1);
  }

  /** Noughts up to the next byte. */
  align(): void {
    if (this.#count > 0) this.write(0, 8 - this.#count);
  }

  /** What was written, whole bytes; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#held = 0;
    this.#count = 0;
  }

  #emit(): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#length++] = this.#held;
    this.#held = 0;
    this.#count = 0;
  }
}
