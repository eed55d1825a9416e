/** Faults of the music files and of their decoding. */
import { fault } from "#engine/protocol/faults.ts";
import { simulatedTracks } from "../ports/tracks.ts";
import { faultKind, instant, nothingElse } from "./faultKind.ts";

/** ms for which a page goes on with what it holds of a file that is another now */
const bufferedMs = 15_000;
const trackOf = (place: number) => simulatedTracks[place % simulatedTracks.length]!;

export const fileFaults = [
  /** somebody saves other audio under the same name; what is held of the old may be heard to its end
   *  @property track place in the list */
  faultKind({
    type: "fileChanges",
    weight: 1,
    draw: (random) => ({ track: random.below(simulatedTracks.length) }),
    lastsMs: () => bufferedMs,
    strike: ({ library, world }, { track }) => void library.rewrite(trackOf(track), world.now),
  }),
  /** a file is not there for a while */
  faultKind({
    type: "fileVanishes",
    weight: 1,
    draw: (random) => ({
      track: random.below(simulatedTracks.length),
      forMs: random.between(200, 12_000),
    }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ library, world }, { track, forMs }) => {
      library.setMissing(trackOf(track), true, world.now);
      world.schedule(forMs, "file.returns", () =>
        library.setMissing(trackOf(track), false, world.now),
      );
    },
  }),
  /** the next decode fails, at its begin or in the middle; it may be worth another try */
  faultKind({
    type: "decodeFails",
    weight: 1,
    draw: (random) => ({
      stage: random.pick(["probe", "middle"] as const),
      isFinal: random.chance(0.3),
    }),
    lastsMs: instant,
    strike: ({ library }, { stage, isFinal }) => {
      const why = isFinal
        ? fault("file-corrupt", "The file is damaged.")
        : fault("worker-lost", "The decoder ended without a word.");
      library.mishaps.push({ stage, why });
    },
  }),
  /** no decode gets on for a while */
  faultKind({
    type: "decodeStalls",
    weight: 1,
    draw: (random) => ({ forMs: random.between(500, 10_000) }),
    lastsMs: ({ forMs }) => forMs,
    strike: ({ library, world }, { forMs }) => {
      library.stalledUntil = Math.max(library.stalledUntil, world.now + forMs);
    },
  }),
  /** the next decode has all frames, and takes long to say that there are no more: the listener may get to
   *  the end before */
  faultKind({
    type: "decodeEndsLate",
    weight: 2,
    draw: (random) => ({
      byMs: random.chance(0.5) ? random.between(500, 5000) : random.between(10_000, 40_000),
      times: 1 + random.below(3),
    }),
    lastsMs: instant,
    strike: ({ library, disturb }, { byMs, times }) => {
      for (let time = 0; time < times; time++)
        library.lateEnds.push({ byMs, struck: () => disturb(byMs) });
    },
  }),
  /** somebody deletes what is decoded: every track that is used has to be decoded anew */
  faultKind({
    type: "pcmLost",
    weight: 1,
    draw: nothingElse,
    lastsMs: instant,
    strike: ({ library }) => library.losePcm(),
  }),
] as const;
