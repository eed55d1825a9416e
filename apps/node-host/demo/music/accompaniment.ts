/** What stands under a melody: broken and struck chords, and the bass. All follow the chart. */
import { chordAt, type ChordSpan } from "./harmony.ts";
import type { Note } from "./score.ts";

/** A hit inside a bar: beat, length in beats, velocity. */
export type Hit = readonly [beat: number, beats: number, velocity: number];

/** Chords held as long as their span. */
export function sustain(
  spans: readonly ChordSpan[],
  voicings: readonly (readonly number[])[],
  velocity: number,
): Note[] {
  return spans.flatMap((span, i) =>
    voicings[i]!.map((midi) => ({ beat: span.beat, beats: span.beats, midi, velocity })),
  );
}

/** Chords struck in a rhythm that repeats every bar; the top voice a little louder. */
export function comp(
  spans: readonly ChordSpan[],
  voicings: readonly (readonly number[])[],
  rhythm: readonly Hit[],
  beatsPerBar: number,
): Note[] {
  return everyBar(spans, beatsPerBar, rhythm, (beat, beats, velocity) => {
    const span = chordAt(spans, beat);
    const voicing = voicings[spans.indexOf(span)]!;
    return voicing.map((midi, voice) => ({
      beat,
      beats,
      midi,
      velocity: velocity * (voice === voicing.length - 1 ? 1 : 0.85),
    }));
  });
}

/** Chords broken into single notes: `order` names voices (0 = lowest; beyond the top: an octave up),
 *  one every `step` beats, begun anew in every bar. Notes ring for `ring` beats, never into a chord
 *  that they may not belong to. */
export function arpeggiate(
  spans: readonly ChordSpan[],
  voicings: readonly (readonly number[])[],
  order: readonly number[],
  step: number,
  ring: number,
  velocity: number,
  beatsPerBar: number,
): Note[] {
  const rhythm = order.map((_, i): Hit => [i * step, ring, velocity * (i % 4 === 0 ? 1 : 0.8)]);
  return everyBar(spans, beatsPerBar, rhythm, (beat, beats, loud, i) => {
    const span = chordAt(spans, beat);
    const voicing = voicings[spans.indexOf(span)]!;
    const voice = order[i]!;
    const left = span.beat + span.beats - beat;
    const midi = voicing[voice % voicing.length]! + 12 * Math.floor(voice / voicing.length);
    return [{ beat, beats: Math.min(beats, left), midi, velocity: loud }];
  });
}

/** What a bass note is: `1` the chord's bass, `5` its fifth, `8` the octave, `3` its third,
 *  `>` a step towards the next chord's bass. */
export type BassTone = "1" | "3" | "5" | "8" | ">";
export type BassHit = readonly [beat: number, beats: number, velocity: number, tone: BassTone];

/** A bass line: a pattern that repeats every bar, its tones taken from the chords.
 *  @param low lowest MIDI pitch; the line stays within an octave and a fifth above it */
export function bassLine(
  spans: readonly ChordSpan[],
  pattern: readonly BassHit[],
  low: number,
  beatsPerBar: number,
): Note[] {
  return everyBar(spans, beatsPerBar, pattern, (beat, beats, velocity, i) => {
    const span = chordAt(spans, beat);
    const root = above(low, span.chord.bass);
    const next = spans[Math.min(spans.indexOf(span) + 1, spans.length - 1)]!;
    const midi = bassTone(pattern[i]![3], root, span, above(low, next.chord.bass));
    return [{ beat, beats, midi, velocity }];
  });
}

function bassTone(tone: BassTone, root: number, span: ChordSpan, next: number): number {
  const { tones, root: chordRoot } = span.chord;
  const has = (interval: number) => tones.includes((chordRoot + interval) % 12);
  if (tone === "1") return root;
  if (tone === "8") return root + 12;
  const plain = root % 12 === chordRoot;
  if (tone === "5") return plain ? root + (has(7) ? 7 : 6) : above(root, chordRoot);
  if (tone === "3") return plain && (has(3) || has(4)) ? root + (has(3) ? 3 : 4) : root + 12;
  // A whole step below, or above when coming from above, a semitone where the root is the same.
  if (next === root) return root + 12;
  return next > root ? next - 1 : next + 2;
}

/** Lowest MIDI pitch of a pitch class at or above `low`. */
export function above(low: number, pitch: number): number {
  return low + ((((pitch - low) % 12) + 12) % 12);
}

function everyBar<Pattern extends readonly [number, number, number, ...unknown[]]>(
  spans: readonly ChordSpan[],
  beatsPerBar: number,
  pattern: readonly Pattern[],
  play: (beat: number, beats: number, velocity: number, index: number) => Note[],
): Note[] {
  const end = spans.at(-1)!.beat + spans.at(-1)!.beats;
  const start = spans[0]!.beat;
  const notes: Note[] = [];
  for (let bar = start; bar < end; bar += beatsPerBar)
    pattern.forEach(([at, beats, velocity], i) => {
      if (bar + at < end) notes.push(...play(bar + at, beats, velocity, i));
    });
  return notes;
}
