/** From a click to the first frame that the speakers get: a real host, a real Chromium, real files.
 *  "Cold": caches empty for the track; host, page, workers and codecs warm. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPlayer, launchChromium, type Player } from "../../test/browser/player.ts";
import { runHost } from "../../test/browser/runHost.ts";
import { formats, quietPeak, writeCoded, writeCopies } from "../benchMusic.ts";
import { actUntilHeard, type Act, plainPlayerLatency } from "../soundClock.ts";
import { round, summarise } from "../statistics.ts";
import type { Print } from "../host/openBench.ts";

/** per figure; the first of each format warms its codec up and is not counted */
const rounds = 21;
const hearable = { kind: "loud", threshold: quietPeak / 4 } as const;
const loud = { kind: "loud", threshold: quietPeak * 8 } as const;

export async function clicks(print: Print): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const music = join(folder, "music");
  const scratch = join(folder, "scratch");
  mkdirSync(scratch, { recursive: true });
  const titles = new Map(
    formats.map((format) => [format.name, writeCopies(music, scratch, format, rounds)]),
  );
  const coded = writeCoded(music);
  const host = await runHost({ folders: [music], data: join(folder, "data") });
  const browser = await launchChromium();
  try {
    await untilListed(host.url, rounds * formats.length + 1);
    const player = await openPlayer(browser, host.url);
    await firstFrames(player, titles, print);
    await coldSeeks(player, titles.get("wav")!.slice(-6), print);
    await bufferedSeeks(player, coded, print);
    await player.close();
    if (player.errors.length > 0) print({ errors: player.errors });
  } finally {
    await browser.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until the host has read the tags of all `count` files. */
async function untilListed(url: string, count: number): Promise<void> {
  for (;;) {
    const answer = (await (await fetch(`${url}/api/tracks`)).json()) as {
      tracks: unknown[];
      scanning: boolean;
    };
    if (answer.tracks.length >= count && !answer.scanning) return;
    await new Promise((done) => setTimeout(done, 250));
  }
}

function seekTo(player: Player, seconds: number): Act {
  const on = player.page.getByRole("slider", { name: "Position" });
  return { kind: "seek", on, seconds };
}

async function rest(player: Player): Promise<void> {
  await player.page.getByRole("button", { name: "Pause", exact: true }).click();
  await player.until("transport", ["paused", "ready", "ended"]);
  // what was on its way to the tap belongs to the sound before
  await player.page.evaluate(() => new Promise((done) => setTimeout(done, 150)));
}

async function firstFrames(
  player: Player,
  titles: ReadonlyMap<string, readonly string[]>,
  print: Print,
): Promise<void> {
  let first = true;
  let yardstick = Number.NaN;
  for (const [format, names] of titles) {
    const heard: number[] = [];
    const sought: number[] = [];
    for (const [at, title] of names.entries()) {
      const on = await player.entry(title);
      const { ms } = await actUntilHeard({ kind: "click", on }, hearable);
      if (first) {
        // heard apart: output, codecs and code paths are used for the first time
        print({ figure: "the very first click → first audible frame", format, ms: round(ms) });
        await rest(player);
        const plain = summarise(await plainPlayerLatency(player, rounds));
        yardstick = plain.median;
        print({
          yardstick: "a plain player: chunk 0 of an original over HTTP, decodeAudioData, start()",
          ms: plain,
        });
        await player.press("Play");
        await player.until("transport", ["playing"]);
      }
      first = false;
      // the yardstick has let the very first file be decoded whole
      const seek = await actUntilHeard(seekTo(player, 200), loud);
      if (at > 0) {
        heard.push(ms);
        sought.push(seek.ms);
      }
      await rest(player);
    }
    const goal = format === "aac" || format === "alac" ? "≤ 800 ms" : "≤ 100 ms";
    const click = summarise(heard);
    print({
      figure: "click → first audible frame, cold, 4-minute file",
      format,
      goal,
      ms: click,
      ratio: round(click.median / yardstick),
    });
    const seek = summarise(sought);
    print({
      figure: "seek to what is not decoded yet (200 s, right after the click)",
      format,
      ms: seek,
      ratio: round(seek.median / yardstick),
    });
  }
}

/** Enhanced; every target lies farther from the last than what was prepared around it. */
async function coldSeeks(player: Player, names: readonly string[], print: Print): Promise<void> {
  const found: number[] = [];
  for (const title of names) {
    await player.choose(title);
    await player.until("variant", ["adaptive@80"]);
    await player.seek(2);
    await player.until("transport", ["playing"]);
    for (const seconds of [65, 115, 165, 215]) {
      const { ms } = await actUntilHeard(seekTo(player, seconds), loud);
      found.push(ms);
      await player.seek(2);
      await player.page.waitForFunction(
        () => Number(document.querySelector<HTMLInputElement>("[aria-label=Position]")!.value) < 10,
      );
      await player.page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    }
    await rest(player);
  }
  print({
    figure: "seek to what is decoded but not rendered, enhanced",
    goal: "≤ 150 ms",
    ms: summarise(found),
  });
}

async function bufferedSeeks(player: Player, title: string, print: Print): Promise<void> {
  const rate = 44_100;
  // only unity leaves the codes as they are
  await player.setSwitch("Match loudness", false);
  await player.setSwitch("Enhance", false);
  await player.choose(title);
  await player.until("transport", ["playing"]);
  const found: number[] = [];
  for (let i = 0; i < rounds; i++) {
    await player.seek(20);
    await player.page.evaluate(() => new Promise((done) => setTimeout(done, 700)));
    const seconds = 25 + (i % 10);
    const from = seconds * rate;
    const cue = { kind: "coded", from, until: from + rate } as const;
    const { ms } = await actUntilHeard(seekTo(player, seconds), cue);
    // the new place is under the crossfade before its first clean frame
    found.push(ms);
  }
  print({
    figure: "seek into what is buffered → first clean frame (15 ms crossfade included)",
    goal: "≤ 20 ms to the first audible frame",
    ms: summarise(found),
    firstAudibleMs: summarise(found.map((ms) => Math.max(0, ms - 15))),
  });
}
