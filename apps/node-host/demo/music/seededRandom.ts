/** A stream of numbers that is the same in every run: xmur3 hash of `seed`, then mulberry32
 *  (Tommy Ettinger, public domain).
 *  @param seed any text; different texts give unrelated streams
 *  @returns a function giving uniform numbers in [0, 1). Cost O(1) each. */
export function seededRandom(seed: string): () => number {
  let hash = 1779033703 ^ seed.length;
  for (let i = 0; i < seed.length; i++) {
    hash = Math.imul(hash ^ seed.charCodeAt(i), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  let state = hash >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A bell-shaped number around 0 with standard deviation 1, cut at ±3: the sum of twelve uniform
 *  ones less six (Irwin–Hall). */
export function bellShaped(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return Math.max(-3, Math.min(3, sum));
}
