/** The host alone: how much of what a listener wants is there before he wants it, what it costs, and how fast
 *  each tier answers. Players without a browser, real files, real workers, real disk. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSongs } from "./benchMusic.ts";
import { memory } from "./host/memory.ts";
import type { Print } from "./host/openBench.ts";
import { sessions } from "./host/sessions.ts";
import { tiers } from "./host/tiers.ts";
import { urgent } from "./host/urgent.ts";
import { wholeTrack } from "./host/wholeTrack.ts";

export const hostParts = ["sessions", "whole", "tiers", "urgent", "memory"] as const;
export type HostPart = (typeof hostParts)[number];

/** songs of four minutes; the last one is in no trace */
const songs = 4;

/** @param hours of play over which memory is watched */
export async function run(
  print: Print,
  { parts = hostParts, hours = 1 }: { parts?: readonly HostPart[]; hours?: number } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeSongs(music, songs);
  const data = (part: HostPart): string => join(folder, part);
  const measure: Readonly<Record<HostPart, () => Promise<void>>> = {
    sessions: () => sessions(music, data("sessions"), print),
    whole: () => wholeTrack(music, data("whole"), print),
    tiers: () => tiers(music, data("tiers"), print),
    urgent: () => urgent(music, data("urgent"), print),
    memory: () => memory(music, data("memory"), hours, print),
  };
  try {
    for (const part of parts) await measure[part]();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
