/** A walking bass: a note on every beat, chord tones first, then a step into the next chord. */
import { above } from "./accompaniment.ts";
import type { ChordSpan } from "./harmony.ts";
import type { Note } from "./score.ts";

/** The open E of a double bass. */
const lowestString = 28;

/** @param low lowest MIDI pitch; the line keeps within an octave and a half above it
 *  @returns one note a beat; each last one before a change lies a semitone or a whole step from the
 *  next root */
export function walkingBass(spans: readonly ChordSpan[], low: number, beatsPerBar: number): Note[] {
  const notes: Note[] = [];
  let before = low + 7;
  spans.forEach((span, i) => {
    const root = nearestTo(before, span.chord.bass, low);
    const next = spans[i + 1] ?? span;
    const target = nearestTo(root, next.chord.bass, low);
    for (let k = 0; k < span.beats; k++) {
      const midi = step(span, root, target, k, i);
      const beat = span.beat + k;
      const velocity = beat % beatsPerBar === 0 ? 0.85 : beat % 2 === 1 ? 0.78 : 0.7;
      notes.push({ beat, beats: 0.9, midi: midi < lowestString ? midi + 12 : midi, velocity });
      before = midi;
    }
  });
  return notes;
}

function step(span: ChordSpan, root: number, target: number, k: number, turn: number): number {
  const { chord, beats } = span;
  if (k === 0) return root;
  const third = root + ((((chord.tones[0]! - root) % 12) + 12) % 12);
  if (k === beats - 1) {
    if (beats === 2) return third - 12 >= target - 5 && third > target ? third - 12 : third;
    // From above or below in turn, so that repeated turnarounds do not sound the same.
    return target === root ? root + 7 : target + (turn % 2 === 0 ? -1 : 1);
  }
  return k === 1 ? third : root + 7;
}

function nearestTo(midi: number, pitch: number, low: number): number {
  const lowest = above(low - 3, pitch);
  return midi - lowest > 7 ? lowest + 12 : lowest;
}
