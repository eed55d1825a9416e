/** A hidden tab, whose timers run once a second, and a main thread that is blocked: what of it is heard. */
import type { Player } from "../../test/browser/player.ts";
import type { Print } from "../host/openBench.ts";
import { hideTab, makeHidable } from "../../test/browser/hideTab.ts";
import { round } from "../statistics.ts";
import { brokenPlay } from "./brokenPlay.ts";
import { openListened } from "./openListened.ts";

const blocks = 5;
const blockMs = 3000;

/** @param minutes that the tab is hidden */
export async function hidden(minutes: number, print: Print): Promise<void> {
  const { player, title, close } = await openListened(makeHidable);
  try {
    await player.setSwitch("Match loudness", false);
    await player.setSwitch("Enhance", false);
    await begin(player, title);
    for (let i = 0; i < blocks; i++) {
      await block(player);
      await player.page.evaluate(() => new Promise((done) => setTimeout(done, 2000)));
    }
    print({
      figure: `main thread blocked for ${blockMs} ms, ${blocks} times`,
      goal: "0 underruns",
      ...brokenPlay(await player.takeHeard()),
    });
    await begin(player, title);
    await hideTab(player.page, true);
    const timer = await player.page.evaluate(() => {
      const began = performance.now();
      return new Promise<number>((done) => setTimeout(() => done(performance.now() - began), 10));
    });
    const total = { underruns: 0, silentFrames: 0, heardSeconds: 0 };
    const untilMs = performance.now() + minutes * 60_000;
    while (performance.now() < untilMs) {
      // before the track ends: it is the only one
      if ((await player.position()) > 60) await player.seek(2);
      await new Promise((done) => setTimeout(done, 10_000));
      const part = brokenPlay(await player.takeHeard());
      total.underruns += part.underruns;
      total.silentFrames += part.silentFrames;
      total.heardSeconds += part.heardSeconds;
    }
    const state = await player.page.evaluate(() => document.visibilityState);
    await hideTab(player.page, false);
    print({
      figure: `hidden tab for ${minutes} minutes`,
      goal: "0 underruns",
      ...total,
      heardSeconds: round(total.heardSeconds),
      visibility: state,
      timerOf10Ms: round(timer),
      yardstick:
        "what a timer of 10 ms takes in that tab: a player that is fed by timers waits for it",
      note: "hidden by the page's own timers and state: this Chromium has no screen",
    });
    if (player.errors.length > 0) print({ errors: player.errors });
  } finally {
    await close();
  }
}

async function begin(player: Player, title: string): Promise<void> {
  await player.choose(title);
  await player.until("transport", ["playing"]);
  await player.seek(2);
  await player.untilPosition(4);
  await player.takeHeard();
}

function block(player: Player): Promise<number> {
  return player.page.evaluate((ms) => {
    const began = performance.now();
    while (performance.now() < began + ms);
    return performance.now() - began;
  }, blockMs);
}
