/** Chords: reading their symbols, and leading their voices. */

/** A chord: pitch classes 0…11 (0 = C), the bass note first in `bass`. */
export type Chord = {
  readonly symbol: string;
  readonly root: number;
  readonly bass: number;
  /** in order of importance for a voicing: third, seventh, root, fifth, colours */
  readonly tones: readonly number[];
};

/** A chord that holds for `beats` from `beat` on. */
export type ChordSpan = { readonly beat: number; readonly beats: number; readonly chord: Chord };

const letters: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Semitones above the root, the most telling tones first. */
const qualities: Readonly<Record<string, readonly number[]>> = {
  "": [4, 0, 7],
  m: [3, 0, 7],
  "6": [4, 9, 0, 7],
  m6: [3, 9, 0, 7],
  "7": [4, 10, 0, 7],
  "9": [4, 10, 2, 0, 7],
  m7: [3, 10, 0, 7],
  m9: [3, 10, 2, 0, 7],
  maj7: [4, 11, 0, 7],
  maj9: [4, 11, 2, 0, 7],
  add9: [4, 2, 0, 7],
  madd9: [3, 2, 0, 7],
  sus4: [5, 0, 7],
  sus2: [2, 0, 7],
  "7sus4": [5, 10, 0, 7],
  m7b5: [3, 10, 0, 6],
  dim7: [3, 9, 0, 6],
};

/** Pitch class of a note name such as `F#` or `Bb`. @throws RangeError for anything else. */
export function pitchClass(name: string): number {
  const base = letters[name[0] ?? ""];
  const sign = name.slice(1);
  if (base === undefined || !["", "#", "b"].includes(sign)) throw new RangeError(`note ${name}`);
  return (base + (sign === "#" ? 1 : sign === "b" ? 11 : 0)) % 12;
}

/** Reads a symbol such as `Bm7` or `D/F#`. @throws RangeError when it is unknown. */
export function parseChord(symbol: string): Chord {
  const match = /^([A-G][#b]?)([^/]*)(?:\/([A-G][#b]?))?$/.exec(symbol);
  const intervals = match && qualities[match[2]!];
  if (!match || !intervals) throw new RangeError(`chord ${symbol}`);
  const root = pitchClass(match[1]!);
  return {
    symbol,
    root,
    bass: match[3] === undefined ? root : pitchClass(match[3]),
    tones: intervals.map((i) => (root + i) % 12),
  };
}

/** Reads a chart such as `| D | Bm7 G | % |`: bars, chords sharing a bar equally, `%` repeats.
 *  @returns spans from beat 0 on, without gaps */
export function readChart(chart: string, beatsPerBar: number): ChordSpan[] {
  const spans: ChordSpan[] = [];
  let symbols: string[] = [];
  const bars = chart.split("|").map((bar) => bar.trim());
  let beat = 0;
  for (const bar of bars) {
    if (bar === "") continue;
    if (bar !== "%") symbols = bar.split(/\s+/);
    const beats = beatsPerBar / symbols.length;
    for (const symbol of symbols) {
      spans.push({ beat, beats, chord: parseChord(symbol) });
      beat += beats;
    }
  }
  return spans;
}

/** The chord that holds at `beat`; the last one after the end. */
export function chordAt(spans: readonly ChordSpan[], beat: number): ChordSpan {
  return spans.findLast((span) => span.beat <= beat + 1e-6) ?? spans[0]!;
}

/** Voices for each span, lowest first, each chord as near as possible to the one before.
 *  Keeps third and seventh, allows no gap wider than a ninth, no second at the bottom; a voice
 *  that can stay stays. @param low @param high range in MIDI pitches */
export function leadVoices(
  spans: readonly ChordSpan[],
  voices: number,
  low: number,
  high: number,
): number[][] {
  const middle = (low + high) / 2;
  let before: readonly number[] | undefined;
  return spans.map(({ chord }) => {
    let best: number[] | undefined;
    let least = Infinity;
    for (const voicing of voicings(chord, voices, low, high)) {
      const price = movement(before, voicing) + 0.15 * Math.abs(mean(voicing) - middle);
      if (price < least) [best, least] = [voicing, price];
    }
    if (!best) throw new RangeError(`no voicing of ${chord.symbol} in ${low}…${high}`);
    before = best;
    return best;
  });
}

function* voicings(
  chord: Chord,
  voices: number,
  low: number,
  high: number,
  taken: readonly number[] = [],
): Generator<number[]> {
  if (taken.length === voices) {
    const needed = chord.tones.slice(0, Math.min(2, voices));
    if (needed.every((tone) => taken.some((midi) => midi % 12 === tone))) yield [...taken];
    return;
  }
  const last = taken.at(-1);
  const from = last === undefined ? low : last + (taken.length === 1 ? 3 : 2);
  const until = last === undefined ? low + 12 : Math.min(high, last + 14);
  for (let midi = from; midi <= until; midi++) {
    if (!chord.tones.includes(midi % 12)) continue;
    const doubled = taken.some((other) => other % 12 === midi % 12);
    if (doubled && voices <= chord.tones.length) continue;
    yield* voicings(chord, voices, low, high, [...taken, midi]);
  }
}

function movement(before: readonly number[] | undefined, after: readonly number[]): number {
  if (!before) return 0;
  let sum = 0;
  for (let i = 0; i < after.length; i++) sum += Math.abs(after[i]! - before[i]!);
  const top = Math.abs(after.at(-1)! - before.at(-1)!);
  return sum + 0.5 * top;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
