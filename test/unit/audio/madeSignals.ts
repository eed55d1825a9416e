/** Signals made for tests: all deterministic, planar, ±1 is full scale. */

/** Linear congruential noise in −1 … 1. */
export function noiseSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

export function tone(frames: number, rate: number, frequency: number, gain = 1, phase = 0) {
  return Float32Array.from(
    { length: frames },
    (_, i) => gain * Math.sin((2 * Math.PI * frequency * i) / rate + phase),
  );
}

export function noise(frames: number, gain: number, seed = 1): Float32Array {
  const next = noiseSource(seed);
  return Float32Array.from({ length: frames }, () => gain * next());
}

export function dbOf(value: number): number {
  return 20 * Math.log10(value);
}

export function rms(samples: Float32Array, from = 0, until = samples.length): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum += samples[i]! ** 2;
  return Math.sqrt(sum / (until - from));
}

export function peak(samples: Float32Array): number {
  return samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0);
}

/** Samples whose signs are those of an interpolator's taps: no others have a higher peak between them. Bursts of 48
 *  frames every 1000, each a little larger than the one before (`peakOfBurst`), the other side inverted. */
export function furthestPeaks(bursts: number): Float32Array[] {
  const left = new Float32Array(bursts * 1000);
  for (let burst = 0; burst < bursts; burst++)
    for (let k = 0; k < 24; k++) {
      const x = (k % 2 === 0 ? 1 : -1) * peakOfBurst(burst);
      left[burst * 1000 + 500 - k] = x;
      left[burst * 1000 + 501 + k] = x;
    }
  return [left, left.map((x) => -x)];
}

/** Magnitude of its samples. */
export function peakOfBurst(burst: number): number {
  return 0.29 + burst * 0.002;
}

/** Something like music: kick, snare, hats, bass and chords, stereo, with a quiet middle part.
 *  @param gain of the whole */
export function madeMusic(seconds: number, rate: number, gain = 0.5, seed = 7): Float32Array[] {
  const frames = Math.round(seconds * rate);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  const random = noiseSource(seed);
  const beat = 0.5;
  const roots = [55, 65.41, 49, 73.42];
  let hat = 0;
  for (let i = 0; i < frames; i++) {
    const t = i / rate;
    const inBeat = t % beat;
    const bar = Math.floor(t / (4 * beat));
    const root = roots[bar % roots.length]!;
    const kick =
      Math.sin(2 * Math.PI * (50 * inBeat + 6 * (1 - Math.exp(-inBeat * 30)))) *
      Math.exp(-inBeat * 9);
    const white = random();
    hat = 0.5 * hat - 0.5 * white;
    const backbeat = Math.floor(t / beat) % 2 === 1 ? white * Math.exp(-inBeat * 22) : 0;
    const ticks = (white + hat) * Math.exp(-(t % (beat / 2)) * 60);
    const saw = 2 * ((t * root) % 1) - 1;
    const chord = [2, 2.52, 3, 4.04].reduce(
      (sum, ratio, k) =>
        sum +
        Math.sin(2 * Math.PI * root * 2 * ratio * t + k) +
        0.4 * Math.sin(6 * Math.PI * root * 2 * ratio * t),
      0,
    );
    const swell = 0.6 + 0.4 * Math.sin(2 * Math.PI * 0.11 * t);
    const part = t % 40 > 24 && t % 40 < 32 ? 0.12 : 1;
    const middle = 0.55 * kick + 0.3 * backbeat + 0.22 * saw;
    const sides = 0.07 * chord * swell;
    left[i] = gain * part * (middle + sides * 1.2 + 0.12 * ticks);
    right[i] = gain * part * (middle + sides * 0.8 * Math.cos(t) + 0.18 * ticks);
  }
  return [left, right];
}
