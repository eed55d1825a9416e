/** Sounds that last as long as they are held: pads and strings, winds and synthesiser leads. */
import { seededRandom } from "../music/seededRandom.ts";
import { filter } from "./filter.ts";
import { hertz, type Instrument, samplesIn, shape } from "./instrument.ts";
import { addOscillator, sawWave, wave, type Wave } from "./wavetable.ts";

export type EnsembleOptions = {
  readonly name: string;
  readonly attack: number;
  readonly release: number;
  /** low-pass at full velocity, Hz, and where it begins, as a share of that */
  readonly bright: number;
  readonly opens: number;
  /** widest detuning in cents */
  readonly detune: number;
  readonly vibratoCents: number;
  readonly wave?: Wave;
};

/** Three detuned oscillators on each side under a low-pass that opens: pad or string section. */
export function ensemble(options: EnsembleOptions): Instrument {
  return {
    name: options.name,
    channels: 2,
    variants: 2,
    play: (request) => {
      const random = seededRandom(`${options.name} ${request.midi} ${request.variant}`);
      const length = samplesIn(request.seconds + 5 * options.release);
      const bright = options.bright * (0.35 + 0.65 * request.velocity);
      const side = (): Float32Array => {
        const out = new Float32Array(length);
        for (const spread of [-1, 0.15, 0.9]) {
          const cents = spread * options.detune * (0.8 + 0.4 * random());
          const hz = hertz(request.midi, cents);
          const [rate, turn] = [4.6 + random(), random() * 6.28];
          const bent = (t: number) =>
            hz *
            (1 +
              0.000578 *
                options.vibratoCents *
                Math.min(1, t / 0.6) *
                Math.sin(2 * Math.PI * rate * t + turn));
          const pitch = options.vibratoCents === 0 ? hz : bent;
          addOscillator(out, options.wave ?? sawWave, pitch, random(), 0.3);
        }
        filter(
          out,
          "low",
          (t) =>
            bright *
            (options.opens + (1 - options.opens) * (1 - Math.exp(-t / (options.attack + 0.05)))),
        );
        return shape(out, request.seconds, {
          attack: options.attack,
          decay: 3,
          sustain: 0.85,
          release: options.release,
        });
      };
      return [side(), side()];
    },
  };
}

export type VoiceOptions = {
  readonly name: string;
  readonly wave: Wave;
  readonly attack: number;
  readonly release: number;
  /** level that a held note falls to */
  readonly sustain: number;
  /** share of breath noise */
  readonly breath: number;
  readonly vibratoHz: number;
  readonly vibratoCents: number;
  /** low-pass in multiples of the note's frequency */
  readonly bright: number;
};

/** One singing voice: a wave with late vibrato, a little breath, a low-pass that follows pitch. */
export function soloVoice(options: VoiceOptions): Instrument {
  return {
    name: options.name,
    channels: 1,
    variants: 2,
    play: (request) => {
      const random = seededRandom(`${options.name} ${request.midi} ${request.variant}`);
      const hz = hertz(request.midi);
      const out = new Float32Array(samplesIn(request.seconds + 6 * options.release));
      const delay = 0.22 + 0.1 * random();
      addOscillator(
        out,
        options.wave,
        (t) => {
          const vibrato = Math.max(0, Math.min(1, (t - delay) / 0.35)) * options.vibratoCents;
          const scoop = -14 * Math.exp(-t / 0.025);
          const cents = vibrato * Math.sin(2 * Math.PI * options.vibratoHz * t) + scoop;
          return hz * 2 ** (cents / 1200);
        },
        0,
        0.6,
      );
      const breath = Float32Array.from({ length: out.length }, () => random() * 2 - 1);
      filter(breath, "band", Math.min(hz * 2, 6000), 1.5);
      for (let i = 0; i < out.length; i++) out[i]! += options.breath * breath[i]!;
      filter(out, "low", Math.min(15_000, hz * options.bright * (0.5 + 0.5 * request.velocity)));
      shape(out, request.seconds, {
        attack: options.attack,
        decay: 0.5,
        sustain: options.sustain,
        release: options.release,
      });
      return [out];
    },
  };
}

export const fluteWave = wave((n) => [0, 1, 0.42, 0.18, 0.05, 0.03][n] ?? 0);
export const reedWave = wave((n) => (n % 2 === 1 ? 1 / n ** 1.1 : 0.35 / n));
export const bowedWave = wave((n) =>
  n < 24 ? (1 / n ** 1.15) * (1 + 0.6 * Math.cos(n * 1.7)) : 0,
);
/** Drawbars 16′, 8′, 5⅓′, 4′ as partials of the octave below. */
export const organWave = wave((n) => [0, 0.7, 1, 0.5, 0.55, 0, 0.16, 0, 0.12][n] ?? 0);
