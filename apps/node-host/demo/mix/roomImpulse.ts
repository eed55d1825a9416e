/** The impulse response of a room that nobody built: noise that fades, the treble before the bass. */
import { seededRandom } from "../music/seededRandom.ts";
import { filter } from "../synth/filter.ts";
import { albumRate, samplesIn } from "../synth/instrument.ts";

export type Room = {
  /** seconds to −60 dB in the middle of the spectrum */
  readonly seconds: number;
  /** how long after the sound the room answers */
  readonly preDelayMs: number;
  /** Hz above which the room swallows sound quickly */
  readonly dampingHz: number;
};

/** Two uncorrelated channels of energy 1 each: a diffuse tail that thickens over 30 ms behind six
 *  early reflections. Cost O(seconds × rate). */
export function roomImpulse(
  room: Room,
  seed: string,
): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  return [side(room, `${seed} left`), side(room, `${seed} right`)];
}

/** Share of the decay that is kept, to about −48 dB: what follows costs as much and is not heard. */
const kept = 0.8;

function side(room: Room, seed: string): Float32Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const out = band(room.seconds, (x) => filter(x, "low", room.dampingHz), random);
  const air = band(room.seconds * 0.4, (x) => filter(x, "high", room.dampingHz), random);
  for (let i = 0; i < air.length; i++) out[i]! += 0.7 * air[i]!;
  filter(out, "high", 160);
  for (let k = 0; k < 6; k++) {
    const at = samplesIn(0.004 + 0.045 * random());
    out[at]! += (random() < 0.5 ? -1 : 1) * (2.5 - 0.3 * k);
  }
  let energy = 0;
  for (const x of out) energy += x * x;
  const gap = samplesIn(room.preDelayMs / 1000);
  const delayed = new Float32Array(out.length + gap);
  delayed.set(
    out.map((x) => x / Math.sqrt(energy)),
    gap,
  );
  return delayed;
}

function band(
  seconds: number,
  colour: (samples: Float32Array) => Float32Array,
  random: () => number,
): Float32Array {
  const out = colour(
    Float32Array.from({ length: samplesIn(seconds * kept) }, () => random() * 2 - 1),
  );
  const perSample = Math.log(1000) / (seconds * albumRate);
  const build = samplesIn(0.03);
  for (let i = 0; i < out.length; i++)
    out[i]! *=
      Math.exp(-perSample * i) *
      (i < build ? 0.25 + (0.75 * i) / build : 1) *
      Math.min(1, (2 * (out.length - i)) / out.length);
  return out;
}
