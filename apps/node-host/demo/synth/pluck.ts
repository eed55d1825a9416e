/** Plucked strings: Karplus and Strong's loop with Jaffe and Smith's tuning all-pass and pick
 *  position ("Extensions of the Karplus-Strong Plucked-String Algorithm", 1983). */
import { seededRandom } from "../music/seededRandom.ts";
import { filter } from "./filter.ts";
import {
  albumRate,
  hertz,
  type Instrument,
  samplesIn,
  shape,
  type SoundRequest,
} from "./instrument.ts";

export type PluckOptions = {
  readonly name: string;
  /** seconds to −60 dB at A3 */
  readonly ring: number;
  /** 0 dull … 1 bright: how much of the treble stays in the loop */
  readonly brightness: number;
  /** where the string is plucked, as share of its length */
  readonly pick: number;
  /** resonance of the body, Hz, and how much of it */
  readonly body: readonly [hz: number, amount: number];
  /** seconds to −60 dB once the string is let go */
  readonly damp: number;
};

export function pluck(options: PluckOptions): Instrument {
  return {
    name: options.name,
    channels: 1,
    variants: 3,
    play: (request) => [pluckSamples(options, request)],
  };
}

function pluckSamples(options: PluckOptions, request: SoundRequest): Float32Array {
  const hz = hertz(request.midi);
  const ring = options.ring * Math.min(1.6, Math.sqrt(220 / hz));
  const out = new Float32Array(samplesIn(Math.min(ring, request.seconds + options.damp)));
  const brightness = options.brightness * (0.55 + 0.45 * request.velocity);
  // The one-zero low-pass in the loop delays by `blend` samples, the all-pass makes up the rest.
  const blend = 0.5 * (1 - brightness);
  const period = albumRate / hz - blend;
  const whole = Math.floor(period - 0.3);
  const rest = period - whole;
  const allPass = (1 - rest) / (1 + rest);
  const loss = 10 ** (-3 / (ring * hz));
  const line = excite(options, request, whole);
  let [at, before, passIn, passOut] = [0, 0, 0, 0];
  for (let i = 0; i < out.length; i++) {
    const now = line[at]!;
    const damped = loss * ((1 - blend) * now + blend * before);
    before = now;
    passOut = allPass * (damped - passOut) + passIn;
    passIn = damped;
    line[at] = passOut;
    out[i] = now;
    if (++at === whole) at = 0;
  }
  const body = filter(Float32Array.from(out), "band", options.body[0], 2.2);
  for (let i = 0; i < out.length; i++) out[i]! += options.body[1] * body[i]!;
  filter(out, "high", hz * 0.6);
  const release = options.damp / 6.9;
  return shape(out, request.seconds, { attack: 0.001, decay: 60, sustain: 1, release });
}

function excite(options: PluckOptions, request: SoundRequest, length: number): Float32Array {
  const random = seededRandom(`${options.name} ${request.midi} ${request.variant}`);
  const noise = Float32Array.from({ length }, () => random() * 2 - 1);
  const softness = 0.25 + 0.6 * (1 - request.velocity * options.brightness);
  let smooth = 0;
  for (let turn = 0; turn < 2; turn++)
    for (let i = 0; i < length; i++) {
      smooth += (1 - softness) * (noise[i]! - smooth);
      noise[i] = smooth;
    }
  const comb = Math.max(1, Math.round(length * options.pick));
  const out = noise.map((value, i) => value - noise[(i + length - comb) % length]!);
  let [sum, peak] = [0, 1e-9];
  for (const value of out) sum += value;
  for (let i = 0; i < length; i++) {
    out[i]! -= sum / length;
    peak = Math.max(peak, Math.abs(out[i]!));
  }
  return out.map((value) => (0.8 * value) / peak);
}
