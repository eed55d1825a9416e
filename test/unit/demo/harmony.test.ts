import { describe, expect, it } from "vitest";
import { pieces } from "../../../apps/node-host/demo/album.ts";
import {
  chordAt,
  leadVoices,
  parseChord,
  pitchClass,
  readChart,
} from "../../../apps/node-host/demo/music/harmony.ts";
import {
  fitToHarmony,
  type Key,
  readMelody,
  scaleOver,
  scales,
} from "../../../apps/node-host/demo/music/melody.ts";
import type { Piece } from "../../../apps/node-host/demo/music/score.ts";

function keyOf(piece: Piece): Key {
  const minor = piece.key.endsWith("m");
  const tonic = 60 + pitchClass(minor ? piece.key.slice(0, -1) : piece.key);
  return { tonic, scale: minor ? scales.minor : scales.major };
}

describe("chords", () => {
  it("are read from their symbols, with the bass that a slash names", () => {
    expect(parseChord("Bm7/F#")).toMatchObject({ root: 11, bass: 6 });
    expect(new Set(parseChord("Bm7").tones)).toEqual(new Set([11, 2, 6, 9]));
    expect(() => parseChord("H7")).toThrow(RangeError);
  });

  it("share a bar equally and leave no gap in a chart", () => {
    const spans = readChart("| C | F G | % |", 4);
    expect(spans.map(({ beat, beats, chord }) => [beat, beats, chord.symbol])).toEqual([
      [0, 4, "C"],
      [4, 2, "F"],
      [6, 2, "G"],
      [8, 2, "F"],
      [10, 2, "G"],
    ]);
  });

  it("are voiced with third and seventh, and hardly move from one to the next", () => {
    for (const piece of pieces) {
      const voicings = leadVoices(piece.chords, 4, 50, 72);
      let moved = 0;
      voicings.forEach((voicing, i) => {
        const { tones } = piece.chords[i]!.chord;
        const sounding = voicing.map((midi) => midi % 12);
        expect(tones).toEqual(expect.arrayContaining(sounding));
        expect(sounding).toEqual(expect.arrayContaining(tones.slice(0, 2)));
        if (i > 0)
          voicing.forEach((midi, voice) => (moved += Math.abs(midi - voicings[i - 1]![voice]!)));
      });
      // semitones per voice and change
      expect(moved / (4 * (voicings.length - 1)), piece.title).toBeLessThan(2.5);
    }
  });
});

describe("melodies", () => {
  const key: Key = { tonic: 60, scale: scales.major };

  it("are refused when a bar is miscounted", () => {
    expect(() => readMelody("0:1 1:1 2:1", key, 0, 4)).toThrow(RangeError);
  });

  it("lean on chord tones and pass through the scale, with what a chord borrows", () => {
    const line = readMelody("3:1 2:1 4:.5 4:1.5", key, 0, 4);
    const fitted = fitToHarmony(line, readChart("| E7 |", 4), key, 2);
    // F may not stand on the first beat of E7, and its G has become G sharp.
    expect(fitted.map(({ midi }) => midi)).toEqual([64, 64, 68, 68]);
  });
});

describe.each(pieces)("$title", (piece) => {
  const key = keyOf(piece);
  const pitched = piece.parts.filter((part) => !part.unpitched);

  it("has drums, bass, harmony and melody and lasts 60 to 120 s", () => {
    expect(piece.parts.length).toBeGreaterThanOrEqual(6);
    expect(piece.parts.some((part) => part.unpitched)).toBe(true);
    const seconds = (piece.bars * piece.beatsPerBar * 60) / piece.tempo + piece.tailSeconds;
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(120);
    const end = piece.chords.at(-1)!;
    expect(end.beat + end.beats).toBe(piece.bars * piece.beatsPerBar);
  });

  it("has only chord tones where a chord begins or a bar does", () => {
    const starts = new Set(piece.chords.map((span) => span.beat));
    for (const part of pitched)
      for (const note of part.notes) {
        const strong = starts.has(note.beat) || note.beat % piece.beatsPerBar === 0;
        // The violin ties over the changes in the middle of a bar of three.
        if (!strong) continue;
        const { chord } = chordAt(piece.chords, note.beat);
        expect(chord.tones, `${part.name}, beat ${note.beat}, ${chord.symbol}`).toContain(
          note.midi % 12,
        );
      }
  });

  it("has only tones of the scale over the chord, but for a bass that walks into the next one", () => {
    for (const part of pitched) {
      const strange = part.notes.filter(
        (note) =>
          !scaleOver(chordAt(piece.chords, note.beat).chord, key).includes(note.midi % 12) &&
          !(part.name === "bass" && chordAt(piece.chords, note.beat + 1).beat > note.beat),
      );
      expect(strange, part.name).toEqual([]);
    }
  });

  it("holds no note into a chord that it clashes with", () => {
    for (const part of pitched)
      for (const note of part.notes) {
        const { chord } = chordAt(piece.chords, note.beat + note.beats - 0.26);
        if (chord === chordAt(piece.chords, note.beat).chord) continue;
        const clash = chord.tones.some((tone) => (tone + 1) % 12 === note.midi % 12);
        expect(clash && !chord.tones.includes(note.midi % 12), `${part.name} ${note.beat}`).toBe(
          false,
        );
      }
  });
});
