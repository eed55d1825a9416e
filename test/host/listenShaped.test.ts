/** The player without a browser through networks: random intentions at a listener's pace, every frame judged.
 *  `npm run bench -- playback --part storm --minutes 60` does it for an hour. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Preset } from "#engine/protocol/variant.ts";
import { SeededRandom } from "../simulation/world/seededRandom.ts";
import { intendAnything } from "./intentionStorm.ts";
import { openListeningRig, type ListeningRig } from "./listeningRig.ts";
import { linkProfiles } from "./packetSchedule.ts";

const intentions = 15;
const presets: readonly Preset[] = ["adaptive"];

let rig: ListeningRig;

beforeAll(async () => {
  rig = await openListeningRig({ seconds: 35, presets });
}, 120_000);
afterAll(() => rig?.close());

it.each([
  [linkProfiles.good.name, linkProfiles.good, 11],
  [linkProfiles.poor.name, linkProfiles.poor, 12],
])(
  "%s: one intention a second; every frame is right, and none of them is stuck",
  async (_, profile, seed) => {
    rig.link.shape(profile);
    const random = new SeededRandom(seed);
    const done: string[] = [];
    rig.choose(0);
    await rig.untilHeard();
    const { length } = rig.judge.heard.toMixerMs;
    for (let i = 0; i < intentions; i++) {
      done.push(intendAnything(rig, random, presets));
      await rig.listen(1);
    }
    rig.play();
    rig.seek(5);
    await rig.untilHeard();
    expect(rig.judge.complaints, done.join(", ")).toEqual([]);
    // of some nothing new is to be heard: pauses, and what was meant already
    expect(rig.judge.heard.toMixerMs.length - length).toBeGreaterThan(intentions / 6);
  },
  60_000,
);
