/** Playback as the listener feels it, in parts: some in a real Chromium, some with a player without a browser that
 *  judges every frame, through networks that are made of the loopback. */
import type { Print } from "./host/openBench.ts";
import { clicks } from "./playback/clicks.ts";
import { hidden } from "./playback/hidden.ts";
import { kill } from "./playback/kill.ts";
import { memory } from "./playback/memory.ts";
import { seek } from "./playback/seek.ts";
import { plain, storm } from "./playback/storm.ts";
import { toggle } from "./playback/toggle.ts";
import { wire } from "./playback/wire.ts";

export const playbackParts = [
  "clicks",
  "toggle",
  "seek",
  "storm",
  "plain",
  "hidden",
  "kill",
  "memory",
  "wire",
] as const;
export type PlaybackPart = (typeof playbackParts)[number];

/** @param options `minutes` of intentions on each link, of the hidden tab, and of play whose memory is watched */
export async function run(
  print: Print,
  {
    parts = playbackParts,
    minutes = 1,
  }: { parts?: readonly PlaybackPart[]; minutes?: number } = {},
): Promise<void> {
  const measure: Readonly<Record<PlaybackPart, () => Promise<void>>> = {
    clicks: () => clicks(print),
    toggle: () => toggle(print),
    seek: () => seek(print),
    storm: () => storm(minutes, print),
    plain: () => plain(minutes, print),
    hidden: () => hidden(minutes, print),
    kill: () => kill(print),
    memory: () => memory(minutes, print),
    wire: () => wire(print),
  };
  for (const part of parts) await measure[part]();
}
