/** What a piece of music is here: notes on a grid of beats, parts that play them, and the mix. */
import type { Instrument } from "../synth/instrument.ts";
import type { Strip, Treatment } from "../mix/mixdown.ts";
import type { Painting } from "../cover/paint.ts";
import type { ChordSpan } from "./harmony.ts";

/** One note. Beats count quarters from the start of the piece. */
export type Note = {
  readonly beat: number;
  /** how long the key is held, in beats; the sound may ring on */
  readonly beats: number;
  /** MIDI pitch, 69 = A4 = 440 Hz; for drums the General MIDI key */
  readonly midi: number;
  /** 0…1 */
  readonly velocity: number;
};

export type Part = {
  readonly name: string;
  readonly instrument: Instrument;
  readonly notes: readonly Note[];
  readonly strip: Strip;
  /** standard deviation of the players' timing in ms */
  readonly looseMs: number;
  /** true for a part that the harmony rules do not concern (drums) */
  readonly unpitched?: boolean;
};

export type Piece = {
  /** file name without extension */
  readonly file: string;
  readonly title: string;
  readonly key: string;
  /** quarters per minute */
  readonly tempo: number;
  readonly beatsPerBar: number;
  readonly bars: number;
  /** seconds that ring after the last bar */
  readonly tailSeconds: number;
  /** where in the beat the off-beat eighth falls: 0.5 straight, 0.66 triplets */
  readonly swing: number;
  readonly chords: readonly ChordSpan[];
  readonly parts: readonly Part[];
  readonly treatment: Treatment;
  readonly cover: Painting;
  /** what the mix lacks, one sentence for the tags */
  readonly comment: string;
};

/** Notes that begin in bars `[from, until)`. */
export function inBars(
  notes: readonly Note[],
  beatsPerBar: number,
  from: number,
  until: number,
): Note[] {
  return notes.filter((n) => n.beat >= from * beatsPerBar && n.beat < until * beatsPerBar);
}

/** The same notes, each velocity multiplied by `factor` and kept within 0…1. */
export function louder(notes: readonly Note[], factor: number): Note[] {
  return notes.map((n) => ({ ...n, velocity: Math.min(1, n.velocity * factor) }));
}

/** The same notes `semitones` higher. */
export function transposed(notes: readonly Note[], semitones: number): Note[] {
  return notes.map((n) => ({ ...n, midi: n.midi + semitones }));
}

/** Seconds at which a beat falls: eighths swing, the leading `leadSeconds` are silent. */
export function beatToSeconds(piece: Pick<Piece, "tempo" | "swing">, beat: number): number {
  const whole = Math.floor(beat);
  const share = beat - whole;
  const swung =
    share < 0.5 ? share * 2 * piece.swing : piece.swing + (share - 0.5) * 2 * (1 - piece.swing);
  return leadSeconds + ((whole + swung) * 60) / piece.tempo;
}

/** Silence before the first beat, so that no player can be early for the file. */
const leadSeconds = 0.12;

/** Whole length of a piece in seconds, its tail included. */
export function pieceSeconds(piece: Piece): number {
  return leadSeconds + (piece.bars * piece.beatsPerBar * 60) / piece.tempo + piece.tailSeconds;
}
