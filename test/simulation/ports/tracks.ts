/** The library of the simulated world: a handful of tracks of awkward lengths. Rates are scaled down,
 *  so that a simulated minute is some ten thousand frames. */
import { frames, resampledLength, type Frames } from "#engine/protocol/geometry.ts";

export type SimulatedTrack = {
  readonly id: string;
  /** number in the frame code, 0…7 */
  readonly number: number;
  /** Hz of the file */
  readonly rate: number;
  /** frames at that rate */
  readonly frames: number;
  /** frames that its header claims, where that is not true */
  readonly hint?: number;
};

/** Hz of the page's AudioContext when it opens at the first track's rate. */
export const simulatedRate = 400;

export const simulatedTracks: readonly SimulatedTrack[] = [
  { id: "long", number: 0, rate: 400, frames: 24_013 },
  { id: "exact", number: 1, rate: 400, frames: 8000 },
  { id: "odd", number: 2, rate: 400, frames: 14_921, hint: 15_600 },
  { id: "foreign", number: 3, rate: 500, frames: 10_333 },
  { id: "short", number: 4, rate: 400, frames: 3401, hint: 3000 },
  { id: "tiny", number: 5, rate: 400, frames: 119 },
];

/** Tracks that follow each other on one album; the last has another rate, so that nothing runs on into it. */
export const simulatedAlbum: readonly SimulatedTrack[] = simulatedTracks.slice(0, 4);

/** Length of a track at another rate, as the geometry has it. */
export function framesAt(track: SimulatedTrack, rate: number): Frames {
  return resampledLength(frames(track.frames), track.rate, rate);
}

export function trackById(id: string): SimulatedTrack {
  const track = simulatedTracks.find((one) => one.id === id);
  if (!track) throw new Error(`no track ${id} in the simulated library`);
  return track;
}
