/** A host with one frame-coded track, *one*, and a browser, for all tests of a file. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { launchChromium } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;

/** Both begin before the file's own `beforeAll`, and end behind its `afterAll`.
 *  @param seconds of the track, at 44.1 kHz @param flags of the host
 *  @returns filled in when they have begun */
export function hostOfOne(
  seconds: number,
  flags: readonly string[] = [],
): { readonly host: RunningHost; readonly browser: Browser } {
  const started = {} as { host: RunningHost; browser: Browser };
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "segue-browser-"));
    const music = join(folder, "music");
    mkdirSync(music);
    writeCodedWav(join(music, "one.wav"), seconds * rate, rate, 1);
    started.host = await runHost({ folders: [music], data: join(folder, "data"), flags });
    started.browser = await launchChromium();
  }, 120_000);
  afterAll(async () => {
    await started.browser?.close();
    expect(await started.host?.stop()).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);
  return started;
}
