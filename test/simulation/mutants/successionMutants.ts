/** Guards of what follows without a click: in the player, the page worker and the mixer. */
import { playerMachine } from "#engine/machines/player.machine.ts";
import { preloaderMachine } from "#engine/machines/preloader.machine.ts";
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};
const answers = (
  machine: typeof playerMachine | typeof preloaderMachine,
  guard: string,
  answer: boolean,
): Planting => {
  return { by: "provide", machine, provided: { guards: { [guard]: () => answer } } };
};
const mixer = "src/audio/laneMixer.ts";
const targets = "src/machines/playerTargets.ts";

export const successionMutants: readonly Mutant[] = [
  {
    name: "succession-never-prepared",
    what: "the track that follows is fetched and never opened: it begins after a gap",
    guard: "preloader: isOfSuccessor",
    planting: answers(preloaderMachine, "isOfSuccessor", false),
  },
  {
    name: "succession-survives-a-click",
    what: "the page worker goes on with what was to follow, although the listener has clicked meanwhile",
    guard: "preloader: forgetSuccessor",
    planting: {
      by: "provide",
      machine: preloaderMachine,
      provided: { actions: { forgetSuccessor: () => undefined } },
    },
  },
  {
    name: "succession-not-taken-for-meant",
    what: "the player does not notice that what it appointed sounds",
    guard: "player: isSuccession",
    planting: answers(playerMachine, "isSuccession", false),
  },
  {
    name: "switch-left-in-the-track-before",
    what: "a switch that the next track has overtaken is not meant anew in that one",
    guard: "player: hasMovedOn",
    planting: answers(playerMachine, "hasMovedOn", false),
  },
  {
    name: "late-succession-given-up-with-the-click",
    what: "what had followed before a click was given up is not what is meant then",
    guard: "player: isLateSuccession",
    planting: answers(playerMachine, "isLateSuccession", false),
  },
  {
    name: "next-begins-again",
    what: "Next to a track that has begun by itself begins it once more",
    guard: "player: aimAtTrack",
    planting: at(
      targets,
      "successor?.target.track === track && frame === 0;",
      "successor?.target.track === track && frame < 0;",
    ),
  },
  {
    name: "succession-in-the-other-variant",
    what: "what follows is always the original",
    guard: "player: appoint",
    planting: at(
      targets,
      "const target = { track, frame: 0, variant: chosen, alignTo: null };\n  const successor",
      'const target = { track, frame: 0, variant: chosen && ("original" as const), alignTo: null };\n  const successor',
    ),
  },
  {
    name: "queue-not-told-of-what-followed",
    what: "the queue stands where it stood, though the next track sounds",
    guard: "succession: follow",
    planting: at(
      "src/actors/page/succession.ts",
      'queue.send({ type: "track.succeeded", place });\n    library.choose(place);',
      "void queue;",
    ),
  },
  {
    name: "successor-takes-over-at-once",
    what: "what is to follow takes over as soon as it is there",
    guard: "laneMixer: after",
    planting: at(mixer, "if (next.after !== null) return this.crossfadeInto(next);", ""),
  },
  {
    name: "successor-behind-any-lane",
    what: "what was to follow one lane follows whichever ends",
    guard: "laneMixer: succeed",
    planting: at(
      mixer,
      "if (!next?.committing || next.after !== lane.generation) return false;",
      "if (!next?.committing) return false;",
    ),
  },
  {
    name: "overtaken-switch-taken",
    what: "a switch that was meant in the track before is taken in the one that has followed",
    guard: "laneMixer: placed",
    planting: at(mixer, "if (old && aligned && old.placed > next.placed) return;", ""),
  },
  {
    name: "successor-offered-before-the-rest-is-there",
    what: "what follows is opened while the track before is not whole in the mixer",
    guard: "pageWorker: isWhole",
    planting: at(
      "src/actors/pageWorker.ts",
      'phase === "prepared" && this.feeder.isWhole(generation)',
      'phase === "prepared"',
    ),
  },
  {
    name: "crossfade-across-an-album",
    what: "what was made to go on without a gap is crossfaded",
    guard: "succession: isSameAlbum",
    planting: at(
      "src/actors/page/succession.ts",
      "const crossfade = isOneAlbum ? 0 :",
      "const crossfade = isOneAlbum === null ? 0 :",
    ),
  },
  {
    name: "crossfade-over-a-whole-track",
    what: "a track that is shorter than the crossfade into it is over before it can be heard",
    guard: "succession: most",
    planting: at(
      "src/actors/page/succession.ts",
      "Math.min(most, Math.round(this.crossfadeSeconds * rate))",
      "Math.round(this.crossfadeSeconds * rate + 0 * most)",
    ),
  },
  {
    name: "crossfade-of-equal-gain",
    what: "two tracks are crossfaded as if they were renderings of the same frames",
    guard: "laneMixer: crossfadeInto",
    planting: at(
      mixer,
      "this.fades.begin(old, rest, false);",
      "this.fades.begin(old, rest, true);",
    ),
  },
  {
    name: "crossfade-longer-than-what-is-left",
    what: "a crossfade goes on behind the last frame of what leaves",
    guard: "laneMixer: crossfadeInto",
    planting: at(
      mixer,
      "this.fades.begin(old, rest, false);",
      "this.fades.begin(old, next.crossfade + 20, false);",
    ),
  },
  {
    name: "crossfade-begins-late",
    what: "a crossfade begins when half of it is over",
    guard: "laneMixer: crossfadeInto",
    planting: at(mixer, "if (rest > next.crossfade ||", "if (rest > next.crossfade / 2 ||"),
  },
];
