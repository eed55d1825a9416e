/** Sound files for tests of the host: seeded, so that every run hears the same. */
import { writeWav } from "../browser/frameCode.ts";

/** A chord with a beat and some noise: something for every stage of the chain. Interleaved s16.
 *  @param level 0…1 */
export function madeMusic(options: {
  readonly seconds: number;
  readonly rate: number;
  readonly channels: number;
  readonly level?: number;
}): Int16Array {
  const { seconds, rate, channels, level = 0.3 } = options;
  const frames = Math.round(seconds * rate);
  const samples = new Int16Array(frames * channels);
  let seed = 12_345;
  for (let i = 0; i < frames; i++) {
    const t = i / rate;
    const beat = Math.exp(-6 * (t % 0.5));
    for (let channel = 0; channel < channels; channel++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
      const noise = seed / 2 ** 31;
      const chord = [110, 220 + channel, 329.6, 1760].reduce(
        (sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * t),
        0,
      );
      const value = level * (0.2 * chord * (0.4 + 0.6 * beat) + 0.15 * noise * beat);
      samples[i * channels + channel] = Math.round(32_767 * value);
    }
  }
  return samples;
}

/** Writes it as a WAV. @returns its samples */
export function writeMusic(path: string, options: Parameters<typeof madeMusic>[0]): Int16Array {
  const samples = madeMusic(options);
  writeWav(path, samples, options.rate, options.channels);
  return samples;
}
