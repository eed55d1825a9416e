/** Melodies: scale degrees written down, then fitted to the harmony under them. */
import { chordAt, type Chord, type ChordSpan } from "./harmony.ts";
import type { Note } from "./score.ts";

/** Semitones of the seven degrees above the tonic. */
export const scales = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
} as const;
export type Key = { readonly tonic: number; readonly scale: readonly number[] };

/** Reads a line such as `4:1.5 2:.5 r:1 -1:1`: degree (0 = tonic, 7 = an octave up), then beats.
 *  Bar lines `|` are checked, so that a miscounted bar is found when it is written.
 *  @param key tonic as MIDI pitch of degree 0 @param start beat of the first note
 *  @throws RangeError when a bar is not `beatsPerBar` long */
export function readMelody(
  line: string,
  key: Key,
  start: number,
  beatsPerBar: number,
  velocity = 0.8,
): Note[] {
  const notes: Note[] = [];
  let beat = start;
  for (const bar of line.split("|").map((text) => text.trim())) {
    if (bar === "") continue;
    const barStart = beat;
    for (const token of bar.split(/\s+/)) {
      const [degree, beats] = token.split(":") as [string, string];
      const length = Number(beats);
      if (degree !== "r") {
        const midi = degreeToMidi(key, Number(degree));
        // The first beat of a bar is leaned on, what lies between beats is lighter.
        const weight = beat === barStart ? 1 : beat % 1 === 0 ? 0.93 : 0.85;
        notes.push({ beat, beats: length, midi, velocity: velocity * weight });
      }
      beat += length;
    }
    if (Math.abs(beat - barStart - beatsPerBar) > 1e-6)
      throw new RangeError(`bar "${bar}" has ${beat - barStart} beats`);
  }
  return notes;
}

/** MIDI pitch of a scale degree; 0 is the tonic, negative degrees lie below it. */
function degreeToMidi(key: Key, degree: number): number {
  const octave = Math.floor(degree / 7);
  return key.tonic + 12 * octave + key.scale[degree - 7 * octave]!;
}

/** Pitch classes that sound well over a chord: the key's, but where the chord borrows a tone from
 *  elsewhere, that tone takes the place of its neighbours a semitone away. */
export function scaleOver(chord: Chord, key: Key): number[] {
  const inKey = key.scale.map((step) => (key.tonic + step) % 12);
  const borrowed = chord.tones.filter((tone) => !inKey.includes(tone));
  const kept = inKey.filter(
    (pitch) => chord.tones.includes(pitch) || !borrowed.some((tone) => gap(tone, pitch) === 1),
  );
  return [...kept, ...borrowed];
}

/** Moves notes to what fits: those on a strong beat, or a beat long and more, to the nearest chord
 *  tone, the others to the nearest tone of the scale over the chord. A written note that fits
 *  already stays as it is. @param strongEvery beats between strong beats */
export function fitToHarmony(
  notes: readonly Note[],
  spans: readonly ChordSpan[],
  key: Key,
  strongEvery: number,
): Note[] {
  return notes.map((note) => {
    const { chord } = chordAt(spans, note.beat);
    const allowed = isStrong(note, strongEvery) ? chord.tones : scaleOver(chord, key);
    return { ...note, midi: nearest(note.midi, allowed) };
  });
}

/** Whether a note has to be a chord tone: it falls on a strong beat, or lasts a beat on a beat. */
function isStrong(note: Note, strongEvery: number): boolean {
  return note.beat % strongEvery === 0 || (note.beat % 1 === 0 && note.beats >= 1.5);
}

function nearest(midi: number, pitches: readonly number[]): number {
  for (let distance = 0; distance < 7; distance++) {
    for (const candidate of [midi - distance, midi + distance])
      if (pitches.includes(((candidate % 12) + 12) % 12)) return candidate;
  }
  return midi;
}

function gap(a: number, b: number): number {
  const up = (((a - b) % 12) + 12) % 12;
  return Math.min(up, 12 - up);
}
