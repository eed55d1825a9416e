/** Guards of what stands by: the other side of A/B comes after all that is meant, and leaves for want of room only. */
import { standbyMachine } from "#engine/machines/standby.machine.ts";
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};
const answers = (guard: string, answer: boolean): Planting => {
  const machine = standbyMachine;
  return { by: "provide", machine, provided: { guards: { [guard]: () => answer } } };
};
const keeper = "src/actors/pageWorker/windowKeeper.ts";

export const standbyMutants: readonly Mutant[] = [
  {
    name: "standby-before-what-is-meant",
    what: "the other side is asked for before the one that is heard",
    guard: "laneNeeds: order",
    planting: at(
      "src/actors/pageWorker/laneNeeds.ts",
      "needs.push(standbyNeed",
      "needs.unshift(standbyNeed",
    ),
  },
  {
    name: "standby-is-urgent",
    what: "the first seconds of the other side are urgent, like those of what is meant",
    guard: "standbyNeed: urgentFrames",
    planting: at(
      "src/actors/pageWorker/demander.ts",
      "from, end, urgentFrames: 0, aheadFrames: ahead }",
      "from, end, urgentFrames: ahead, aheadFrames: ahead }",
    ),
  },
  {
    name: "standby-in-a-pause",
    what: "the other side is fetched while nobody could hear a toggle",
    guard: "standby: isPlaying",
    planting: answers("isPlaying", true),
  },
  {
    name: "standby-never-begins",
    what: "the other side is never fetched, and a toggle waits for the host",
    guard: "standby: isPlenty",
    planting: answers("isPlenty", false),
  },
  {
    name: "standby-begins-at-once",
    what: "the other side is fetched as soon as anything sounds",
    guard: "standby: isPlenty",
    planting: answers("isPlenty", true),
  },
  {
    name: "standby-goes-on-beside-a-seek",
    what: "once the other side is being fetched it goes on, though something else is being prepared",
    guard: "standby: isScarce",
    planting: answers("isScarce", false),
  },
  {
    name: "standby-of-the-side-that-is-heard",
    what: "what stands by is the side that sounds",
    guard: "lanes: standbys",
    planting: at(
      "src/actors/pageWorker/lanes.ts",
      "variant: counterpart, counterpart: variant };",
      "variant, counterpart };",
    ),
  },
  {
    name: "standby-trimmed-for-its-role",
    what: "what was heard until now is dropped to the standby's reach as soon as it only stands by",
    guard: "windowKeeper: widest",
    planting: at(
      keeper,
      'role === "follows" ? asked[i]! : this.widest(rate),',
      'role === "lane" ? this.widest(rate) : asked[i]!,',
    ),
  },
];
