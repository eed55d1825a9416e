/** Races of seeks at a real host, on a link that is held up where the race wants it; every frame judged. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { openListeningRig, rate, type ListeningRig } from "../listeningRig.ts";
import { readMetric } from "./readMetric.ts";

let rig: ListeningRig;
/** slices that had come before the test */
let mark = 0;

beforeAll(async () => {
  rig = await openListeningRig({
    seconds: 90,
    tracks: 2,
    enhanced: 1,
    presets: ["adaptive"],
    isCold: true,
  });
}, 120_000);
afterAll(() => rig?.close());

beforeEach(async () => {
  rig.setEnhance(false);
  rig.choose(0);
  await rig.untilHeard();
  mark = rig.watch.slices.length;
});
afterEach(() => {
  rig.link.hold("down", false);
  rig.link.hold("up", false);
  expect(rig.judge.complaints).toEqual([]);
});

const slices = () => rig.watch.slices.slice(mark);
const around = (seconds: number) =>
  slices().filter(({ from }) => Math.abs(from - seconds * rate) < 5 * rate);

/** frames between two moments (s) that have come; none came twice */
const carried = (begin: number, end: number): number =>
  around(begin).reduce((sum, { from, until }) => {
    const overlap = Math.min(until, end * rate) - Math.max(from, begin * rate);
    return sum + Math.max(0, overlap);
  }, 0);

/** bytes under way beyond which some of them are of what is urgent */
const bulkMost = defaultPageWorkerConfig.credit.bulk.max + 4096;

/** times that the host has let the player in */
const welcomes = (): number => rig.watch.messages.filter(({ type }) => type === "welcome").length;

/** Listens until nothing more is sent: all that may be held is. */
async function untilFull(): Promise<void> {
  let carried = -1;
  while (rig.link.carried.down - carried > 1000) {
    carried = rig.link.carried.down;
    await rig.listen(0.25);
  }
}

/** Seeks where nothing is held, and waits until the first of it is under way. What may be under way at once is
 *  bounded: a second one in a row waits until the host has been told. */
async function seekHeld(seconds: number): Promise<void> {
  const waiting = rig.link.waiting("down");
  rig.seek(seconds);
  await rig.until(() => rig.link.waiting("down") > waiting + bulkMost);
}
async function seekTold(seconds: number): Promise<void> {
  const { up } = rig.link.carried;
  rig.seek(seconds);
  await rig.until(() => rig.link.carried.up > up + 200);
}

describe("seeks at a real host", () => {
  it("SEEK-1 slices of the old position that were in the socket already are not heard after the switch", async () => {
    await untilFull();
    rig.link.hold("down", true);
    await seekHeld(50);
    await seekTold(75);
    expect(around(50)).toEqual([]);
    rig.link.hold("down", false);
    await rig.untilHeard();
    await rig.listen(0.3);
    expect(around(50)).not.toEqual([]);
  });

  it("SEEK-2 what a render of the old position yields later is not taken for the new one", async () => {
    rig.setEnhance(true);
    await rig.untilHeard();
    rig.seek(50);
    await rig.until(() => rig.view().pending === "seek");
    await rig.listen(0.08);
    rig.seek(75);
    await rig.untilHeard();
    await rig.listen(0.3);
  });

  it("SEEK-3 one bit that is another on the way closes the link, which resumes; no torn slice is heard", async () => {
    const admitted = welcomes();
    rig.link.corruptAfter(30_000);
    rig.seek(60);
    await rig.untilHeard();
    await rig.until(() => welcomes() > admitted && rig.view().link === "live");
    await rig.listen(0.5);
    expect(welcomes()).toBe(admitted + 1);
  });

  it("SEEK-5 a seek while paused stays silent, and play needs nothing more from the host", async () => {
    rig.pause();
    await rig.until(() => rig.judge.isSilent);
    const before = rig.judge.heard.right;
    rig.seek(60);
    // as much as a start waits for, however slow the link is taken to be
    await rig.until(() => carried(60, 62) === 2 * rate && rig.view().pending === "");
    rig.link.hold("down", true);
    await rig.listen(0.2);
    expect(rig.judge.heard.right).toBe(before);
    rig.play();
    await rig.untilHeard();
  });

  it("SEEK-5 a seek while the buffer is full and nothing is asked for is carried out", async () => {
    await untilFull();
    rig.seek(70);
    await rig.untilHeard();
  });

  it("SEEK-7 a seek before the first slice ever arrived begins there, and no more from 0 comes than was on its way", async () => {
    rig.link.hold("up", true);
    for (const click of [() => rig.choose(1), () => rig.seek(60)]) {
      const waiting = rig.link.waiting("up");
      click();
      await rig.until(() => rig.link.waiting("up") > waiting + 200);
    }
    rig.link.hold("up", false);
    await rig.untilHeard();
    await rig.listen(0.3);
    const { key } = slices().find(({ from }) => from === 60 * rate)!;
    // what the host had sent when it heard of the seek: both lanes' credit at most
    const inVain = slices().filter((slice) => slice.key === key && slice.from <= 49 * rate);
    const { urgent, bulk } = defaultPageWorkerConfig.credit;
    expect(inVain.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
      urgent.max + bulk.max,
    );
  });

  it("SEEK-8 a seek back into what is held, while a load ahead is under way, needs nothing from the host", async () => {
    await untilFull();
    rig.link.hold("down", true);
    await seekHeld(75);
    rig.seek(3);
    await rig.untilHeard();
    rig.link.hold("down", false);
    await rig.listen(0.5);
    // the place ahead has half of the window meanwhile: only the far end of this one may have gone
    const near = slices().filter(({ until }) => until < 20 * rate);
    expect(rig.watch.twice(near)).toBe(0);
  });

  it("SEEK-9 what was given up and is asked for again at once is answered", async () => {
    await untilFull();
    rig.link.hold("down", true);
    await seekHeld(50);
    await seekTold(75);
    await seekTold(50);
    rig.link.hold("down", false);
    await rig.untilHeard();
    await rig.listen(0.3);
  });

  it("SEEK-10 what was given up while it was rendered is right when it is wanted again", async () => {
    rig.setEnhance(true);
    await rig.untilHeard();
    rig.seek(40);
    await rig.listen(0.07);
    rig.seek(80);
    await rig.listen(0.07);
    rig.seek(40);
    await rig.untilHeard();
    await rig.listen(0.3);
    rig.seek(80);
    await rig.untilHeard();
    expect(await readMetric(rig.host().url, "segue_renders_total")).toBeGreaterThan(1);
  });

  it("SEEK-11 a seek to the last of a track plays it out and goes on; one past the end, before 0 or to no number pins nothing", async () => {
    rig.seek(rig.seconds - 0.1);
    await rig.untilHeard();
    await rig.until(() => rig.listener.meant!.track === 1);
    const { right } = rig.judge.heard;
    rig.player.page.seek(Number.NaN);
    expect(rig.view().status).toContain("not a time");
    await rig.until(() => rig.judge.heard.right > right + 1000);
    rig.listener.seek(0);
    rig.player.page.seek(-5);
    await rig.untilHeard();
    rig.pause();
    rig.player.page.seek(rig.seconds + 1000);
    await rig.until(() => rig.view().positionSeconds > rig.seconds - 1);
    rig.choose(0);
    await rig.untilHeard();
  });
});
