/** Several tabs of one browser: one sounds, the others say so and can take over. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { heardRuns, withoutAccidents } from "./heardRuns.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;
const fadeFrames = Math.round(0.015 * rate);
const saysSo = "Plays in another tab.";

let folder: string;
let host: RunningHost;
let browser: Browser;
/** tabs of one browser, in the order in which they were opened */
let first: Player;
let second: Player;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-tabs-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeCodedWav(join(music, "one.wav"), 60 * rate, rate, 1);
  writeCodedWav(join(music, "two.wav"), 60 * rate, rate, 2);
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

beforeEach(async () => {
  first = await openPlayer(browser, host.url);
  await first.setSwitch("Match loudness", false);
  await first.setSwitch("Enhance", false);
  await first.choose("one");
  await first.until("transport", ["playing"]);
  await first.untilPosition(1);
  second = await openPlayer(browser, host.url, "?tap", first);
});
afterEach(async () => {
  await first.close();
  expect([...first.errors, ...second.errors]).toEqual([]);
});

const status = (player: Player) => player.page.getByRole("status");
const playHere = (player: Player) => player.page.getByRole("button", { name: "Play here" });

async function untilSaying(player: Player): Promise<void> {
  await status(player).filter({ hasText: saysSo }).waitFor();
  await playHere(player).waitFor();
}

/** What was heard while it sounded: the frames that were, and how long the fade behind them was. */
async function expectOneFade(player: Player, mark: number): Promise<void> {
  await player.untilSilent();
  const runs = withoutAccidents(heardRuns(await player.takeHeard()));
  const sounding = runs.filter((run) => run.kind === "frames");
  expect(new Set(sounding.map((run) => run.mark))).toEqual(new Set([mark]));
  for (const run of runs)
    if (run.kind === "mixed") expect(run.frames).toBeLessThanOrEqual(fadeFrames + 2);
}

describe("two tabs", () => {
  it("of which one sounds: the other says so when it is opened, and takes over with one click, and back", async () => {
    await untilSaying(second);
    expect(await second.attribute("elsewhere")).toBe("true");
    expect(await playHere(first).count()).toBe(0);
    await playHere(second).click();
    await second.until("transport", ["playing"]);
    await first.until("transport", ["paused"]);
    await untilSaying(first);
    expect(await playHere(second).count()).toBe(0);
    await expectOneFade(first, 1);
    const stopped = await first.position();
    await playHere(first).click();
    await second.until("transport", ["paused"]);
    await untilSaying(second);
    await first.untilPosition(stopped + 0.5);
    await expectOneFade(second, 1);
  }, 60_000);

  it("LINK-9 on tracks and variants of their own keep them when one takes over from the other", async () => {
    await second.setSwitch("Enhance", true);
    await second.choose("two");
    await second.until("transport", ["playing"]);
    await untilSaying(first);
    const [one, two] = [await first.attribute("track"), await second.attribute("track")];
    expect(one).not.toBe(two);
    expect(await first.page.getByRole("switch", { name: "Enhance" }).isChecked()).toBe(false);
    await first.press("Play");
    await untilSaying(second);
    await first.until("transport", ["playing"]);
    expect(await first.attribute("track")).toBe(one);
    expect(await first.attribute("variant")).toBe("original");
    expect(await second.attribute("track")).toBe(two);
    expect(await second.page.getByRole("switch", { name: "Enhance" }).isChecked()).toBe(true);
  }, 60_000);

  it("of which the one that sounds is paused, or closed, leave nothing to be said", async () => {
    await untilSaying(second);
    await first.press("Pause");
    await status(second).filter({ hasNotText: saysSo }).waitFor();
    expect(await playHere(second).count()).toBe(0);
    await first.press("Play");
    await untilSaying(second);
    const third = await openPlayer(browser, host.url, "?tap", first);
    await untilSaying(third);
    await first.page.close();
    for (const player of [second, third]) {
      await status(player).filter({ hasNotText: saysSo }).waitFor();
      expect(await playHere(player).count()).toBe(0);
    }
  }, 60_000);

  it("of which the one that sounds crashes leave nothing to be said either", async () => {
    await untilSaying(second);
    const devtools = await first.page.context().newCDPSession(first.page);
    const crashed = first.page.waitForEvent("crash");
    // it never answers
    devtools.send("Page.crash").catch(() => undefined);
    await crashed;
    await status(second).filter({ hasNotText: saysSo }).waitFor();
    await second.press("Play");
    await second.until("transport", ["playing"]);
  }, 60_000);

  it("in which Play is pressed at once end with one that sounds", async () => {
    await first.pause();
    await Promise.all([first.press("Play"), second.press("Play")]);
    const saying = await Promise.race(
      [first, second].map(async (each) => (await untilSaying(each), each)),
    );
    const other = saying === first ? second : first;
    await saying.until("transport", ["paused", "ready"]);
    await other.until("transport", ["playing"]);
    expect(await playHere(other).count()).toBe(0);
  }, 60_000);
});
