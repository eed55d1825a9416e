/** What the library knows of its files, kept over restarts in one JSON file. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FaultCode } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { LibraryTrack, TrackFacts } from "./track.ts";

/** raised when `TrackFacts` or what fills them changes */
const indexVersion = 3;
/** faults that another budget, decoder or version may cure: not kept over restarts */
const dependsOnHost: ReadonlySet<FaultCode> = new Set(["track-too-long", "format-unsupported"]);

type Remembered = { readonly signature: string; readonly facts: TrackFacts };

/** @returns what is known of files that have not changed since; empty when there is no index */
export async function readIndex(path: string): Promise<Map<TrackId, Remembered>> {
  try {
    const read = JSON.parse(await readFile(path, "utf8")) as {
      readonly version: number;
      readonly tracks: Record<TrackId, Remembered>;
    };
    if (read.version !== indexVersion) return new Map();
    return new Map(
      Object.entries(read.tracks).map(([id, { signature, facts }]) => {
        const kept = facts.fault && dependsOnHost.has(facts.fault.code) ? null : facts.fault;
        return [id, { signature, facts: { ...facts, fault: kept } }];
      }),
    );
  } catch {
    // missing or torn: everything is read from the files again
    return new Map();
  }
}

/** @param stale left out: their tags are to be read again
 *  @throws the system's error */
export async function writeIndex(
  path: string,
  tracks: ReadonlyMap<TrackId, LibraryTrack>,
  stale: ReadonlySet<TrackId>,
): Promise<void> {
  const kept = [...tracks]
    .filter(([id]) => !stale.has(id))
    .map(([id, { signature, facts }]) => [id, { signature, facts }]);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(
    `${path}.part`,
    JSON.stringify({ version: indexVersion, tracks: Object.fromEntries(kept) }),
  );
  await rename(`${path}.part`, path);
}
