/** What every instrument of the demo album is: a pure function from a note to samples. */

/** Sampling rate of the whole album, Hz. */
export const albumRate = 44_100;

/** Samples of one note, one array per channel, ±1 nominally, from silence to silence. */
export type Sound = readonly Float32Array[];

export type SoundRequest = {
  readonly midi: number;
  /** how long the key is held */
  readonly seconds: number;
  /** 0…1; changes the colour. Loudness is applied when the note is placed. */
  readonly velocity: number;
  /** takes turns 0…variants−1, so that repeated notes are not copies */
  readonly variant: number;
};

export type Instrument = {
  readonly name: string;
  readonly variants: number;
  /** of every sound it makes */
  readonly channels: 1 | 2;
  readonly play: (request: SoundRequest) => Sound;
};

/** Frequency of a MIDI pitch in Hz, equal temperament, A4 = 440 Hz; `cents` detunes. */
export function hertz(midi: number, cents = 0): number {
  return 440 * 2 ** ((midi - 69 + cents / 100) / 12);
}

/** Number of samples in a time at the album's rate. */
export function samplesIn(seconds: number): number {
  return Math.max(1, Math.round(seconds * albumRate));
}

/** Attack (linear), decay towards `sustain` and release (exponential), in seconds, written over
 *  `samples` by multiplication. The last 3 ms always go to zero, so that nothing can click. */
export function shape(
  samples: Float32Array,
  held: number,
  envelope: {
    readonly attack: number;
    readonly decay: number;
    readonly sustain: number;
    readonly release: number;
  },
): Float32Array {
  const attack = samplesIn(envelope.attack);
  const decay = Math.exp(-1 / (envelope.decay * albumRate));
  const release = Math.exp(-1 / (envelope.release * albumRate));
  const gate = samplesIn(held);
  const close = samplesIn(0.003);
  let level = 1;
  for (let i = 0; i < samples.length; i++) {
    if (i >= gate) level *= release;
    else if (i >= attack) level = envelope.sustain + (level - envelope.sustain) * decay;
    const rise = i < attack ? i / attack : 1;
    const end = samples.length - 1 - i;
    samples[i]! *= level * rise * (end < close ? end / close : 1);
  }
  return samples;
}
