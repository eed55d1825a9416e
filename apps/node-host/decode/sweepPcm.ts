/** Keeps the PCM store within its bounds: least recently used files leave first, old ones anyway. */
import { readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { isFault } from "#engine/audio/blockFile.ts";
import { pcmHeaderBytes, readPcmHeader } from "#engine/audio/pcmStore.ts";
import { nodeBlockFiles } from "../workers/nodeBlockFiles.ts";

export type PcmBounds = {
  readonly budgetBytes: number;
  readonly maxAgeMs: number;
  /** path → bytes that a run, writing there now, will take when it is done; it stays */
  readonly writing: ReadonlyMap<string, number>;
  /** what was decoded for nobody: it has room of its own, stays, and makes nothing leave */
  readonly spare?: ReadonlySet<string>;
  /** ms since 1970 */
  readonly wallNow: number;
  /** the same by a clock that nobody sets: what the wall clock would say had it not been set since the host
   *  began; left out, it was not */
  readonly steadyNow?: number;
  /** at the start of a host: files that are not whole were left by a run that was killed */
  readonly removePartial?: boolean;
  /** hears why a file was removed */
  readonly noteLeft?: (why: PcmLeft) => void;
  /** hears of a file that is not as it was written, when such are sought */
  readonly noteDamage?: () => void;
};

/** `room`: something else came. `expiry`: too old. `partial`: a run that was killed left it, or it is damaged. */
export type PcmLeft = "room" | "expiry" | "partial";

/** Files read within this time are being played; every read renews it. */
const inUseMs = 2 * 60_000;

/** @returns bytes left in the store, with those that are still to be written, and what is spare. A file that cannot be removed stays and is counted.
 *  Cost: one `stat` per file, and a header read per file when partial ones are sought */
export async function sweepPcm(folder: string, bounds: PcmBounds): Promise<number> {
  const { budgetBytes, maxAgeMs, writing, wallNow, steadyNow = wallNow } = bounds;
  const files: { path: string; bytes: number; ageMs: number; isWaste: boolean }[] = [];
  let spareBytes = 0;
  let bytes = [...writing.values()].reduce((sum, expected) => sum + expected, 0);
  for (const name of await readdir(folder).catch(() => [] /* nothing was ever decoded */)) {
    const filePath = path.join(folder, name);
    if (!name.endsWith(".pcm")) continue;
    const found = await stat(filePath).catch(() => null /* somebody else removed it */);
    if (found === null) continue;
    if (bounds.spare?.has(filePath)) {
      spareBytes += found.size;
      continue;
    }
    const expected = writing.get(filePath);
    if (expected !== undefined) {
      // headers lie, and some say nothing
      bytes += Math.max(0, found.size - expected);
      continue;
    }
    // What was written since the sweep was ordered is being written by this run.
    const isSought = bounds.removePartial === true && found.mtimeMs < wallNow;
    const state = isSought ? stateOf(filePath) : "whole";
    if (state === "damaged") bounds.noteDamage?.();
    const isWaste = state !== "whole";
    bytes += found.size;
    const ageMs = ageOf(found.mtimeMs, wallNow, steadyNow);
    // by a clock that was ahead: from now on it ages
    if (ageMs < 0)
      await utimes(filePath, new Date(wallNow), new Date(wallNow)).catch(() => undefined);
    files.push({ path: filePath, bytes: found.size, ageMs, isWaste });
  }
  files.sort((a, b) => b.ageMs - a.ageMs);
  for (const file of files) {
    const isOld = file.ageMs > maxAgeMs;
    if (!file.isWaste && !isOld && bytes <= budgetBytes) continue;
    if (file.ageMs < inUseMs && !file.isWaste) continue;
    // A reader keeps what it has opened; the disk gives the room back when it closes.
    const removed = await rm(file.path).then(
      () => true,
      () => false,
    );
    if (!removed) continue;
    bytes -= file.bytes;
    bounds.noteLeft?.(file.isWaste ? "partial" : isOld ? "expiry" : "room");
  }
  return bytes + spareBytes;
}

/** ms since a file was used, by the clock that makes it younger: when the wall clock is set by a day, what is
 *  in use must not look a day old. Below 0: it was used in the future, or while the clock was ahead. */
function ageOf(usedAt: number, wallNow: number, steadyNow: number): number {
  const [byWall, bySteady] = [wallNow - usedAt, steadyNow - usedAt];
  return byWall < 0 || bySteady < 0 ? bySteady : Math.min(byWall, bySteady);
}

function stateOf(filePath: string): "whole" | "partial" | "damaged" {
  const file = nodeBlockFiles.open(filePath, { touch: false });
  if (isFault(file)) return "whole";
  const header = readPcmHeader(file, path.basename(filePath, ".pcm"));
  const isBegun = file.size() >= pcmHeaderBytes;
  file.close();
  if (header) return header.complete ? "whole" : "partial";
  return isBegun ? "damaged" : "partial";
}
