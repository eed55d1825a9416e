/** Bytes over the wire: in straight play to the end of what there is, and under seeks. */
import { openListeningRig, rate, type ListeningRig } from "../../test/host/listeningRig.ts";
import { linkProfiles } from "../../test/host/packetSchedule.ts";
import { SeededRandom } from "../../test/simulation/world/seededRandom.ts";
import type { Print } from "../host/openBench.ts";
import { round } from "../statistics.ts";

const seconds = 45;
const seeks = 40;

export async function wire(print: Print): Promise<void> {
  for (const isEnhanced of [false, true]) {
    const rig = await openListeningRig({
      seconds,
      tracks: 2,
      presets: ["adaptive"],
      profile: linkProfiles.good,
    });
    try {
      rig.setEnhance(isEnhanced);
      await straight(rig, isEnhanced, print);
      if (isEnhanced) await underSeeks(rig, print);
    } finally {
      await rig.close();
    }
  }
}

async function straight(rig: ListeningRig, isEnhanced: boolean, print: Print): Promise<void> {
  const before = rig.link.carried.down;
  rig.choose(0);
  await rig.until(() => rig.view().transport === "playing");
  for (let at = 0; at < 2 * seconds + 2 && rig.view().transport !== "ended"; at++)
    await rig.listen(1);
  const { right, faded } = rig.judge.heard;
  const down = rig.link.carried.down - before;
  print({
    figure: `bytes over the wire in straight play, ${isEnhanced ? "enhanced" : "original"}`,
    goal: "≤ 1.05 × the samples heard; with the other side held ready ≤ 2.1 ×",
    heardSeconds: round((right + faded) / rate),
    bytesPerByteHeard: round(down / (4 * (right + faded))),
    ...byKey(rig, right + faded),
    twicePercent: round((100 * rig.watch.twice()) / (right + faded)),
    wrong: rig.judge.complaints.length,
    ended: rig.view().transport,
  });
}

/** Shares of the renderings, largest first, in bytes per byte heard. */
function byKey(rig: ListeningRig, frames: number) {
  const sums = new Map<string, number>();
  for (const { key, bytes } of rig.watch.slices) sums.set(key, (sums.get(key) ?? 0) + bytes);
  const shares = [...sums.values()]
    .toSorted((a, b) => b - a)
    .map((sum) => round(sum / (4 * frames)));
  return { renderings: shares };
}

async function underSeeks(rig: ListeningRig, print: Print): Promise<void> {
  const random = new SeededRandom(5);
  rig.choose(0);
  await rig.untilHeard();
  const before = rig.link.carried.down;
  const from = rig.watch.slices.length;
  const { right } = rig.judge.heard;
  for (let i = 0; i < seeks; i++) {
    rig.seek(random.between(0, seconds - 10));
    await rig.listen(1);
  }
  await rig.untilHeard();
  const heard = rig.judge.heard.right - right;
  print({
    figure: `bytes over the wire under ${seeks} seeks, one a second`,
    goal: "reported",
    bytesPerByteHeard: round((rig.link.carried.down - before) / (4 * heard)),
    twicePercent: round((100 * rig.watch.twice(rig.watch.slices.slice(from))) / heard),
    plainPlayer: "a chunk of 10 s for every second heard would be 10",
  });
}
