/** Races of intentions at a real host: variants, tracks and the ends of tracks; every frame judged. */
import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openListeningRig, rate, type ListeningRig } from "../listeningRig.ts";
import { readMetric } from "./readMetric.ts";

let rig: ListeningRig;

beforeAll(async () => {
  rig = await openListeningRig({
    seconds: 45,
    presets: ["adaptive", "warm"],
    enhanced: 1,
    isCold: true,
  });
}, 120_000);
afterAll(() => rig?.close());

beforeEach(async () => {
  rig.setCrossfade(0);
  rig.setPreset("adaptive");
  rig.setEnhance(false);
  rig.choose(0);
  await rig.untilHeard();
});
afterEach(() => {
  rig.link.hold("down", false);
  expect(rig.judge.complaints).toEqual([]);
});

/** Waits until the host has been told of what was clicked. */
async function untilTold(click: () => void): Promise<void> {
  const { up } = rig.link.carried;
  click();
  await rig.until(() => rig.link.carried.up > up + 200);
}

/** Plays a track from so many seconds before its end. */
async function playEndOf(track: number, seconds: number): Promise<void> {
  rig.choose(track);
  rig.seek(rig.seconds - seconds);
  await rig.untilHeard();
}

/** The place in the list that the page shows. */
const shown = (): number => {
  const { tracks, track } = rig.view();
  return tracks.findIndex(({ id }) => id === track?.id);
};

describe("variants at a real host", () => {
  it("INTENT-1 on, off and on within 300 ms: the last is heard, and never silence", async () => {
    await rig.listen(0.3);
    const { missing } = rig.judge.heard;
    for (const on of [true, false, true]) {
      rig.setEnhance(on);
      await rig.listen(0.09);
    }
    await rig.untilHeard();
    await rig.listen(0.3);
    expect(rig.view().variant).toBe("adaptive@80");
    expect(rig.judge.heard.missing).toBe(missing);
  });

  it("INTENT-2 slices of a preset that was left again come after that, and are not heard", async () => {
    rig.setEnhance(true);
    await rig.untilHeard();
    rig.seek(20);
    await rig.untilHeard();
    await rig.listen(0.3);
    rig.link.hold("down", true);
    await untilTold(() => rig.setPreset("warm"));
    await untilTold(() => rig.setPreset("adaptive"));
    await untilTold(() => rig.seek(38));
    rig.link.hold("down", false);
    await rig.untilHeard();
    await rig.listen(0.3);
    expect(rig.view().variant).toBe("adaptive@80");
  });

  it.each([
    ["INTENT-3 a preset, then a seek", ["preset", "seek"]],
    ["INTENT-4 a seek, then a preset", ["seek", "preset"]],
  ])("%s before the first was committed: the new preset at the new position", async (_, order) => {
    rig.setEnhance(true);
    await rig.untilHeard();
    await rig.listen(0.3);
    rig.link.hold("down", true);
    for (const click of order)
      await untilTold(() => (click === "seek" ? rig.seek(36) : rig.setPreset("warm")));
    rig.link.hold("down", false);
    await rig.untilHeard();
    expect(rig.view()).toMatchObject({ variant: "warm@80", pending: "" });
    expect(rig.view().positionSeconds).toBeGreaterThanOrEqual(36);
  });

  it("INTENT-5 paused while a switch was pending, play begins with the new variant", async () => {
    rig.link.hold("down", true);
    await untilTold(() => rig.setEnhance(true));
    rig.pause();
    rig.link.hold("down", false);
    await rig.until(() => rig.judge.isSilent && rig.view().pending === "");
    const { right } = rig.judge.heard;
    await rig.listen(0.2);
    expect(rig.judge.heard.right).toBe(right);
    rig.play();
    await rig.untilHeard();
    await rig.listen(0.2);
  });

  it("INTENT-6 pause and play faster than a fade end paused, and silent", async () => {
    for (let i = 0; i < 20; i++) {
      if (i % 2 === 0) rig.pause();
      else rig.play();
      if (i % 5 === 4) await rig.listen(0.01);
    }
    rig.pause();
    await rig.until(() => rig.judge.isSilent && rig.view().transport === "paused");
    const { right } = rig.judge.heard;
    await rig.listen(0.2);
    expect(rig.judge.heard.right).toBe(right);
    expect(rig.player.page.inspect.getSnapshot().map(({ state }) => state)).toContain(
      "wish.paused intention.settled supply.ready",
    );
  });

  it("INTENT-11 of a slider dragged through sixty values few are rendered, and the last is heard", async () => {
    // made before, so that what is counted was made in vain
    await rig.read(0, "adaptive", 30);
    rig.setEnhance(true);
    await rig.untilHeard();
    const before = await rendersAtRest();
    const { missing } = rig.judge.heard;
    for (let i = 0; i < 59; i++) {
      rig.player.page.setIntensity(35 + 5 * (i % 10));
      await rig.listen(0.016);
    }
    rig.setIntensity(30);
    await rig.untilHeard();
    await rig.listen(0.2);
    expect(rig.view()).toMatchObject({ variant: "adaptive@30", pending: "" });
    expect(rig.judge.heard.missing).toBe(missing);
    expect((await rendersAtRest()) - before).toBeLessThanOrEqual(3);
    rig.setIntensity(80);
  });
});

describe("the other side of A/B at a real host", () => {
  it("INTENT-14 takes over, and back, without a word from the host", async () => {
    rig.setEnhance(true);
    await rig.untilHeard();
    await untilFull();
    rig.link.hold("down", true);
    const { missing } = rig.judge.heard;
    for (const on of [false, true, false]) {
      rig.setEnhance(on);
      await rig.untilHeard();
      await rig.listen(0.1);
    }
    expect(rig.judge.heard.missing).toBe(missing);
  });

  it("INTENT-15 is not fetched in a pause", async () => {
    rig.choose(1);
    rig.pause();
    await rig.until(() => rig.judge.isSilent && rig.view().pending === "");
    const { length } = rig.watch.slices;
    await untilFull();
    const keys = (): number => new Set(rig.watch.slices.slice(length).map(({ key }) => key)).size;
    expect(keys()).toBeLessThanOrEqual(1);
    rig.play();
    await rig.untilHeard();
    await rig.until(() => keys() > 1);
  });
});

/** Listens until nothing more is sent. */
async function untilFull(): Promise<void> {
  for (let carried = -1; rig.link.carried.down - carried > 1000;) {
    carried = rig.link.carried.down;
    await rig.listen(0.3);
  }
}

/** Renders so far, when no more are being made. */
async function rendersAtRest(): Promise<number> {
  for (let before = -1; ;) {
    const renders = await readMetric(rig.host().url, "segue_renders_total");
    if (renders === before) return renders;
    before = renders;
    await rig.listen(0.3);
  }
}

describe("tracks at a real host", () => {
  it("INTENT-7 a track, and another one at once: the first is not heard, and its end is nobody's", async () => {
    rig.link.hold("down", true);
    await untilTold(() => rig.choose(1));
    await untilTold(() => rig.choose(2));
    rig.link.hold("down", false);
    await rig.untilHeard();
    await rig.listen(0.3);
    expect(shown()).toBe(2);
  });

  it("INTENT-9 Next during the crossfade into a track lands on the one behind it", async () => {
    rig.setCrossfade(2);
    await playEndOf(0, 4);
    await rig.until(() => shown() === 1);
    expect(rig.listener.meant!.track).toBe(0);
    rig.listener.choose(2);
    rig.player.page.next();
    await rig.untilHeard();
    await rig.listen(0.3);
    expect(shown()).toBe(2);
  });

  it.each([0.06, 0.03, 0.01, 0])(
    "INTENT-10 Next %s s before the end of a track goes on by one track",
    async (seconds) => {
      await playEndOf(0, 1.2);
      await rig.untilPlayed(0, rig.seconds - seconds);
      const from = shown();
      rig.listener.choose(from + 1);
      rig.player.page.next();
      await rig.untilHeard();
      await rig.listen(0.2);
      expect(shown()).toBe(from + 1);
    },
  );

  it.each([0.03, 0])(
    "INTENT-10 a seek %s s before the end counts, and nothing is skipped",
    async (seconds) => {
      await playEndOf(0, 1.2);
      await rig.untilPlayed(0, rig.seconds - seconds);
      const track = shown();
      if (track !== rig.listener.meant!.track) rig.listener.choose(track);
      rig.seek(7);
      await rig.untilHeard();
      await rig.listen(0.2);
      expect(shown()).toBe(track);
    },
  );

  it("INTENT-10 an end that is reached in a pause is not lost", async () => {
    await playEndOf(0, 1);
    await rig.untilPlayed(0, rig.seconds - 0.03);
    rig.pause();
    await rig.until(() => rig.judge.isSilent);
    await rig.listen(0.2);
    rig.play();
    await rig.until(() => rig.listener.meant!.track === 1 && !rig.judge.isSilent);
    await rig.listen(0.2);
    expect(shown()).toBe(1);
  });

  it("INTENT-12 the fault of a track that was left again touches nothing", async () => {
    await rig.listen(0.5);
    unlinkSync(join(rig.music, "2 three.wav"));
    rig.link.hold("down", true);
    await untilTold(() => rig.choose(2));
    rig.choose(0);
    await rig.untilHeard();
    const { down } = rig.link.carried;
    rig.link.hold("down", false);
    await rig.until(() => rig.link.carried.down > down + 300);
    await rig.listen(0.3);
    expect(rig.view()).toMatchObject({ transport: "playing", fault: null, pending: "" });
  });

  it("INTENT-13 the playing track leaves the list during a transition: the next one sounds, once", async () => {
    await rig.until(() => rig.view().tracks.length === 2);
    rig.link.hold("down", true);
    await untilTold(() => rig.next());
    unlinkSync(join(rig.music, "0 one.wav"));
    const { waiting } = rig.link;
    const before = waiting("down");
    await rig.until(() => waiting("down") > before);
    rig.link.hold("down", false);
    await rig.untilHeard();
    await rig.until(() => rig.view().tracks.length === 1);
    await rig.listen(0.5);
    expect(rig.view()).toMatchObject({ transport: "playing", positionSeconds: expect.any(Number) });
    expect(shown()).toBe(0);
    expect(rig.view().positionSeconds * rate).toBeGreaterThan(rate / 4);
  });
});
