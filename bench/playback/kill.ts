/** The host is killed in mid-track and started again, while seconds are buffered: what of it is heard. */
import { openListeningRig, rate, type ListeningRig } from "../../test/host/listeningRig.ts";
import type { Print } from "../host/openBench.ts";
import { round, summarise } from "../statistics.ts";

const rounds = 3;

export async function kill(print: Print): Promise<void> {
  const rig = await openListeningRig({ seconds: 90, tracks: 1, presets: ["adaptive"] });
  try {
    const awayMs: number[] = [];
    const underruns: number[] = [];
    rig.setEnhance(true);
    rig.choose(0);
    await rig.untilHeard();
    const before = { ...rig.judge.heard };
    let newEpochSlices = 0;
    for (let i = 0; i < rounds; i++) {
      rig.seek(3 + 2 * i);
      await rig.untilHeard();
      await untilFull(rig);
      const { missing } = rig.judge.heard;
      const killedMs = performance.now();
      await rig.restartHost();
      await rig.until(() => rig.view().link === "live");
      awayMs.push(performance.now() - killedMs);
      underruns.push((rig.judge.heard.missing - missing) / rate);
      const mark = rig.watch.slices.length;
      // what is heard next is the restarted host's own
      rig.seek(60 + i);
      await rig.untilHeard();
      await rig.listen(1);
      newEpochSlices += rig.watch.slices.length - mark;
    }
    print({
      figure: `host killed and started again in mid-track, ${rounds} times`,
      goal: "0 underruns while ≥ 5 s are buffered; the next segment byte-identical",
      hostAwayMs: summarise(awayMs),
      underrunSecondsMeanwhile: underruns.map(round),
      wrong: rig.judge.complaints.length,
      complaints: rig.judge.complaints.slice(0, 3),
      framesRight: rig.judge.heard.right - before.right,
      slicesOfRestartedHosts: newEpochSlices,
      note: "killed when no more was sent than was played, some 25 s ahead; every frame is compared with what the first host had rendered",
    });
  } finally {
    await rig.close();
  }
}

/** Waits until no more is sent than is played, of both sides. */
async function untilFull(rig: ListeningRig): Promise<void> {
  const seconds = 0.5;
  for (let calm = 0; calm < 4;) {
    const carried = rig.link.carried.down;
    await rig.listen(seconds);
    const played = 2 * 4 * rate * seconds;
    calm = rig.link.carried.down - carried < 1.5 * played ? calm + 1 : 0;
  }
}
