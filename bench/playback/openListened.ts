/** A real host and a real Chromium at a frame-coded track, for a bench. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium, openPlayer, type Player } from "../../test/browser/player.ts";
import { runHost, type RunningHost } from "../../test/browser/runHost.ts";
import { readTracks } from "../../test/host/client.ts";
import { writeCoded } from "../benchMusic.ts";

export type Listened = {
  readonly host: RunningHost;
  readonly browser: Browser;
  readonly player: Player;
  /** of the coded track, 90 s long */
  readonly title: string;
  readonly close: () => Promise<void>;
};

/** @param init, search as of `openPlayer` */
export async function openListened(init?: () => void, search = "?tap"): Promise<Listened> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const music = join(folder, "music");
  const title = writeCoded(music);
  const host = await runHost({ folders: [music], data: join(folder, "data") });
  const browser = await launchChromium();
  const close = async (): Promise<void> => {
    await browser.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await readTracks(host.url);
    const player = await openPlayer(browser, host.url, search, undefined, init);
    return { host, browser, player, title, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
