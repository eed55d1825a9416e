/** A page that plays while `/inspect` watches every actor and message of it, in the same browser: what of the play is
 *  heard. Beside it the same play with nobody watching. */
import type { Page } from "playwright-core";
import type { Player } from "../../test/browser/player.ts";
import type { Print } from "../host/openBench.ts";
import { brokenPlay } from "../playback/brokenPlay.ts";
import { openListened } from "../playback/openListened.ts";
import { round } from "../statistics.ts";

const stepMs = 10_000;
const from = 2;
/** of the coded track, which is 90 s long, seconds behind which it is played from the beginning again */
const until = 60;

/** @param minutes of play, once watched and once not */
export async function watchedPlay(minutes: number, print: Print): Promise<void> {
  for (const isWatched of [true, false]) {
    const { host, player, title, close } = await openListened(undefined, "?tap&inspect");
    try {
      const view = isWatched ? await openView(player, host.url) : null;
      await player.setSwitch("Match loudness", false);
      await player.setSwitch("Enhance", false);
      await player.choose(title);
      await player.until("transport", ["playing"]);
      await player.seek(from);
      await player.untilPosition(from + 2);
      await player.takeHeard();
      const heardBefore = view ? await toldSoFar(view) : 0;
      const total = { underruns: 0, silentFrames: 0, heardSeconds: 0 };
      const endMs = performance.now() + minutes * 60_000;
      while (performance.now() < endMs) {
        if ((await player.position()) > until) await player.seek(from);
        await new Promise((done) => setTimeout(done, stepMs));
        const part = brokenPlay(await player.takeHeard());
        total.underruns += part.underruns;
        total.silentFrames += part.silentFrames;
        total.heardSeconds += part.heardSeconds;
      }
      // that silence is counted at all
      await player.pause();
      const paused = brokenPlay(await player.takeHeard());
      const notes = view ? (await toldSoFar(view)) - heardBefore : 0;
      print({
        ...{ bench: "inspection", part: "play" },
        figure: isWatched ? "watched in /inspect" : "yardstick: the same, nobody watches",
        ...{ minutes, goal: "0 underruns", ...total, heardSeconds: round(total.heardSeconds) },
        notesPerSecond: round(notes / total.heardSeconds),
        missed: view ? await missedIn(view) : "none",
        control: { "underruns when it is paused": paused.underruns },
      });
      if (player.errors.length > 0) print({ errors: player.errors });
    } finally {
      await close();
    }
  }
}

/** Opens `/inspect` in a tab beside the player's, and counts what it is told. */
async function openView(player: Player, url: string): Promise<Page> {
  const view = await player.page.context().newPage();
  await view.addInitScript("globalThis.__name = (named) => named");
  await view.addInitScript(() => {
    const counted = window as unknown as { told: number };
    counted.told = 0;
    new BroadcastChannel("segue.inspection").addEventListener("message", ({ data }) => {
      if (data.type === "notes") counted.told += data.batch.notes.length;
    });
  });
  await view.goto(`${url}/inspect`);
  await view
    .getByRole("region", { name: /^Page, tab/ })
    .first()
    .waitFor();
  return view;
}

function toldSoFar(view: Page): Promise<number> {
  return view.evaluate(() => (window as unknown as { told: number }).told);
}

async function missedIn(view: Page): Promise<string> {
  const messages = view.getByRole("region", { name: "Messages" });
  return (await messages.getByText("came too fast").allTextContents())[0] ?? "none";
}
