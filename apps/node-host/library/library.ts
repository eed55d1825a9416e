import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Catalogue, TrackSource } from "#engine/ports/catalogue.ts";
import type { DecodeReport } from "#engine/ports/decoder.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { TrackEntry, TrackList } from "#engine/protocol/library.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { faultOfErrno } from "../faultOfErrno.ts";
import { readTags } from "./readTags.ts";
import { compareTracks, type LibraryTrack, type TrackFacts } from "./track.ts";
import { signatureOf, walkFolder, type FoundFile } from "./walkFolder.ts";

const tracksMax = 100_000;
const readersMax = 4;
/** ms that a scan stays fresh */
const freshMs = 30_000;
/** ms between two words to the players while a scan finds tracks */
const tellEveryMs = 250;
/** raised when `TrackFacts` or what fills them changes */
const cacheVersion = 2;

export type Library = Catalogue & {
  readonly track: (id: TrackId) => LibraryTrack | undefined;
  readonly list: () => TrackList;
  /** Looks at every folder; unchanged files keep what is known of them. Joins a scan that runs. */
  readonly scan: () => Promise<void>;
  /** Scans in the background when the last scan is older than half a minute: what was put into the
   *  folder meanwhile turns up when somebody looks. */
  readonly refresh: () => void;
  /** Takes over what the decoder found out about a file. */
  readonly note: (path: string, report: DecodeReport) => void;
  /** Writes down what is known, for the next start. */
  readonly close: () => Promise<void>;
};

type Remembered = { readonly signature: string; readonly facts: TrackFacts };

/** The tracks below some folders. Scans in the background, a few files at a time.
 *  @param folders absolute, existing
 *  @param tell hears one line about each file or folder that cannot be read */
export async function openLibrary(options: {
  readonly folders: readonly string[];
  readonly data: string;
  readonly tell: (line: string) => void;
}): Promise<Library> {
  const { folders, data, tell } = options;
  const cachePath = join(data, "library.json");
  const remembered = await readCache(cachePath);
  const tracks = new Map<TrackId, LibraryTrack>();
  const idsByPath = new Map<string, TrackId>();
  const watchers = new Set<(revision: number) => void>();
  let revision = 0;
  let listed: TrackList | undefined;
  let scanning: Promise<void> | undefined;
  let telling: NodeJS.Timeout | undefined;
  let scannedAt = -Infinity;
  let closed = false;

  const changed = (): void => {
    revision++;
    listed = undefined;
    if (closed) return;
    telling ??= setTimeout(() => {
      telling = undefined;
      for (const emit of watchers) emit(revision);
    }, tellEveryMs).unref();
  };

  const put = (track: LibraryTrack): void => {
    tracks.set(track.id, track);
    idsByPath.set(track.path, track.id);
    changed();
  };

  const take = async (file: FoundFile): Promise<void> => {
    const known = tracks.get(file.id) ?? remembered.get(file.id);
    const keeps = known?.signature === file.signature && known.facts.fault === null;
    const facts = keeps ? known.facts : await readTags(file);
    const { id, path, folder, name, signature } = file;
    if (keeps && tracks.has(id)) return;
    if (facts.fault) tell(`${path}: ${facts.fault.detail}`);
    put({ id, path, folder, name, signature, facts });
  };

  const scan = async (): Promise<void> => {
    const found = new Set<TrackId>();
    const reading = new Set<Promise<void>>();
    for (const root of folders) {
      for await (const report of walkFolder(root, join(data, "aliases"), data)) {
        if (closed) return;
        if (report.type === "unreadable") {
          tell(report.fault.detail);
        } else if (found.size < tracksMax) {
          found.add(report.file.id);
          const job: Promise<void> = take(report.file).finally(() => reading.delete(job));
          reading.add(job);
          if (reading.size >= readersMax) await Promise.race(reading);
        } else {
          tell(`more than ${tracksMax} tracks: the rest is left out`);
          break;
        }
      }
    }
    await Promise.all(reading);
    for (const [id, { path }] of tracks)
      if (!found.has(id)) {
        tracks.delete(id);
        idsByPath.delete(path);
      }
    await writeCache(cachePath, tracks).catch((cause: unknown) =>
      tell(`the library's index was not written: ${String(cause)}`),
    );
  };

  const rescan = (): Promise<void> =>
    (scanning ??= scan().finally(() => {
      scanning = undefined;
      scannedAt = performance.now();
      changed();
    }));

  return {
    track: (id) => tracks.get(id),
    find: (id) => {
      const track = tracks.get(id);
      return track && sourceOf(track);
    },
    check: ({ track: id }, emit) => {
      let live = true;
      const track = tracks.get(id);
      const answer = track
        ? stat(track.path).then(
            (now) => {
              const signature = signatureOf(now);
              if (signature === track.signature)
                return { type: "found", source: sourceOf(track) } as const;
              // its tags may differ too: the next scan reads them, the decoder tells the rest
              const fresh = {
                ...track,
                signature,
                facts: { ...track.facts, exact: false, fault: null },
              };
              put(fresh);
              return { type: "found", source: sourceOf(fresh) } as const;
            },
            (cause: unknown) => failed(faultOfErrno(cause, track.name)),
          )
        : Promise.resolve(failed(fault("track-unknown", "There is no such track.")));
      void answer.then((report) => live && emit(report));
      return () => {
        live = false;
      };
    },
    watch: (emit) => {
      watchers.add(emit);
      return () => watchers.delete(emit);
    },
    list: () => {
      const busy = scanning !== undefined;
      if (listed?.scanning === busy) return listed;
      const inOrder = [...tracks.values()].toSorted(compareTracks);
      return (listed = { tracks: inOrder.map(entryOf), scanning: busy, revision });
    },
    scan: rescan,
    refresh: () => {
      if (closed || performance.now() - scannedAt < freshMs) return;
      rescan().catch((cause: unknown) => tell(`the scan failed: ${String(cause)}`));
    },
    note: (path, report) => {
      const track = tracks.get(idsByPath.get(path) ?? "");
      const facts = track && factsAfter(track.facts, report);
      if (facts && facts !== track.facts) put({ ...track, facts });
    },
    close: async () => {
      closed = true;
      clearTimeout(telling);
      watchers.clear();
      await scanning;
      await writeCache(cachePath, tracks).catch((cause: unknown) =>
        tell(`the library's index was not written: ${String(cause)}`),
      );
    },
  };
}

function failed(reason: Fault): { readonly type: "failed"; readonly fault: Fault } {
  return { type: "failed", fault: reason };
}

function sourceOf({ id, path, signature, facts }: LibraryTrack): TrackSource {
  return {
    id,
    path,
    signature,
    format: facts.format,
    framesHint: facts.frames || null,
    rateHint: facts.sampleRate || null,
  };
}

function entryOf({ id, name, facts }: LibraryTrack): TrackEntry {
  return {
    id,
    title: (facts.title || name).slice(0, 1000),
    artist: facts.artist,
    album: facts.album,
    durationFrames: facts.frames,
    exact: facts.exact,
    sampleRate: facts.sampleRate,
    channels: facts.channels,
    format: facts.format,
    ...(facts.cover && { cover: `/api/tracks/${id}/cover` }),
    ...(facts.fault && { fault: facts.fault }),
  };
}

/** The decoder has the last word on rate, length and whether there is audio at all.
 *  @returns the same object when nothing changes */
function factsAfter(facts: TrackFacts, report: DecodeReport): TrackFacts {
  switch (report.type) {
    case "progress":
      return facts;
    case "failed":
      // what may pass is not held against the file
      return report.fault.retryable ? facts : { ...facts, fault: report.fault };
    case "done":
      return facts.exact && facts.frames === report.total
        ? facts
        : { ...facts, frames: report.total, exact: true, fault: null };
    case "probed": {
      const { rate, channels } = report.info;
      const frames = report.exact ? report.decoded : (report.info.framesHint ?? facts.frames);
      const known = facts.exact && !report.exact && facts.sampleRate === rate;
      if (known && facts.fault === null) return facts;
      return {
        ...facts,
        sampleRate: rate,
        channels: facts.channels || channels,
        frames,
        exact: report.exact,
        fault: null,
      };
    }
  }
}

async function readCache(path: string): Promise<Map<TrackId, Remembered>> {
  try {
    const read = JSON.parse(await readFile(path, "utf8")) as {
      readonly version: number;
      readonly tracks: Record<TrackId, Remembered>;
    };
    return new Map(read.version === cacheVersion ? Object.entries(read.tracks) : []);
  } catch {
    // missing or torn: everything is read from the files again
    return new Map();
  }
}

async function writeCache(path: string, tracks: ReadonlyMap<TrackId, LibraryTrack>): Promise<void> {
  const kept = [...tracks].map(([id, { signature, facts }]) => [id, { signature, facts }]);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(
    `${path}.part`,
    JSON.stringify({ version: cacheVersion, tracks: Object.fromEntries(kept) }),
  );
  await rename(`${path}.part`, path);
}
