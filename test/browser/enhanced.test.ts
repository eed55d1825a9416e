/** Enhanced playback: what the speakers get is, to the bit, what `npm run render` writes. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeWav } from "./frameCode.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;
const render = fileURLToPath(new URL("../../apps/node-host/render.ts", import.meta.url));

let folder: string;
let source: string;
let host: RunningHost;
let browser: Browser;
let player: Player;

/** Chords with a beat, so that compressor and limiter have something to do. */
function writeMusic(path: string, seconds: number): void {
  const samples = new Int16Array(seconds * rate * 2);
  const chords = [
    [220, 277.2, 329.6],
    [196, 246.9, 293.7],
    [174.6, 220, 261.6],
    [164.8, 207.7, 246.9],
  ];
  for (let i = 0; i < seconds * rate; i++) {
    const time = i / rate;
    const chord = chords[Math.floor(time / 2) % chords.length]!;
    const beat = Math.exp(-8 * (time % 0.5));
    chord.forEach((frequency, voice) => {
      const value = Math.sin(2 * Math.PI * frequency * time) * (0.08 + 0.2 * beat);
      const side = voice / 2;
      samples[2 * i]! += Math.round(value * (1 - side * 0.6) * 20_000);
      samples[2 * i + 1]! += Math.round(value * (0.4 + side * 0.6) * 20_000);
    });
  }
  writeWav(path, samples, rate, 2);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-enhanced-"));
  const music = join(folder, "music");
  mkdirSync(music);
  source = join(music, "chords.wav");
  writeMusic(source, 40);
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
  player = await openPlayer(browser, host.url);
  await player.setSwitch("Match loudness", false);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

function rendered(flags: readonly string[]): Int16Array {
  const out = join(folder, "out.wav");
  execFileSync(process.execPath, ["--import", "tsx", render, source, out, ...flags]);
  const bytes = readFileSync(out);
  const data = bytes.indexOf("data", 0, "latin1") + 8;
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset + data));
}

/** Longest run of heard frames that stands in the reference as it is, and where.
 *  The anchor is searched near `around` seconds. */
function longestMatch(
  heard: { left: Float64Array; right: Float64Array },
  reference: Int16Array,
  around: number,
): { from: number; frames: number } {
  let best = { from: -1, frames: 0 };
  const low = Math.max(0, Math.round((around - 4) * rate));
  const high = Math.min(reference.length / 2, Math.round((around + 4) * rate));
  for (let at = 0; at + 64 < heard.left.length; at += 2000)
    for (let from = low; from < high - 64; from++) {
      let frames = 0;
      while (
        from + frames < reference.length / 2 &&
        heard.left[at + frames] === reference[2 * (from + frames)] &&
        heard.right[at + frames] === reference[2 * (from + frames) + 1]
      )
        frames++;
      if (frames < 64 || frames < best.frames) continue;
      let back = 0;
      while (
        at - back - 1 >= 0 &&
        from - back - 1 >= 0 &&
        heard.left[at - back - 1] === reference[2 * (from - back - 1)] &&
        heard.right[at - back - 1] === reference[2 * (from - back - 1) + 1]
      )
        back++;
      best = { from: from - back, frames: frames + back };
      if (best.frames > rate) return best;
    }
  return best;
}

it("plays at once, says that it analyses, and turns enhanced by itself", async () => {
  await player.choose("chords");
  await player.until("transport", ["playing"]);
  await player.until("variant", ["adaptive@80"]);
  expect(await player.attribute("pending")).toBe("");
  expect(await player.page.getByRole("status").innerText()).toContain("adaptive");
});

it("is heard across a join exactly as rendered", async () => {
  const reference = rendered(["--preset", "adaptive", "--intensity", "80"]);
  await player.seek(9);
  await player.until("transport", ["playing"]);
  await player.page.waitForFunction(
    () => Number(document.querySelector<HTMLInputElement>("[aria-label=Position]")!.value) < 10,
  );
  await player.takeHeard();
  await player.untilPosition(11.5);
  await player.pause();
  const match = longestMatch(await player.takeHeard(), reference, 10);
  expect(match.from).toBeLessThan(10 * rate);
  expect(match.from + match.frames).toBeGreaterThan(11 * rate);
});

it("another preset is another sound, again exactly as rendered, at the same position", async () => {
  await player.press("Play");
  await player.page.getByRole("radio", { name: /warm/i }).check({ force: true });
  await player.until("variant", ["warm@80"]);
  const at = await player.position();
  await player.takeHeard();
  await player.untilPosition(at + 1.5);
  await player.pause();
  const reference = rendered(["--preset", "warm", "--intensity", "80"]);
  const match = longestMatch(await player.takeHeard(), reference, at);
  expect(match.frames).toBeGreaterThan(rate);
  expect(Math.abs(match.from / rate - at)).toBeLessThan(0.5);
});

it("with Match loudness on the louder side comes down by the difference, the other stays", async () => {
  const reference = rendered(["--preset", "warm", "--intensity", "80"]);
  await player.setSwitch("Match loudness", true);
  await player.press("Play");
  const at = await player.position();
  // the gain moves over a quarter of a second
  await player.untilPosition(at + 1);
  await player.takeHeard();
  await player.untilPosition(at + 2.5);
  await player.pause();
  const enhanced = longestMatch(await player.takeHeard(), reference, at + 2);
  await player.setSwitch("Enhance", false);
  await player.until("variant", ["original"]);
  await player.press("Play");
  const later = await player.position();
  await player.untilPosition(later + 1);
  await player.takeHeard();
  await player.untilPosition(later + 2.5);
  await player.pause();
  const samples = new Int16Array(readFileSync(source).subarray(44).buffer.slice(44));
  const original = longestMatch(await player.takeHeard(), samples, later + 2);
  // unity is exact: the quieter side is heard to the bit, the attenuated one nowhere
  const exact = [enhanced, original].filter(({ frames }) => frames > rate);
  expect(exact).toHaveLength(1);
});
