/** A stem: all notes of one part, placed in time by a player who is never quite exact. */
import { beatToSeconds, type Part, type Piece, pieceSeconds } from "../music/score.ts";
import { bellShaped, seededRandom } from "../music/seededRandom.ts";
import { samplesIn, type Sound } from "../synth/instrument.ts";

/** Renders one part at the album's rate, as long as the piece; as many channels as its instrument.
 *  Notes that sound alike are made once. Cost O(different notes × their length + all notes).
 *  @param untilSeconds renders the beginning only */
export function renderStem(
  piece: Piece,
  part: Part,
  untilSeconds = Infinity,
): Float32Array<ArrayBuffer>[] {
  const length = samplesIn(Math.min(pieceSeconds(piece), untilSeconds));
  const stem = Array.from({ length: part.instrument.channels }, () => new Float32Array(length));
  const random = seededRandom(`${piece.title} ${part.name}`);
  const made = new Map<string, Sound>();
  let turn = 0;
  for (const note of part.notes) {
    // Drawn for every note, so that the beginning of a piece is the beginning of the whole of it.
    const late = bellShaped(random) * part.looseMs * 0.001;
    const accent = 1 + 0.05 * bellShaped(random);
    const starts = beatToSeconds(piece, note.beat);
    if (starts > untilSeconds) continue;
    const seconds = beatToSeconds(piece, note.beat + note.beats) - starts;
    const velocity = Math.min(1, Math.max(0.05, note.velocity * accent));
    const bucket = Math.ceil(velocity * 5) / 5;
    const held = Math.max(0.05, Math.round(seconds * 25) / 25);
    const variant = turn++ % part.instrument.variants;
    const name = `${note.midi} ${bucket} ${held} ${variant}`;
    const sound =
      made.get(name) ??
      part.instrument.play({ midi: note.midi, seconds: held, velocity: bucket, variant });
    made.set(name, sound);
    place(stem, sound, Math.max(0, samplesIn(starts + late)), velocity ** 1.4);
  }
  return stem;
}

function place(stem: readonly Float32Array[], sound: Sound, start: number, gain: number): void {
  stem.forEach((side, channel) => {
    const samples = sound[channel]!;
    const count = Math.min(samples.length, side.length - start);
    for (let i = 0; i < count; i++) side[start + i]! += gain * samples[i]!;
  });
}
