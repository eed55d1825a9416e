/** Guards of what is analysed while nobody plays. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};

export const surveyMutants: readonly Mutant[] = [
  {
    name: "survey-goes-on-while-somebody-plays",
    what: "idle work is not abandoned when a player comes",
    guard: "surveyor: use.began",
    planting: at(
      "src/machines/surveyor.machine.ts",
      `        on: { "use.began": "inUse" },`,
      "        on: {},",
    ),
  },
  {
    name: "play-is-not-heard-of",
    what: "the host counts as idle while a player plays what it has",
    guard: "host: isInUse",
    planting: at(
      "src/actors/host.ts",
      "    [...sessions].some((session) => session.isPlaying());",
      "    false;",
    ),
  },
  {
    name: "fingerprint-is-not-kept",
    what: "the same track is analysed whenever it is opened",
    guard: "trackJobs: store",
    planting: at(
      "src/actors/host/trackJobs.ts",
      "            store(fingerprintPath(info.sourceId), report.fingerprint);\n            makeKnown(info, report.fingerprint);\n",
      "            book.fingerprint = report.fingerprint;\n            known(info);\n",
    ),
  },
  {
    name: "surveyed-audio-is-left",
    what: "what was decoded for the fingerprint alone is not removed",
    guard: "surveyedSource: end",
    planting: at(
      "src/actors/host/surveyedSource.ts",
      "    this.#spares?.discard(this.#pcmPath);\n",
      "",
    ),
  },
  {
    name: "surveyed-track-stays-a-survey",
    what: "what is decoded of a track is thrown away although somebody has come to listen to it",
    guard: "openTracks: keep",
    planting: at("src/actors/host/openTracks.ts", "    if (!isSurvey) open.surveyed.keep();\n", ""),
  },
];
