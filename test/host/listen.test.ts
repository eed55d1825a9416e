/** The player without a browser: a burst of intentions at a real host, every frame judged.
 *  `SEGUE_INTENTIONS=5000` makes it longer and prints its figures, `SEGUE_SEED=7` makes it another one. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Preset } from "#engine/protocol/variant.ts";
import { SeededRandom } from "../simulation/world/seededRandom.ts";
import { intendAnything, pauseAfter } from "./intentionStorm.ts";
import { openListeningRig, type ListeningRig } from "./listeningRig.ts";

const wanted = process.env["SEGUE_INTENTIONS"];
const intentions = Number(wanted ?? 150);
const seed = Number(process.env["SEGUE_SEED"] ?? 1);
const presets: readonly Preset[] = ["adaptive", "warm"];

let rig: ListeningRig;

beforeAll(async () => {
  rig = await openListeningRig({ seconds: 40, presets });
}, 120_000);
afterAll(() => rig?.close());

it(
  `${intentions} intentions of seed ${seed}: every frame is right, and none of them is stuck`,
  async () => {
    const random = new SeededRandom(seed);
    const done: string[] = [];
    rig.choose(0);
    await rig.untilHeard();
    const beganMs = performance.now();
    while (done.length < intentions) {
      done.push(intendAnything(rig, random, presets));
      const pauseMs = pauseAfter(random);
      if (pauseMs === null) await heardAfter(done);
      // the listener's own pace
      await new Promise((next) => setTimeout(next, pauseMs ?? random.below(120)));
      expect(rig.judge.complaints, `after ${done.slice(-12).join(", ")}`).toEqual([]);
    }
    const perSecond = (intentions * 1000) / (performance.now() - beganMs);
    rig.play();
    rig.seek(5);
    await rig.untilHeard();
    rig.pause();
    const { heard, complaints } = rig.judge;
    expect(complaints).toEqual([]);
    // most of them are overtaken by the next; the others were heard, as whole frames
    expect(heard.toSoundMs.length).toBeGreaterThan(intentions / 6);
    expect(heard.right).toBeGreaterThan(heard.faded);
    expect(rig.player.page.inspect.getSnapshot().map(({ state }) => state)).toContain(
      "wish.paused intention.settled supply.ready",
    );
    if (wanted !== undefined) console.log(JSON.stringify(figures(perSecond)));
  },
  Math.max(120_000, intentions * 1000),
);

async function heardAfter(done: readonly string[]): Promise<void> {
  try {
    await rig.untilHeard();
  } catch (cause) {
    throw new Error(`after ${done.slice(-12).join(", ")}: ${(cause as Error).message}`, { cause });
  }
}

function figures(perSecond: number): Readonly<Record<string, unknown>> {
  const { toSoundMs, toMixerMs, ...frames } = rig.judge.heard;
  const [soundMs, mixerMs] = [percentiles(toSoundMs), percentiles(toMixerMs)];
  return { intentions, seed, perSecond, heard: toSoundMs.length, soundMs, mixerMs, frames };
}

function percentiles(values: readonly number[]): Readonly<Record<string, number>> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(share * sorted.length)]!);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
