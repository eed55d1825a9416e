/** Bass instruments: a plucked double bass, a synthesiser with a filter that closes, a deep sine. */
import { filter } from "./filter.ts";
import { hertz, type Instrument, samplesIn, shape } from "./instrument.ts";
import { pluck } from "./pluck.ts";
import { addOscillator, sawWave, sineWave, squareWave } from "./wavetable.ts";

const wood = pluck({
  name: "double bass",
  ring: 3,
  brightness: 0.3,
  pick: 0.31,
  body: [110, 0.9],
  damp: 0.16,
});

/** Double bass: a dull string with a sine under it, as the body gives. */
export const doubleBass: Instrument = {
  name: "double bass",
  channels: 1,
  variants: 3,
  play: (request) => {
    const string = wood.play(request)[0]!;
    const body = new Float32Array(string.length);
    addOscillator(body, sineWave, hertz(request.midi), 0, 0.55);
    shape(body, request.seconds, { attack: 0.012, decay: 0.55, sustain: 0.12, release: 0.04 });
    return [string.map((x, i) => 0.8 * x + body[i]!)];
  },
};

/** Synthesiser bass: saw over a square an octave below, the filter closing within a fifth of a second. */
export const synthBass: Instrument = {
  name: "synth bass",
  channels: 1,
  variants: 1,
  play: (request) => {
    const hz = hertz(request.midi);
    const out = new Float32Array(samplesIn(request.seconds + 0.15));
    addOscillator(out, sawWave, hz, 0, 0.4);
    addOscillator(out, sawWave, hz * 1.004, 0.4, 0.25);
    addOscillator(out, squareWave, hz / 2, 0, 0.3);
    const open = 5 + 16 * request.velocity;
    filter(out, "low", (t) => hz * (2 + open * Math.exp(-t / 0.11)), 1.3);
    return [
      shape(out, request.seconds, { attack: 0.003, decay: 0.4, sustain: 0.55, release: 0.03 }),
    ];
  },
};

/** Dub bass: a sine rounded by saturation, long and heavy. */
export const dubBass: Instrument = {
  name: "dub bass",
  channels: 1,
  variants: 1,
  play: (request) => {
    const out = new Float32Array(samplesIn(request.seconds + 0.25));
    addOscillator(out, sineWave, hertz(request.midi), 0, 1);
    addOscillator(out, sineWave, hertz(request.midi + 12), 0, 0.22);
    for (let i = 0; i < out.length; i++) out[i] = Math.tanh(1.6 * out[i]!) * 0.75;
    filter(out, "low", 300 + 500 * request.velocity);
    return [
      shape(out, request.seconds, { attack: 0.006, decay: 1.2, sustain: 0.7, release: 0.045 }),
    ];
  },
};
