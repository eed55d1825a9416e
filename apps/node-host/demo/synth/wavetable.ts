/** Band-limited waves read from tables: one table per octave, so that no partial aliases. */
import { albumRate } from "./instrument.ts";

const size = 2048;
const sine = Float64Array.from({ length: size }, (_, i) => Math.sin((2 * Math.PI * i) / size));
/** A partial above this is left out, Hz. */
const highest = 17_000;
const partialsMax = 240;

/** One period of a wave with as many partials as fit under 17 kHz at `hz`; `size + 1` samples, the
 *  last repeating the first. Peak 1. */
export type Wave = (hz: number) => Float32Array;

/** A wave by the amplitude of its partials, 1 = the fundamental. Cost: once per octave,
 *  O(partials × 2048). */
export function wave(amplitude: (partial: number) => number): Wave {
  const tables = new Map<number, Float32Array>();
  return (hz) => {
    const octave = Math.ceil(Math.log2(hz / 16));
    const found = tables.get(octave);
    if (found) return found;
    const made = makeTable(amplitude, Math.floor(highest / (16 * 2 ** octave)));
    tables.set(octave, made);
    return made;
  };
}

function makeTable(amplitude: (partial: number) => number, fit: number): Float32Array {
  const table = new Float32Array(size + 1);
  for (let partial = 1; partial <= Math.max(1, Math.min(fit, partialsMax)); partial++) {
    const level = amplitude(partial);
    if (level === 0) continue;
    for (let i = 0; i < size; i++) table[i]! += level * sine[(i * partial) % size]!;
  }
  let peak = 0;
  for (let i = 0; i < size; i++) peak = Math.max(peak, Math.abs(table[i]!));
  for (let i = 0; i < size; i++) table[i]! /= peak;
  table[size] = table[0]!;
  return table;
}

export const sawWave = wave((n) => 1 / n);
export const squareWave = wave((n) => (n % 2 === 1 ? 1 / n : 0));
export const sineWave = wave((n) => (n === 1 ? 1 : 0));

/** Adds an oscillator to `into`: linear interpolation in the table.
 *  @param hz frequency, or a function of time in seconds for vibrato (asked every 32 samples)
 *  @param phase start, in periods 0…1 */
export function addOscillator(
  into: Float32Array,
  table: Wave,
  hz: number | ((seconds: number) => number),
  phase: number,
  gain: number,
): void {
  const frequency = typeof hz === "number" ? () => hz : hz;
  const samples = table(frequency(0));
  let at = phase * size;
  for (let block = 0; block < into.length; block += 32) {
    const step = (frequency(block / albumRate) * size) / albumRate;
    const end = Math.min(block + 32, into.length);
    for (let i = block; i < end; i++) {
      const whole = at | 0;
      const here = samples[whole]!;
      into[i]! += gain * (here + (at - whole) * (samples[whole + 1]! - here));
      at += step;
      if (at >= size) at -= size;
    }
  }
}
