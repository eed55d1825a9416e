import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Catalogue, TrackSource } from "#engine/ports/catalogue.ts";
import type { DecodeReport } from "#engine/ports/decoder.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { TrackEntry, TrackList } from "#engine/protocol/library.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { faultOfErrno } from "../faultOfErrno.ts";
import { earlyEnd, factsAfter } from "./factsAfter.ts";
import { readIndex, writeIndex } from "./libraryIndex.ts";
import { readTags } from "./readTags.ts";
import { compareTracks, type LibraryTrack } from "./track.ts";
import { signatureOf, walkFolder, type FoundFile } from "./walkFolder.ts";

const tracksMax = 100_000;
const readersMax = 4;
/** ms that a scan stays fresh */
const freshMs = 30_000;
/** ms between two words to the players while a scan finds tracks */
const tellEveryMs = 250;
export type Library = Catalogue & {
  readonly track: (id: TrackId) => LibraryTrack | undefined;
  readonly list: () => TrackList;
  /** Looks at every folder; unchanged files keep what is known of them, also what the decoder learnt. Joins a scan that runs. */
  readonly scan: () => Promise<void>;
  /** Scans in the background when the last scan is older than half a minute: what was put into the
   *  folder meanwhile turns up when somebody looks. */
  readonly refresh: () => void;
  /** Takes over what the decoder found out about a file. */
  readonly note: (path: string, report: DecodeReport) => void;
  /** Writes down what is known, for the next start. */
  readonly close: () => Promise<void>;
};

/** The tracks below some folders. Scans in the background, a few files at a time.
 *  @param folders absolute, existing
 *  @param tell hears one line about each file or folder that cannot be read whole, once */
export async function openLibrary(options: {
  readonly folders: readonly string[];
  readonly data: string;
  readonly tell: (line: string) => void;
}): Promise<Library> {
  const { folders, data, tell } = options;
  const indexPath = join(data, "library.json");
  const remembered = await readIndex(indexPath);
  const tracks = new Map<TrackId, LibraryTrack>();
  const idsByPath = new Map<string, TrackId>();
  const watchers = new Set<(revision: number) => void>();
  let revision = 0;
  let listed: TrackList | undefined;
  let scanning: Promise<void> | undefined;
  let telling: NodeJS.Timeout | undefined;
  let scannedAt = -Infinity;
  let closed = false;
  /** whether the scan that runs is the first, or found anything new */
  let scanShows = false;
  /** what the terminal was told: signature and code by track, lines about the rest */
  const toldFaults = new Map<TrackId, string>();
  let complaints = new Set<string>();
  /** files whose tags are of an earlier signature */
  const stale = new Set<TrackId>();

  const changed = (): void => {
    scanShows = true;
    revision++;
    listed = undefined;
    if (closed) return;
    telling ??= setTimeout(() => {
      telling = undefined;
      for (const emit of watchers) emit(revision);
    }, tellEveryMs).unref();
  };

  const put = (track: LibraryTrack): void => {
    const { id, path, signature, facts } = track;
    const before = tracks.get(id);
    tracks.set(id, track);
    idsByPath.set(path, id);
    const complaint = facts.fault && `${signature} ${facts.fault.code}`;
    if (facts.fault && complaint && toldFaults.get(id) !== complaint) {
      toldFaults.set(id, complaint);
      tell(`${path}: ${facts.fault.detail}`);
    }
    if (!before || before.signature !== signature || !isDeepStrictEqual(before.facts, facts))
      changed();
  };

  const take = async (file: FoundFile): Promise<void> => {
    const { id, path, folder, name, signature } = file;
    const present = tracks.get(id);
    const known = present ?? remembered.get(id);
    // what may pass is looked at again
    const keeps = known?.signature === signature && !known.facts.fault?.retryable && !stale.has(id);
    if (keeps && present) return;
    let facts = keeps ? known.facts : await readTags(file);
    // the decoder may have been faster, or has played the file before its tags were read
    const now = tracks.get(id);
    if (!keeps && now?.signature === signature) {
      const { sampleRate, frames, exact, fault: noted } = now.facts;
      if (exact) {
        facts = { ...facts, sampleRate, frames, exact };
        facts = { ...facts, fault: earlyEnd(facts, frames) };
      } else if (noted && !noted.retryable) facts = { ...facts, fault: noted };
    }
    stale.delete(id);
    put({ id, path, folder, name, signature, facts });
  };

  const scan = async (): Promise<void> => {
    const found = new Set<TrackId>();
    const complained = new Set<string>();
    const complain = (line: string): void => {
      complained.add(line);
      if (!complaints.has(line)) tell(line);
    };
    const reading = new Set<Promise<void>>();
    for (const root of folders) {
      for await (const report of walkFolder(root, join(data, "aliases"), data)) {
        if (closed) return;
        if (report.type === "unreadable") {
          complain(report.fault.detail);
        } else if (found.size < tracksMax) {
          found.add(report.file.id);
          const job: Promise<void> = take(report.file).finally(() => reading.delete(job));
          reading.add(job);
          if (reading.size >= readersMax) await Promise.race(reading);
        } else {
          complain(`more than ${tracksMax} tracks: the rest is left out`);
          break;
        }
      }
    }
    await Promise.all(reading);
    for (const [id, { path }] of tracks)
      if (!found.has(id)) {
        tracks.delete(id);
        idsByPath.delete(path);
        toldFaults.delete(id);
        changed();
      }
    complaints = complained;
    await writeIndex(indexPath, tracks, stale).catch((cause: unknown) =>
      tell(`the library's index was not written: ${String(cause)}`),
    );
  };

  const rescan = (): Promise<void> => {
    if (scanning) return scanning;
    scanShows = scannedAt === -Infinity;
    scanning = scan().finally(() => {
      scanning = undefined;
      scannedAt = performance.now();
      if (scanShows) changed();
    });
    return scanning;
  };

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
                facts: { ...track.facts, exact: false, claimedSeconds: null, fault: null },
              };
              stale.add(id);
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
      const busy = scanning !== undefined && scanShows;
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
      await writeIndex(indexPath, tracks, stale).catch((cause: unknown) =>
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
