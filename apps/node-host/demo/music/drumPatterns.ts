/** Drum parts: grooves written as grids, fills at the ends of sections. */
import type { Note } from "./score.ts";

/** General MIDI keys of the kit. */
export const drumKeys = {
  kick: 36,
  rim: 37,
  snare: 38,
  clap: 39,
  hat: 42,
  lowTom: 45,
  open: 46,
  midTom: 47,
  highTom: 50,
  crash: 49,
  ride: 51,
  shaker: 70,
  brush: 71,
} as const;
export type Drum = keyof typeof drumKeys;

/** One bar: a string per drum, `X` accent, `x` normal, `o` ghost, anything else a rest; the
 *  characters share the bar equally. */
export type Groove = Partial<Readonly<Record<Drum, string>>>;

const velocities: Readonly<Record<string, number>> = { X: 1, x: 0.72, o: 0.36 };

/** A groove for bars `[from, until)`; the last bar is `fill` when there is one. */
export function drumBars(
  groove: Groove,
  beatsPerBar: number,
  from: number,
  until: number,
  fill?: Groove,
): Note[] {
  const notes: Note[] = [];
  for (let bar = from; bar < until; bar++) {
    const now = fill && bar === until - 1 ? fill : groove;
    for (const [drum, grid] of Object.entries(now) as [Drum, string][]) {
      const step = beatsPerBar / grid.length;
      [...grid].forEach((mark, i) => {
        const velocity = velocities[mark];
        if (velocity === undefined) return;
        const beat = bar * beatsPerBar + i * step;
        notes.push({ beat, beats: step, midi: drumKeys[drum], velocity });
      });
    }
  }
  return notes;
}

/** One hit on the first beat of each named bar, e.g. a crash where a chorus begins. */
export function hitAt(
  drum: Drum,
  beatsPerBar: number,
  bars: readonly number[],
  velocity: number,
): Note[] {
  return bars.map((bar) => ({ beat: bar * beatsPerBar, beats: 1, midi: drumKeys[drum], velocity }));
}
