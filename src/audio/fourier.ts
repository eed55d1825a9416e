/** Fast Fourier transform of a power-of-two length, complex, in place (radix 4 where it can be, decimation in time).
 *  Whoever fills it in lays each sample where the first stage wants it, and saves a pass. */
export class FourierTransform {
  readonly size: number;
  /** of each pair of stages after the first ones, by the distance of what they bring together */
  readonly #factors: readonly { readonly h: number; readonly factors: Float64Array }[];
  readonly #isOdd: boolean;
  readonly #reversed: Uint32Array;

  /** @param size a power of two ≥ 2 @throws RangeError otherwise */
  constructor(size: number) {
    if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`transform of ${size}`);
    this.size = size;
    // an odd number of stages leaves one without a partner
    this.#isOdd = (Math.log2(size) & 1) === 1;
    const factors: { h: number; factors: Float64Array }[] = [];
    for (let h = this.#isOdd ? 2 : 4; h < size; h <<= 2) factors.push({ h, factors: factorsOf(h) });
    this.#factors = factors;
    this.#reversed = new Uint32Array(size);
    for (let k = 1; k < size; k++)
      this.#reversed[k] = (this.#reversed[k >> 1]! >> 1) | (k & 1 ? size >> 1 : 0);
  }

  /** Where each sample of a signal is laid before `transform`. */
  get places(): Uint32Array {
    return this.#reversed;
  }

  /** Cost about 2 ns × size × log2(size) / 2.
   *  @param real the signal, sample k at `places[k]`; its transform in order afterwards @param imaginary likewise */
  transform(real: Float64Array, imaginary: Float64Array): void {
    if (this.#isOdd) firstStage(real, imaginary);
    else firstTwoStages(real, imaginary);
    for (const { h, factors } of this.#factors) twoStages(real, imaginary, h, factors);
  }
}

/** Cosine and sine of one, two and three times the angle of each of `h` samples, six numbers each. */
function factorsOf(h: number): Float64Array {
  const out = new Float64Array(6 * h);
  for (let k = 0; k < h; k++) {
    const angle = (Math.PI * k) / (2 * h);
    const [c2, s2] = [Math.cos(angle), Math.sin(angle)];
    const [c1, s1] = [Math.cos(2 * angle), Math.sin(2 * angle)];
    out.set([c1, s1, c2, s2, c1 * c2 - s1 * s2, s1 * c2 + c1 * s2], 6 * k);
  }
  return out;
}

/** Two stages at once: half of the way to memory and back, three quarters of the products. */
function twoStages(
  real: Float64Array,
  imaginary: Float64Array,
  h: number,
  factors: Float64Array,
): void {
  for (let from = 0; from < real.length; from += 4 * h) {
    for (let k = 0, t = 0; k < h; k++, t += 6) {
      const a = from + k;
      const c1 = factors[t]!;
      const s1 = factors[t + 1]!;
      const c2 = factors[t + 2]!;
      const s2 = factors[t + 3]!;
      const c3 = factors[t + 4]!;
      const s3 = factors[t + 5]!;
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

/** The first two stages: their factors are 1 and −i. */
function firstTwoStages(real: Float64Array, imaginary: Float64Array): void {
  for (let a = 0; a < real.length; a += 4) {
    const b = a + 1;
    const c = a + 2;
    const d = a + 3;
    const pr = real[a]! + real[b]!;
    const pi = imaginary[a]! + imaginary[b]!;
    const mr = real[a]! - real[b]!;
    const mi = imaginary[a]! - imaginary[b]!;
    const ur = real[c]! + real[d]!;
    const ui = imaginary[c]! + imaginary[d]!;
    const vr = real[c]! - real[d]!;
    const vi = imaginary[c]! - imaginary[d]!;
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
