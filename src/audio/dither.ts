/** Sixteen bits: with TPDF dither where the samples were computed, without where they are exact. */

/** Triangular dither of one sample, from a hash of its absolute frame and channel: pure, so that a
 *  segment rendered twice, or in another order, has the same bytes.
 *  @param frame absolute frame, up to 2⁵³ @returns −1 … 1 in units of the least significant bit,
 *  variance 1/6. Mixer: "lowbias32" by C. Wellons. */
export function ditherAt(frame: number, channel: number): number {
  const high = Math.floor(frame / 4294967296);
  return triangular(seedOf(high, channel) ^ (frame | 0));
}

/** Interleaved s16le with TPDF dither, saturated: what `engineDither` must be equal to.
 *  @param planar samples, ±1 is full scale @param start absolute frame of the first one
 *  Cost about 5 ns per sample. */
export function ditherToS16(
  planar: readonly Float32Array[],
  frames: number,
  start: number,
): Uint8Array {
  const channels = planar.length;
  const bytes = new Uint8Array(frames * channels * 2);
  for (let channel = 0; channel < channels; channel++) {
    const samples = planar[channel]!;
    let high = Math.floor(start / 4294967296);
    let seed = seedOf(high, channel);
    let low = (start % 4294967296) | 0;
    for (let i = 0, at = channel * 2; i < frames; i++, at += channels * 2) {
      const dithered = samples[i]! * 32768 + triangular(seed ^ low);
      writeS16(bytes, at, dithered);
      low = (low + 1) | 0;
      if (low === 0) seed = seedOf(++high, channel);
    }
  }
  return bytes;
}

/** Interleaved s16le without dither: exact for what came from 16 bits (n / 32768), saturated. */
export function exactToS16(planar: readonly Float32Array[], frames: number): Uint8Array {
  const channels = planar.length;
  const bytes = new Uint8Array(frames * channels * 2);
  for (let channel = 0; channel < channels; channel++) {
    const samples = planar[channel]!;
    for (let i = 0, at = channel * 2; i < frames; i++, at += channels * 2)
      writeS16(bytes, at, samples[i]! * 32768);
  }
  return bytes;
}

function writeS16(bytes: Uint8Array, at: number, value: number): void {
  const rounded = Math.floor(value + 0.5);
  const saturated = rounded > 32767 ? 32767 : rounded < -32768 ? -32768 : rounded;
  bytes[at] = saturated;
  bytes[at + 1] = saturated >> 8;
}

/** Seed of a channel for the frames that have these upper bits in common. */
export function seedOf(high: number, channel: number): number {
  return mixed(Math.imul(high + 1, 0x9e3779b9) ^ Math.imul(channel + 1, 0x85ebca6b));
}

function triangular(key: number): number {
  const hash = mixed(key);
  return ((hash & 0xffff) + (hash >>> 16) - 65535) / 65536;
}

function mixed(key: number): number {
  let x = key;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
