/** Bytes of audio in a browser while it plays. */
import type { Print } from "../host/openBench.ts";
import { audioMemory } from "../audioMemory.ts";
import { openPlayer } from "../../test/browser/player.ts";
import { round } from "../statistics.ts";
import { openListened } from "./openListened.ts";

const everyMs = 2000;

/** Books and resident set of a page without the tap, which keeps all that was heard.
 *  @param minutes of play, at random places and in both variants from the second half on */
export async function memory(minutes: number, print: Print): Promise<void> {
  const { host, browser, player: other, title, close } = await openListened();
  try {
    await other.close();
    const player = await openPlayer(browser, host.url, "");
    await wait(player, 3000);
    const idle = await audioMemory(browser, player);
    await player.choose(title);
    await player.until("transport", ["playing"]);
    const books: number[] = [];
    const rss: number[] = [];
    const samples = Math.max(10, Math.round((minutes * 60_000) / everyMs));
    for (let i = 0; i < samples; i++) {
      await wait(player, everyMs);
      if (i % 20 === 19) await player.seek((i * 7) % 50);
      if (i > samples / 2) await player.setSwitch("Enhance", i % 6 < 3);
      const { windowBytes, mixerBytes, rssMB } = await audioMemory(browser, player);
      books.push((windowBytes + mixerBytes) / 1e6);
      if (rssMB !== null) rss.push(rssMB);
    }
    const third = Math.floor(samples / 3);
    print({
      figure: `audio bytes in the browser over ${minutes} minutes of play`,
      goal: "≤ 12 MB, flat",
      booksMB: { max: round(Math.max(...books)), last: round(books.at(-1)!) },
      rendererRssMB: { idle: idle.rssMB, ...thirds(rss, third) },
      note: "books: window, and two lanes of three seconds in the mixer; resident set: code, garbage and page included",
    });
    if (player.errors.length > 0) print({ errors: player.errors });
  } finally {
    await close();
  }
}

function thirds(values: readonly number[], third: number) {
  const mean = (part: readonly number[]) =>
    round(part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length));
  return { firstThird: mean(values.slice(0, third)), lastThird: mean(values.slice(-third)) };
}

function wait(player: Awaited<ReturnType<typeof openPlayer>>, ms: number): Promise<unknown> {
  return player.page.evaluate((delay) => new Promise((done) => setTimeout(done, delay)), ms);
}
