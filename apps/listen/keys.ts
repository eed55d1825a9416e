/** Keys of the terminal, and what they do. */
import type { Page } from "#engine/actors/pageApi.ts";
import { presets } from "#engine/protocol/variant.ts";

const seekSeconds = 5;
const volumeStep = 0.05;

const escape = "\u001b";
/** an arrow is one key of three characters */
const keyPattern = new RegExp(`${escape}\\[[A-D]|[\\s\\S]`, "g");

const commands: Readonly<Record<string, (page: Page) => void>> = {
  " ": (page) => (page.view.getSnapshot().playing ? page.pause() : page.play()),
  [`${escape}[C`]: (page) => seekBy(page, seekSeconds),
  [`${escape}[D`]: (page) => seekBy(page, -seekSeconds),
  [`${escape}[A`]: (page) => page.setVolume(page.view.getSnapshot().volume + volumeStep),
  [`${escape}[B`]: (page) => page.setVolume(page.view.getSnapshot().volume - volumeStep),
  e: (page) => page.setEnhance(!page.view.getSnapshot().enhance),
  p: (page) => {
    const { preset } = page.view.getSnapshot();
    page.setPreset(presets[(presets.indexOf(preset) + 1) % presets.length]!);
  },
  n: (page) => page.next(),
  b: (page) => page.previous(),
};

/** What was typed, key by key: several may come in one read. Unknown ones do nothing.
 *  @returns whether one of them asks to leave */
export function pressKeys(typed: string, page: Page): boolean {
  for (const [key] of typed.matchAll(keyPattern)) {
    if (key === "q" || key === "\u0003") return true;
    commands[key]?.(page);
  }
  return false;
}

function seekBy(page: Page, seconds: number): void {
  page.seek(page.view.getSnapshot().positionSeconds + seconds);
}
