/** Guards of the lane mixer, which decides what is heard. */
import type { Mutant, Planting } from "./mutant.ts";

const mixer = (find: string, replace: string): Planting => {
  return { by: "source", file: "src/audio/laneMixer.ts", find, replace };
};

export const mixerMutants: readonly Mutant[] = [
  {
    name: "superseded-lane-committed",
    what: "a lane may be committed although the mixer has heard of a newer intention",
    guard: "laneMixer: mixer/intend",
    planting: mixer(
      "if (this.pending && this.pending.generation < this.newest) this.pending = null;",
      "",
    ),
  },
  {
    name: "commit-heard-twice",
    what: "a lane that was committed stays pending and is committed again",
    guard: "laneMixer: takeOver",
    planting: mixer(
      "    this.pending = null;\n    this.current = next;",
      "    this.current = next;",
    ),
  },
  {
    name: "late-resume-in-a-pause",
    what: "a lane that takes over during a pause is heard at once",
    guard: "laneMixer: playing",
    planting: mixer(
      "this.level.value = this.playing && next.queue.position === 0 ? 1 : 0;",
      "this.level.value = 1;",
    ),
  },
  {
    name: "paused-lane-goes-on",
    what: "the mixer does not ask whether it is playing",
    guard: "laneMixer: weighSupply",
    planting: mixer("const due = this.playing && !this.held", "const due = !this.held"),
  },
  {
    name: "hold-ignored",
    what: "what was paused is heard again for a moment before the new intention",
    guard: "laneMixer: hold",
    planting: mixer("this.held = message.hold && this.level.value === 0;", "this.held = false;"),
  },
  {
    name: "switch-not-aligned",
    what: "a variant begins where it was prepared, not where the music is now",
    guard: "laneMixer: alignTo",
    planting: mixer(
      "if (old.queue.position > next.queue.position) next.queue.skipTo(old.queue.position);",
      "",
    ),
  },
  {
    name: "takes-over-too-early",
    what: "a lane takes over before it covers its fade",
    guard: "laneMixer: covers",
    planting: mixer(
      "    this.keepUp();\n    if (!covers(next, this.fadeFrames * 2 + count)) return;\n",
      "    this.keepUp();\n",
    ),
  },
  {
    name: "starvation-not-foreseen",
    what: "an underrun is not faded into",
    guard: "laneMixer: starved",
    planting: mixer(
      "else this.starved = !covers(lane, this.fadeFrames + count);",
      "else this.starved = lane.queue.available === 0;",
    ),
  },
  {
    name: "refill-not-awaited",
    what: "after an underrun sound comes back with the first frame that arrives",
    guard: "laneMixer: refillFrames",
    planting: mixer(
      "if (this.starved) this.starved = !covers(lane, this.refillFrames);",
      "if (this.starved) this.starved = lane.queue.available === 0;",
    ),
  },
  {
    name: "old-lane-consumed-while-silent",
    what: "a fade-out consumes frames behind its end",
    guard: "laneMixer: emit",
    planting: mixer(
      "const sounding = this.level.target > 0 ? count : Math.min(count, this.level.framesToTarget());",
      "const sounding = count;",
    ),
  },
  {
    name: "end-told-before-the-fade",
    what: "a lane that begins at its end cuts off the old one",
    guard: "laneMixer: lane/ended",
    planting: mixer(
      "if (last.queue.position < last.end || this.fades.isOn || this.succeed(last)) return;",
      "if (last.queue.position < last.end || this.succeed(last)) return;",
    ),
  },
  {
    name: "stand-in-always-taken",
    what: "the original that stands in takes over from what sounds at its place already",
    guard: "laneMixer: standsIn",
    planting: mixer("if (message.standsIn && this.isAligned(message.alignTo)) return;", ""),
  },
];
