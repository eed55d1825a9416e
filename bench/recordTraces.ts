/** Records the traces anew: a real page in Chromium at a real host that records (`--record`), and a hand that
 *  does what a listener does, who looks and listens before the next click. No two recordings are the same.
 *
 *    node --import tsx bench/recordTraces.ts [straightThrough|seekStorm|presetBrowsing…] */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errors } from "playwright-core";
import { presets } from "#engine/protocol/variant.ts";
import { readTracks } from "../test/host/client.ts";
import { launchChromium, openPlayer, type Player } from "../test/browser/player.ts";
import { runHost } from "../test/browser/runHost.ts";
import { songSeconds, writeSongs } from "./benchMusic.ts";
import { traceOfTape } from "./traceOfTape.ts";

/** a listener waits this long for what he clicked, ms, then he clicks on */
const patienceMs = 1500;

type Listener = {
  readonly name: string;
  readonly listen: (player: Player) => Promise<void>;
};

const listeners: Readonly<Record<string, Listener>> = {
  straightThrough: { name: "straight through", listen: straightThrough },
  seekStorm: { name: "seek storm", listen: seekStorm },
  presetBrowsing: { name: "preset browsing", listen: presetBrowsing },
};

/** Chooses a song, looks for the place where it begins in earnest, and hears on until the next one plays. */
async function straightThrough(player: Player): Promise<void> {
  await player.choose("song 0");
  await heard(player, 90);
  await player.seek(songSeconds - 30);
  await heard(player, 60);
}

/** Looks for a passage: somewhere, a moment of listening, a little on or back, somewhere else; now and then he
 *  hurries over several places, and comes back to the last one that he liked. */
async function seekStorm(player: Player): Promise<void> {
  const until = performance.now() + 90_000;
  let liked = 60;
  await player.choose("song 0");
  await heard(player, 5);
  let isSecond = false;
  while (performance.now() < until) {
    if (!isSecond && performance.now() > until - 40_000) {
      isSecond = true;
      await player.press("Next");
      await heard(player, 3);
    }
    const what = Math.random();
    if (what < 0.3) {
      const places = 2 + Math.floor(Math.random() * 4);
      for (let i = 0; i < places; i++) {
        await player.seek(anywhere());
        await thinks(0.1, 0.5);
      }
    } else if (what < 0.55)
      await player.seek(
        Math.max(0, Math.min(songSeconds - 10, (await player.position()) + near())),
      );
    else if (what < 0.75) await player.seek(liked);
    else await player.seek(anywhere());
    await heard(player, Math.random() < 0.6 ? 0.5 : 2);
    await thinks(0.3, 2.5);
    if (Math.random() < 0.4) liked = Math.floor(await player.position());
  }
}

/** Compares presets: each until it is heard and a little longer, some against each other, at another place
 *  again; some against the original. */
async function presetBrowsing(player: Player): Promise<void> {
  const until = performance.now() + 90_000;
  await player.choose("song 0");
  await heard(player, 8);
  let last: string = presets[0];
  while (performance.now() < until) {
    const what = Math.random();
    if (what < 0.15) {
      await player.setSwitch("Enhance", false);
      await heard(player, 1 + Math.random() * 2);
      await player.setSwitch("Enhance", true);
    } else if (what < 0.25) await player.seek(anywhere());
    else {
      const now = presets[Math.floor(Math.random() * presets.length)]!;
      await preset(player, now);
      await heard(player, 1 + Math.random() * 2);
      // there and back
      if (Math.random() < 0.5) {
        await preset(player, last);
        await heard(player, 1 + Math.random());
        await preset(player, now);
      }
      last = now;
    }
    await heard(player, 1);
    await thinks(0.5, 3);
  }
}

const anywhere = (): number => Math.round(Math.random() * (songSeconds - 15) * 10) / 10;
const near = (): number => (Math.random() < 0.5 ? -1 : 1) * (5 + Math.round(Math.random() * 15));

async function preset(player: Player, name: string): Promise<void> {
  await player.page.getByRole("radio", { name, exact: false }).first().check({ force: true });
}

/** Listens: until it sounds as it is meant to, or he loses patience, and so many seconds longer. */
async function heard(player: Player, seconds: number): Promise<void> {
  const settled = async (): Promise<void> => {
    await player.until("transport", ["playing"], patienceMs);
    await player.until("pending", [""], patienceMs);
  };
  await settled().catch((cause: unknown) => {
    if (!(cause instanceof errors.TimeoutError)) throw cause;
  });
  await thinks(seconds, seconds);
}

async function thinks(from: number, to: number): Promise<void> {
  const seconds = from + Math.random() * (to - from);
  await new Promise((later) => setTimeout(later, seconds * 1000));
}

const wished = process.argv.slice(2);
for (const [file, { name, listen }] of Object.entries(listeners)) {
  if (wished.length > 0 && !wished.includes(file)) continue;
  const place = mkdtempSync(join(tmpdir(), "segue-record-"));
  const music = join(place, "music");
  mkdirSync(music);
  writeSongs(music, 3);
  const tape = join(place, "session.tape");
  const host = await runHost({
    folders: [music],
    data: join(place, "data"),
    flags: ["--record", tape],
  });
  try {
    const browser = await launchChromium();
    try {
      await readTracks(host.url);
      await listen(await openPlayer(browser, host.url, ""));
      // batches are under way once a second
      await thinks(2.5, 2.5);
    } finally {
      await browser.close();
    }
  } finally {
    await host.stop();
  }
  const trace = traceOfTape(readFileSync(tape, "utf8"), name);
  const path = new URL(`./traces/${file}.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(trace, null, 2)}\n`);
  console.log(`${file}: ${trace.clicks.length} clicks in ${trace.seconds} s`);
  rmSync(place, { recursive: true, force: true });
}
