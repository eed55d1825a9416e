/** Bytes of audio in the browser: by the page's own books, and by the renderer's resident set. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import type { Player } from "../test/browser/player.ts";
import { round } from "./statistics.ts";

export type AudioMemory = {
  readonly windowBytes: number;
  /** two lanes of at most three seconds, 16 bit stereo */
  readonly mixerBytes: number;
  /** of the largest renderer process; null where the platform does not tell */
  readonly rssMB: number | null;
};

export async function audioMemory(browser: Browser, player: Player): Promise<AudioMemory> {
  const windowBytes = Number(await player.attribute("window-bytes"));
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send("SystemInfo.getProcessInfo")) as {
    processInfo: { type: string; id: number }[];
  };
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => residentMB(id))
    .filter((size) => size !== null);
  const mixerBytes = 2 * 3 * 44_100 * 4;
  return { windowBytes, mixerBytes, rssMB: sizes.length > 0 ? Math.max(...sizes) : null };
}

function residentMB(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const found = /VmRSS:\s+(\d+) kB/.exec(status);
    return found ? round(Number(found[1]) / 1000) : null;
  } catch {
    return null; // no /proc here, or the process has just gone
  }
}
