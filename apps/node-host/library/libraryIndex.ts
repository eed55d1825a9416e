/** What the library knows of its files, kept over restarts in one file: a line with the version and the
 *  CRC-32 of the rest, then JSON. */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "#crc32";
import type { FaultCode } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { LibraryTrack } from "./track.ts";

/** raised when `LibraryTrack` or what fills them changes */
const indexVersion = 6;
/** faults that another budget, decoder or version may cure: not kept over restarts */
const dependsOnHost: ReadonlySet<FaultCode> = new Set(["track-too-long", "format-unsupported"]);

const indexName = "segue-library";
const lineEnd = 10;
const brace = 123;

/** @param damaged called when there is an index that is not as it was written
 *  @returns what is known of files that have not changed since; empty when there is no index: then everything
 *    is read from the files again */
export async function readIndex(
  path: string,
  damaged: () => void,
): Promise<Map<TrackId, LibraryTrack>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") damaged();
    return new Map();
  }
  const end = bytes.indexOf(lineEnd);
  const [name, version, sum] = new TextDecoder().decode(bytes.subarray(0, end)).split(" ");
  // one of a former version; it has no such line
  if (name !== indexName ? bytes[0] === brace : version !== String(indexVersion)) return new Map();
  const text = bytes.subarray(end + 1);
  if (name !== indexName || end < 0 || sum !== String(crc32(text))) {
    damaged();
    return new Map();
  }
  const tracks = JSON.parse(new TextDecoder().decode(text)) as readonly LibraryTrack[];
  return new Map(
    tracks.map((track) => {
      const { fault } = track.facts;
      const kept = fault && dependsOnHost.has(fault.code) ? null : fault;
      return [track.id, { ...track, facts: { ...track.facts, fault: kept } }];
    }),
  );
}

/** @param stale left out: their tags are to be read again
 *  @throws the system's error */
export async function writeIndex(
  path: string,
  tracks: ReadonlyMap<TrackId, LibraryTrack>,
  stale: ReadonlySet<TrackId>,
): Promise<void> {
  const kept = [...tracks.values()].filter(({ id }) => !stale.has(id));
  const text = new TextEncoder().encode(JSON.stringify(kept));
  await mkdir(join(path, ".."), { recursive: true });
  const part = `${path}.part`;
  try {
    const file = await open(part, "w");
    try {
      await file.writeFile(`${indexName} ${indexVersion} ${crc32(text)}\n`);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined /* said by what failed before */);
    throw cause;
  }
}
