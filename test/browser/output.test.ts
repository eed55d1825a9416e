/** The life of the audio output on the real page: contexts that are locked, taken away, frozen and closed, a main
 *  thread that is blocked, a tab that is hidden, clocks that are wrong. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { heardRuns, withoutAccidents, type HeardRun } from "./heardRuns.ts";
import { hideTab, makeHidable } from "./hideTab.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;
const fadeFrames = Math.round(0.015 * rate);
type Shared = Window & { segueTapContext: AudioContext };

let folder: string;
let host: RunningHost;
let browser: Browser;
let player: Player;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-output-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeCodedWav(join(music, "one.wav"), 90 * rate, rate, 1);
  writeCodedWav(join(music, "two.wav"), 60 * 48_000, 48_000, 2);
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);
afterEach(async () => {
  await player.close();
  expect(player.errors).toEqual([]);
});

async function open(init?: () => void): Promise<void> {
  player = await openPlayer(browser, host.url, "?tap", undefined, init);
  await player.setSwitch("Match loudness", false);
  await player.setSwitch("Enhance", false);
}

async function play(): Promise<void> {
  await player.choose("one");
  await player.until("transport", ["playing"]);
  await player.untilPosition(1.2);
}

async function hear(): Promise<HeardRun[]> {
  return withoutAccidents(heardRuns(await player.takeHeard()));
}

/** Runs of right frames, of track one; everything else is silence or inside a fade. */
function framesOf(runs: readonly HeardRun[]) {
  for (const run of runs) {
    if (run.kind === "frames") expect(run.mark).toBe(1);
    if (run.kind === "mixed") expect(run.frames).toBeLessThanOrEqual(2 * fadeFrames + 2);
  }
  return runs.filter((run) => run.kind === "frames");
}

/** One run, from the beginning of the track on. */
async function expectNoGap(seconds: number): Promise<void> {
  await player.pause();
  const [run, ...others] = framesOf(await hear());
  expect(others).toEqual([]);
  expect(run!.from).toBe(0);
  expect(run!.frames).toBeGreaterThan(seconds * rate);
}

/** frames that the tap tells of at a time; those of a context that is gone may be missing */
const batchFrames = 4096;

/** Two runs, the second of which goes on where the first one ended: at most a fade is lost, and what the last
 *  report did not tell is heard again. */
async function expectOn(seconds: number): Promise<void> {
  const position = await player.position();
  await player.untilPosition(position + seconds);
  await player.pause();
  const [before, behind, ...others] = framesOf(await hear());
  expect(others).toEqual([]);
  const off = behind!.from - (before!.from + before!.frames);
  expect(off).toBeLessThanOrEqual(fadeFrames + batchFrames);
  expect(off).toBeGreaterThan(-0.15 * rate);
  expect(behind!.frames).toBeGreaterThan((seconds - 0.3) * rate);
}

describe("an AudioContext", () => {
  it("OUT-1 that waits for a gesture: what is to be heard is loaded meanwhile, the page says what it waits for", async () => {
    await open(() => {
      const { prototype } = AudioContext;
      // oxlint-disable-next-line typescript/unbound-method -- called with its context below
      const { resume } = prototype;
      let isLocked = true;
      prototype.resume = function (this: AudioContext) {
        return isLocked ? new Promise<void>(() => {}) : resume.call(this);
      };
      Reflect.set(window, "segueUnlock", () => (isLocked = false));
    });
    await player.choose("one");
    await player.until("output", ["starting"]);
    await player.until("output", ["locked"]);
    await player.page.getByRole("status").filter({ hasText: "waits for a click" }).waitFor();
    await player.page.waitForFunction(
      (bytes) => Number(document.querySelector("main")!.dataset["windowBytes"]) > bytes,
      10 * rate * 4,
    );
    await player.page.evaluate(() => (Reflect.get(window, "segueUnlock") as () => void)());
    // on nothing: any gesture will do
    await player.page.mouse.click(2, 2);
    await player.until("output", ["running"]);
    await player.untilPosition(1);
    await expectNoGap(1);
  }, 60_000);

  it.each(["suspended", "interrupted"] as const)(
    "OUT-2 that is %s while it plays says so, and goes on at the same frame",
    async (state) => {
      await open();
      await play();
      await player.page.evaluate(async (told) => {
        const { segueTapContext: context } = window as unknown as Shared;
        // no script can interrupt one: this is suspended, and says otherwise
        if (told === "interrupted")
          Object.defineProperty(context, "state", { get: () => told, configurable: true });
        await context.suspend();
      }, state);
      await player.until("output", [state]);
      const stopped = await player.position();
      await player.page.evaluate(() => {
        const { segueTapContext: context } = window as unknown as Shared;
        Reflect.deleteProperty(context, "state");
        return context.resume();
      });
      await player.until("output", ["running"]);
      await player.untilPosition(stopped + 1);
      await expectNoGap(stopped + 0.8);
    },
    60_000,
  );

  it("OUT-3 that says it runs while its clock stands still is rebuilt, and it goes on", async () => {
    await open();
    await play();
    const tookMs = await player.page.evaluate(async () => {
      const { segueTapContext: context } = window as unknown as Shared;
      const began = performance.now();
      context.onstatechange = null;
      Object.defineProperty(context, "state", { get: () => "running", configurable: true });
      await context.suspend();
      while ((window as unknown as Shared).segueTapContext === context)
        await new Promise((next) => setTimeout(next, 10));
      return performance.now() - began;
    });
    // told twice a second, and a second of patience
    expect(tookMs).toBeLessThan(2500);
    await player.until("output", ["running"]);
    await expectOn(1);
  }, 60_000);

  it.each([
    ["is closed", (context: AudioContext) => void context.close()],
    ["loses its device", (context: AudioContext) => void context.dispatchEvent(new Event("error"))],
  ])(
    "OUT-4 that %s is rebuilt, and goes on at the same frame",
    async (_, lose) => {
      await open();
      await play();
      const context = await player.page.evaluateHandle(
        () => (window as unknown as Shared).segueTapContext,
      );
      await context.evaluate(lose);
      await player.page.waitForFunction(
        (old) => (window as unknown as Shared).segueTapContext !== old,
        context,
      );
      await player.until("output", ["running"]);
      await expectOn(1);
    },
    60_000,
  );

  it("OUT-8 has the rate of the track that is chosen first, and keeps it for one of another rate that follows", async () => {
    await open();
    await player.choose("two");
    await player.until("transport", ["playing"]);
    const rateNow = () =>
      player.page.evaluate(() => (window as unknown as Shared).segueTapContext.sampleRate);
    expect(await rateNow()).toBe(48_000);
    const two = await player.attribute("track");
    await player.choose("one");
    await player.page.waitForFunction(
      (track) => document.querySelector("main")!.dataset["track"] !== track,
      two,
    );
    await player.until("pending", [""]);
    expect(await rateNow()).toBe(48_000);
    expect(await player.attribute("transport")).toBe("playing");
  }, 60_000);
});

describe("without a gap", () => {
  it("OUT-5 goes on while the page's main thread is blocked for three seconds", async () => {
    await open();
    await play();
    for (let i = 0; i < 2; i++) {
      await player.page.evaluate(() => {
        const until = performance.now() + 3000;
        while (performance.now() < until);
      });
      const position = await player.position();
      await player.untilPosition(position + 0.5);
    }
    await expectNoGap(7);
  }, 60_000);

  it("OUT-6 goes on in a hidden tab for a minute, and a fade takes its time there", async () => {
    await open(makeHidable);
    await play();
    await hideTab(player.page, true);
    await player.untilPosition(62, 120_000);
    // a click where nobody sees it, as the keys of a keyboard do
    await player.page.evaluate(() =>
      document.querySelector<HTMLElement>("[aria-label=Pause]")?.click(),
    );
    await player.until("transport", ["paused"]);
    await player.untilSilent();
    await hideTab(player.page, false);
    const runs = await hear();
    const [run, ...others] = framesOf(runs);
    expect(others).toEqual([]);
    expect(run!.from).toBe(0);
    expect(run!.frames).toBeGreaterThan(61 * rate);
    const fades = runs.filter(({ kind }) => kind === "mixed").map(({ frames }) => frames);
    expect(fades).toHaveLength(1);
    expect(Math.abs(fades[0]! - fadeFrames)).toBeLessThan(16);
  }, 150_000);

  it("OUT-7 shows the frames that the output has consumed, whatever other clocks say", async () => {
    await open(() => {
      const now = performance.now.bind(performance);
      const jumps = () => (now() > 8000 ? 90_000 : 0);
      performance.now = () => now() * 1.2 + jumps();
      const today = Date.now;
      Date.now = () => today() - 3_600_000;
    });
    await play();
    await player.untilPosition(9);
    await player.pause();
    const [run] = framesOf(await hear());
    const shown = await player.position();
    expect(Math.abs(run!.from + run!.frames - shown * rate)).toBeLessThan(0.1 * rate);
  }, 60_000);
});
