/** Races of the link and of restarts at a real host, and what an underrun sounds like; every frame judged. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import { openListeningRig, rate, type ListeningRig } from "../listeningRig.ts";
import { linkProfiles } from "../packetSchedule.ts";

let rig: ListeningRig;
/** slices that had come before the test */
let mark = 0;

beforeAll(async () => {
  rig = await openListeningRig({ seconds: 90, tracks: 2, presets: [] });
}, 120_000);
afterAll(() => rig?.close());

beforeEach(async () => {
  rig.choose(0);
  await rig.untilHeard();
  await untilFull();
  mark = rig.watch.slices.length;
});
afterEach(() => {
  rig.link.shape(linkProfiles.loopback);
  rig.link.admit(true);
  rig.link.hold("down", false);
  rig.link.hold("up", false);
  expect(rig.judge.complaints).toEqual([]);
});

const slices = () => rig.watch.slices.slice(mark);
/** times that the host has let the player in */
const welcomes = (): number => rig.watch.messages.filter(({ type }) => type === "welcome").length;
const missing = () => rig.judge.heard.missing;
const untilLive = () => rig.until(() => rig.view().link === "live");

/** Listens until nothing more is sent: what is held is 30 s ahead. */
async function untilFull(): Promise<void> {
  for (let carried = -1; rig.link.carried.down - carried > 1000;) {
    carried = rig.link.carried.down;
    await rig.listen(0.25);
  }
}

describe("a link that breaks", () => {
  it("LINK-1 behind any number of bytes costs nothing that is heard, and nothing whole is sent twice", async () => {
    rig.seek(40);
    const before = missing();
    const admitted = welcomes();
    const breaks = [0, 150, 1000, 20_000, 150_000, 400_001];
    for (const bytes of breaks) {
      const { total: now } = rig.link.connections;
      rig.link.cutAfter(bytes);
      await rig.until(() => rig.link.connections.total > now);
    }
    await untilLive();
    await rig.untilHeard();
    await untilFull();
    // no reconnect storm: some break before they are let in
    expect(welcomes() - admitted).toBeGreaterThan(1);
    expect(welcomes() - admitted).toBeLessThanOrEqual(breaks.length);
    expect(missing()).toBe(before);
    // what was under way at a cut is lost with it, though it was seen here
    const { urgent, bulk } = defaultPageWorkerConfig.credit;
    const lostFrames = (breaks.length * (urgent.max + bulk.max)) / 4;
    expect(rig.watch.twice(slices())).toBeLessThan(lostFrames);
  });

  it("LINK-6 of what is clicked while it is down the last is carried out, and nothing else is sent", async () => {
    rig.link.admit(false);
    rig.link.cut();
    await rig.until(() => rig.view().link === "backingOff");
    for (const seconds of [50, 60, 70]) {
      rig.seek(seconds);
      await rig.listen(0.1);
    }
    rig.link.admit(true);
    await rig.untilHeard();
    await rig.listen(0.3);
    const stray = slices().filter(({ from }) => from > 45 * rate && from < 59 * rate);
    expect(stray).toEqual([]);
  });

  it("LINK-4 nothing waits for ever when either direction is held up for seconds", async () => {
    for (const direction of ["down", "up"] as const) {
      rig.link.hold(direction, true);
      rig.seek(45);
      await rig.listen(0.5);
      rig.seek(75);
      await rig.listen(1.5);
      rig.link.hold(direction, false);
      await rig.untilHeard();
      rig.seek(5);
      await rig.untilHeard();
    }
  });

  it("LINK-5 and LINK-3: half-open, it is noticed in time while play goes on; its end, told late, changes nothing", async () => {
    const admitted = welcomes();
    const before = missing();
    const beganMs = performance.now();
    rig.link.silence();
    await rig.until(() => welcomes() > admitted);
    const { silenceMaxMs, heartbeatMs, silenceMinMs } = defaultPageWorkerConfig;
    const noticedMs = performance.now() - beganMs;
    expect(noticedMs).toBeGreaterThan(silenceMinMs - heartbeatMs);
    expect(noticedMs).toBeLessThan(silenceMaxMs);
    await untilLive();
    rig.link.endSilenced();
    rig.seek(60);
    await rig.untilHeard();
    await rig.listen(1);
    expect(welcomes()).toBe(admitted + 1);
    expect(rig.view().link).toBe("live");
    expect(missing()).toBe(before);
  });

  it("LINK-2 a host that is killed and started again: play goes on, and what it sends is what the first one would have", async () => {
    const before = missing();
    const admitted = welcomes();
    await rig.restartHost();
    await untilLive();
    expect(missing()).toBe(before);
    expect(rig.watch.twice(slices())).toBe(0);
    rig.seek(80);
    await rig.untilHeard();
    await rig.listen(0.3);
    expect(welcomes()).toBe(admitted + 1);
  });
});

describe("a link that is slow", () => {
  it("LINK-7 a seek overtakes what is being sent ahead, of which there is little under way", async () => {
    rig.seek(45);
    await rig.untilHeard();
    // what is sent ahead takes half a minute on this one
    rig.link.shape({ name: "slow", delayMs: 10, bitsPerSecond: 3e6, stalls: 0 });
    await rig.listen(1);
    const { urgent, bulk } = defaultPageWorkerConfig.credit;
    expect(rig.link.waiting("down")).toBeLessThanOrEqual(urgent.max + bulk.max + 4096);
    const { length } = rig.watch.slices;
    rig.seek(10);
    await rig.untilHeard();
    const behind = rig.watch.slices.slice(length);
    const first = behind.findIndex(({ from }) => from < 20 * rate);
    const inFront = behind.slice(0, first).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(inFront).toBeLessThanOrEqual(urgent.max + bulk.max);
    rig.link.shape(linkProfiles.loopback);
    await untilFull();
  });

  it("OUT-9 an underrun is one silence between fades, shown as buffering, and ends by itself", async () => {
    const shown = new Set<string>();
    rig.link.shape({ name: "too slow", delayMs: 10, bitsPerSecond: 0.7e6, stalls: 0 });
    rig.seek(60);
    await rig.untilHeard();
    const { unsubscribe } = rig.player.page.view.subscribe(({ transport }) => shown.add(transport));
    const before = missing();
    await rig.until(() => missing() > before && rig.view().transport === "buffering");
    rig.link.shape(linkProfiles.loopback);
    const { right } = rig.judge.heard;
    await rig.until(() => rig.judge.heard.right > right + 2 * rate);
    const silent = missing();
    await rig.listen(0.5);
    unsubscribe();
    expect(missing()).toBe(silent);
    expect([...shown].toSorted()).toEqual(["buffering", "playing"]);
  });
});
