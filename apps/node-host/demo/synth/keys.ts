/** Struck keys: an electric piano and bells by frequency modulation (Chowning 1973), and a felt
 *  piano by adding slightly stretched partials that die one after the other. */
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

/** Electric piano: a warm carrier modulated at its own pitch, and a short high tine. */
export const electricPiano: Instrument = {
  name: "electric piano",
  channels: 1,
  variants: 1,
  play: (request) => {
    const tone = modulated(request, {
      ratio: 1,
      index: 0.4 + 1.5 * request.velocity ** 2,
      fade: 0.9,
      ring: 2.6,
      release: 0.09,
      cents: 3,
    });
    const tine = modulated(request, {
      ratio: 14,
      index: 0.35 * request.velocity,
      fade: 0.12,
      ring: 0.5,
      release: 0.05,
      cents: -3,
    });
    for (let i = 0; i < tine.length && i < tone.length; i++) tone[i]! += 0.35 * tine[i]!;
    return [tone];
  },
};

/** Bell, between glockenspiel and music box. */
export const bell: Instrument = {
  name: "bell",
  channels: 1,
  variants: 1,
  play: (request) => [
    modulated(request, {
      ratio: 3.5,
      index: 0.5 + 0.9 * request.velocity,
      fade: 0.35,
      ring: 2.2,
      release: 0.5,
      cents: 0,
    }),
  ],
};

/** Vibraphone: nearly a sine, its fourth partial at the stroke, the motor turning. */
export const vibraphone: Instrument = {
  name: "vibraphone",
  channels: 1,
  variants: 1,
  play: (request) => {
    const out = modulated(request, {
      ratio: 4,
      index: 0.25 + 0.7 * request.velocity,
      fade: 0.16,
      ring: 2.8,
      release: 0.12,
      cents: 0,
    });
    return [out.map((x, i) => x * (0.86 + 0.14 * Math.cos((2 * Math.PI * 5.2 * i) / albumRate)))];
  },
};

type Modulation = {
  /** modulator frequency over carrier frequency */
  readonly ratio: number;
  /** radians at the stroke */
  readonly index: number;
  /** seconds in which the modulation falls to 1/e */
  readonly fade: number;
  /** seconds in which the tone falls to 1/e, at A4 */
  readonly ring: number;
  readonly release: number;
  readonly cents: number;
};

function modulated(request: SoundRequest, m: Modulation): Float32Array {
  const hz = hertz(request.midi, m.cents);
  const ring = m.ring * (440 / hz) ** 0.35 * 0.6;
  const out = new Float32Array(samplesIn(Math.min(request.seconds + 7 * m.release, 7 * ring)));
  const step = (2 * Math.PI * hz) / albumRate;
  // High notes get less modulation, or their side bands fold back at half the rate.
  const index = m.index * Math.min(1, 1400 / (hz * Math.sqrt(m.ratio)));
  const fade = Math.exp(-1 / (m.fade * albumRate));
  let depth = index;
  for (let i = 0; i < out.length; i++) {
    out[i] = 0.7 * Math.sin(step * i + depth * Math.sin(step * m.ratio * i));
    depth *= fade;
  }
  return shape(out, request.seconds, {
    attack: 0.002,
    decay: ring,
    sustain: 0,
    release: m.release,
  });
}

/** Felt piano: twelve partials per string, two strings a little apart, a soft hammer. */
export const feltPiano: Instrument = {
  name: "felt piano",
  channels: 2,
  variants: 2,
  play: (request) => [strings(request, 1), strings(request, 2)],
};

function strings(request: SoundRequest, side: number): Float32Array {
  const random = seededRandom(`felt ${request.midi} ${request.variant} ${side}`);
  const hz = hertz(request.midi, side === 1 ? -1.2 : 1.2);
  const ring = 1.9 * (262 / hz) ** 0.5;
  const release = 0.13;
  const out = new Float32Array(samplesIn(Math.min(request.seconds + 7 * release, 6 * ring)));
  const stretch = 0.00035 * (hz / 262);
  for (let n = 1; n <= 12; n++) {
    const partial = hz * n * Math.sqrt(1 + stretch * n * n);
    if (partial > 15_000) break;
    const dull = Math.exp(-(n - 1) * (0.75 - 0.45 * request.velocity));
    // A hammer at an eighth of the string leaves the eighth partial out.
    const struck = Math.abs(Math.sin((Math.PI * n) / 8)) + 0.15;
    addDecayingSine(out, partial, 0.5 * dull * struck, ring / (0.6 + 0.4 * n), random());
  }
  const hammer = Float32Array.from({ length: samplesIn(0.03) }, () => random() * 2 - 1);
  filter(hammer, "low", 380 + 900 * request.velocity);
  shape(hammer, 0.002, { attack: 0.001, decay: 1, sustain: 1, release: 0.006 });
  for (let i = 0; i < hammer.length && i < out.length; i++) out[i]! += 0.5 * hammer[i]!;
  return shape(out, request.seconds, { attack: 0.003, decay: 60, sustain: 1, release });
}

/** Adds a sine that falls to 1/e in `ring` seconds: a rotating pair, two multiplications each. */
function addDecayingSine(
  into: Float32Array,
  hz: number,
  gain: number,
  ring: number,
  phase: number,
): void {
  const angle = (2 * Math.PI * hz) / albumRate;
  const decay = Math.exp(-1 / (ring * albumRate));
  const c = decay * Math.cos(angle);
  const s = decay * Math.sin(angle);
  let x = gain * Math.cos(2 * Math.PI * phase);
  let y = gain * Math.sin(2 * Math.PI * phase);
  for (let i = 0; i < into.length; i++) {
    into[i]! += y;
    const turned = c * x - s * y;
    y = s * x + c * y;
    x = turned;
  }
}
