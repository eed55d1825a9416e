/** What the speakers get, frame by frame, from a real host through the real page in Chromium. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { heardRuns, withoutAccidents, type HeardRun } from "./heardRuns.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;
const seconds = 55;
const fadeFrames = Math.round(0.015 * rate);

let folder: string;
let music: string;
let host: RunningHost;
let browser: Browser;
let player: Player;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-playback-"));
  music = join(folder, "music");
  mkdirSync(music);
  writeCodedWav(join(music, "one.wav"), seconds * rate, rate, 1);
  writeCodedWav(join(music, "two.wav"), seconds * rate, rate, 2);
  writeFileSync(join(music, "zzz.mp3"), "This is no music.");
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
  player = await openPlayer(browser, host.url);
  await player.setSwitch("Match loudness", false);
  await player.setSwitch("Enhance", false);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** Every frame is a right one, silence, or inside a fade of bounded length. */
function expectOnlyFramesAndFades(runs: readonly HeardRun[], mark: number): void {
  for (const run of runs) {
    if (run.kind === "frames") expect(run.mark).toBe(mark);
    // a fade out and a fade in may touch
    if (run.kind === "mixed") expect(run.frames).toBeLessThanOrEqual(2 * fadeFrames + 2);
  }
}

const framesOf = (runs: readonly HeardRun[]) =>
  runs.filter((run) => run.kind === "frames") as Extract<HeardRun, { kind: "frames" }>[];

async function hear(): Promise<HeardRun[]> {
  return withoutAccidents(heardRuns(await player.takeHeard()));
}

describe("the original of a 16-bit track", () => {
  it("is heard from its first frame over four joins, every frame once and in order", async () => {
    await player.choose("one");
    await player.until("transport", ["playing"]);
    await player.untilPosition(41.5, 60_000);
    await player.pause();
    const runs = await hear();
    expectOnlyFramesAndFades(runs, 1);
    const [first, ...others] = framesOf(runs);
    expect(first!.from).toBe(0);
    expect(first!.frames).toBeGreaterThan(41 * rate);
    expect(others).toEqual([]);
  }, 90_000);

  it("goes on after pause and resume at the frame where it stopped", async () => {
    const before = await player.position();
    await player.press("Play");
    await player.untilPosition(before + 1);
    await player.pause();
    const runs = await hear();
    expectOnlyFramesAndFades(runs, 1);
    const [run, ...others] = framesOf(runs);
    expect(others).toEqual([]);
    expect(Math.abs(run!.from - before * rate)).toBeLessThan(rate * 0.2);
  });

  it("SEEK-4 a seek is heard from round(t × rate) on, and nothing of the old position after it", async () => {
    for (const target of [9.5, 33.25, 0, 19.99]) {
      await player.press("Play");
      await player.until("transport", ["playing"]);
      await player.takeHeard();
      await player.seek(target);
      await player.untilPosition(target + 0.7);
      await player.pause();
      const runs = await hear();
      expectOnlyFramesAndFades(runs, 1);
      const sounding = framesOf(runs);
      const last = sounding.at(-1)!;
      // the crossfade hides the first frames of the new place, never more than one fade of them
      const late = last.from - Math.round(target * rate);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(fadeFrames + 1);
      expect(sounding.length).toBeLessThanOrEqual(2);
    }
  }, 60_000);

  it("SEEK-6 of many seeks in a second only the last is heard", async () => {
    await player.press("Play");
    await player.until("transport", ["playing"]);
    for (let i = 0; i < 50; i++) await player.seek(2 + ((i * 37) % 50));
    await player.seek(27);
    await player.untilPosition(27.5);
    await player.pause();
    const runs = await hear();
    expect(framesOf(runs).at(-1)!.from).toBeGreaterThanOrEqual(27 * rate);
    expect(framesOf(runs).at(-1)!.from).toBeLessThanOrEqual(27 * rate + fadeFrames + 1);
  });

  it("INTENT-8 Next lands on the following track, from its first frame, and only that is heard", async () => {
    await player.press("Play");
    await player.until("transport", ["playing"]);
    await player.takeHeard();
    await player.press("Next");
    await player.page.waitForFunction(
      () => document.querySelector("main")!.dataset["track"] !== "",
    );
    await player.untilPosition(0.5);
    await player.pause();
    const runs = await hear();
    const last = framesOf(runs).at(-1)!;
    expect(last.mark).toBe(2);
    expect(last.from).toBeLessThanOrEqual(fadeFrames + 1);
  });

  it("the end of the last track is heard to its last frame, then the player says so", async () => {
    await player.seek(seconds - 1);
    await player.takeHeard();
    await player.press("Play");
    await player.until("transport", ["ended"]);
    await player.untilSilent();
    const runs = await hear();
    const last = framesOf(runs).at(-1)!;
    expect(last.from + last.frames).toBe(seconds * rate);
  });

  it("a broken file that is chosen says so, while what sounds goes on", async () => {
    await player.choose("one");
    await player.until("transport", ["playing"]);
    await player.choose("zzz");
    const status = player.page.getByRole("status");
    await status.filter({ hasText: "“zzz” cannot be played." }).waitFor();
    expect(await player.attribute("transport")).toBe("playing");
    await player.pause();
    expect(await status.innerText()).toBe("Paused.");
    const runs = await hear();
    expect(new Set(framesOf(runs).map(({ mark }) => mark))).toEqual(new Set([1]));
  });

  it("is the same after a kill of the host, and what was buffered plays on meanwhile", async () => {
    await player.takeHeard();
    await player.choose("one");
    await player.until("transport", ["playing"]);
    await player.untilPosition(1);
    const port = Number(new URL(host.url).port);
    await host.kill();
    await player.until("link", ["backingOff"]);
    host = await runHost({ folders: [music], data: join(folder, "data"), port });
    await player.until("link", ["live"]);
    await player.untilPosition(12);
    await player.pause();
    const runs = await hear();
    expectOnlyFramesAndFades(runs, 1);
    const sounding = framesOf(runs).filter(({ mark }) => mark === 1);
    expect(sounding).toHaveLength(1);
    expect(sounding[0]!.from).toBe(0);
    expect(sounding[0]!.frames).toBeGreaterThan(12 * rate);
  }, 60_000);

  it("and none of this brought an error into the page's console", () => {
    // the browser itself logs the attempts to reach the host that was killed
    const own = player.errors.filter((text) => !text.includes("WebSocket connection"));
    expect(own).toEqual([]);
  });
});
