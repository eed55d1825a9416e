import { join, sep } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Catalogue, FileReport, TrackSource } from "#engine/ports/catalogue.ts";
import type { DecodeReport } from "#engine/ports/decoder.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { TrackEntry, TrackList } from "#engine/protocol/library.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { AlbumIndex, isPlayable } from "./albumIndex.ts";
import { earlyEnd, factsAfter } from "./factsAfter.ts";
import { FolderWatch } from "./folderWatch.ts";
import { FollowedFiles } from "./followedFiles.ts";
import { readIndex, writeIndex } from "./libraryIndex.ts";
import { lookAt, whenQuiet, type FileLook } from "./quietFile.ts";
import { readTags } from "./readTags.ts";
import { ScanTimes } from "./scanTimes.ts";
import { compareTracks, type LibraryTrack } from "./track.ts";
import { audio, walkFolder, type FoundFile } from "./walkFolder.ts";

const tracksMax = 100_000;
const readersMax = 4;
/** ms that a scan stays fresh */
const freshMs = 30_000;
/** ms between two words to the players while a scan finds tracks */
const tellEveryMs = 250;
/** ms for which a file that is being written is waited for when somebody opens it */
const patienceMs = 10_000;
/** ms until the players are told of what nobody has asked for */
const tellLateMs = 30_000;
/** tracks that are gone and whose place is remembered: they may be back in a moment */
const goneMax = 1000;
export type Library = Catalogue & {
  readonly track: (id: TrackId) => LibraryTrack | undefined;
  readonly list: () => TrackList;
  /** Looks at every folder; unchanged files keep what is known of them, also what the decoder learnt. Joins a scan that runs. */
  readonly scan: () => Promise<void>;
  /** Scans in the background when the last scan is older than half a minute: what was put into the
   *  folder meanwhile turns up when somebody looks. */
  readonly refresh: () => void;
  /** Takes over what the decoder found out about a file. @param isUnasked nobody waits for it: players are told of it
   *  with what else comes within half a minute */
  readonly note: (path: string, report: DecodeReport, isUnasked?: boolean) => void;
  /** indexes of former runs that were not as they were written */
  readonly damaged: () => number;
  /** Writes down what is known, for the next start. */
  readonly close: () => Promise<void>;
};

/** The tracks below some folders. Scans in the background, a few files at a time.
 *  @param options.folders absolute, existing
 *  @param options.tell hears one line about each file or folder that cannot be read whole, once
 *  @param options.watched the folders are watched from the first scan on, and scanned when something stirs */
export async function openLibrary(options: {
  readonly folders: readonly string[];
  readonly data: string;
  readonly tell: (line: string) => void;
  readonly watched?: boolean;
}): Promise<Library> {
  const { folders, data, tell, watched = false } = options;
  const indexPath = join(data, "library.json");
  let damaged = 0;
  const remembered = await readIndex(indexPath, () => {
    damaged++;
    tell("The library's index was damaged: every file is looked at again.");
  });
  const tracks = new Map<TrackId, LibraryTrack>();
  const idsByPath = new Map<string, TrackId>();
  const albums = new AlbumIndex();
  const watchers = new Set<(revision: number) => void>();
  let revision = 0;
  let listed: TrackList | undefined;
  let scanning: Promise<void> | undefined;
  let telling: NodeJS.Timeout | undefined;
  let tellingLate: NodeJS.Timeout | undefined;
  let scannedAt = -Infinity;
  let closed = false;
  /** whether the scan that runs is the first, or found anything new */
  let scanShows = false;
  /** what the terminal was told: signature and code by track, lines about the rest */
  const toldFaults = new Map<TrackId, string>();
  let complaints = new Set<string>();
  /** files whose tags are of an earlier signature */
  const stale = new Set<TrackId>();
  /** no longer listed; whoever plays one of them hears that its file is missing, and tries again */
  const gone = new Map<TrackId, LibraryTrack>();
  const followed = new FollowedFiles();
  const times = new ScanTimes(() => refreshNow());
  const stirred = (): void => {
    followed.look();
    times.stirred();
  };
  const watch = watched ? new FolderWatch(stirred, (name) => audio.test(name)) : undefined;

  const tellNow = (): void => {
    clearTimeout(telling);
    clearTimeout(tellingLate);
    telling = tellingLate = undefined;
    for (const emit of watchers) emit(revision);
  };
  const changed = (isUnasked = false): void => {
    scanShows = true;
    revision++;
    listed = undefined;
    if (closed) return;
    if (isUnasked) tellingLate ??= setTimeout(tellNow, tellLateMs).unref();
    else telling ??= setTimeout(tellNow, tellEveryMs).unref();
  };

  const put = (track: LibraryTrack, isUnasked = false): void => {
    const { id, path, signature, facts } = track;
    const before = tracks.get(id);
    tracks.set(id, track);
    albums.put(track, before);
    gone.delete(id);
    idsByPath.set(path, id);
    const complaint = facts.fault && `${signature} ${facts.fault.code}`;
    if (facts.fault && complaint && toldFaults.get(id) !== complaint) {
      toldFaults.set(id, complaint);
      tell(`${path}: ${facts.fault.detail}`);
    }
    // what the decoder calls its content shows nowhere
    const shown = before && { ...before.facts, sourceId: facts.sourceId };
    if (!before || before.signature !== signature || !isDeepStrictEqual(shown, facts))
      changed(isUnasked);
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
      const { sampleRate, frames, exact, fault: noted, sourceId } = now.facts;
      facts = { ...facts, sourceId };
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
    const seen = new Set<string>();
    watch?.begin();
    const complained = new Set<string>();
    const complain = (line: string): void => {
      complained.add(line);
      if (!complaints.has(line)) tell(line);
    };
    const reading = new Set<Promise<void>>();
    for (const root of folders) {
      for await (const report of walkFolder(root, join(data, "aliases"), data)) {
        if (closed) return;
        if (report.type === "folder") {
          watch?.cover(report.place, report.identity);
          seen.add(report.place.toString("latin1"));
        } else if (report.type === "unreadable") {
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
    watch?.keep(seen);
    for (const [id, track] of tracks)
      if (!found.has(id)) {
        tracks.delete(id);
        albums.remove(track);
        idsByPath.delete(track.path);
        gone.set(id, track);
        for (const oldest of gone.keys()) {
          if (gone.size <= goneMax) break;
          gone.delete(oldest);
        }
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
    const begunAt = performance.now();
    times.began();
    scanning = scan().finally(() => {
      scanning = undefined;
      scannedAt = performance.now();
      if (watch) times.ended(scannedAt - begunAt, watch.isWhole);
      if (scanShows) changed();
    });
    return scanning;
  };
  const refreshNow = (): void => {
    rescan().catch((cause: unknown) => tell(`the scan failed: ${String(cause)}`));
  };
  /** Takes over what a look at a file found. */
  const takeLook = (track: LibraryTrack, look: FileLook): FileReport => {
    if (look.type === "gone") return failed(look.fault);
    const now = tracks.get(track.id);
    if (now?.signature === look.signature) return { type: "found", source: sourceOf(now) };
    const { signature } = look;
    const isBack = signature === track.signature;
    // its tags may differ too: the next scan reads them, the decoder tells the rest
    const facts = isBack
      ? track.facts
      : { ...track.facts, exact: false, claimedSeconds: null, fault: null, sourceId: null };
    const fresh = { ...track, signature, facts };
    if (!isBack) stale.add(track.id);
    put(fresh);
    return { type: "found", source: sourceOf(fresh) };
  };
  /** A listed track; until the first scan has looked one of the run before, for players of that one are
   *  back before the scan is. */
  const listedOrRemembered = (id: TrackId): LibraryTrack | undefined => {
    const track = tracks.get(id);
    if (track || scannedAt > -Infinity) return track;
    const known = remembered.get(id);
    return known && folders.some((folder) => known.path.startsWith(join(folder, sep)))
      ? known
      : undefined;
  };
  const known = (id: TrackId): LibraryTrack | undefined => listedOrRemembered(id) ?? gone.get(id);
  const check = async (id: TrackId): Promise<FileReport> => {
    const track = known(id);
    if (!track) return failed(fault("track-unknown", "There is no such track."));
    const { path, name } = track;
    const look = await lookAt(path, name);
    if (look.type === "gone" || look.signature === track.signature) return takeLook(track, look);
    const settled = await whenQuiet(path, name, patienceMs);
    if (!settled) return failed(fault("source-changed", `${name} is still being written.`));
    return takeLook(track, settled);
  };

  return {
    track: listedOrRemembered,
    find: (id) => {
      const track = known(id);
      return track && sourceOf(track);
    },
    check: ({ track: id }, emit) => {
      let live = true;
      void check(id).then((report) => live && emit(report));
      return () => {
        live = false;
      };
    },
    follow: ({ track: id, signature }, emit) => {
      const track = known(id);
      // it was checked a moment ago: who forgets it meanwhile has more than a thousand others gone
      if (!track) return () => undefined;
      const report = (look: FileLook): void => emit(takeLook(tracks.get(id) ?? track, look));
      return followed.follow({ path: track.path, name: track.name, signature, report });
    },
    watch: (emit) => {
      watchers.add(emit);
      return () => watchers.delete(emit);
    },
    album: (id) => {
      const track = tracks.get(id);
      return track ? albums.of(track) : [];
    },
    list: () => {
      const busy = scanning !== undefined && scanShows;
      if (listed?.scanning === busy) return listed;
      const inOrder = [...tracks.values()].toSorted(compareTracks);
      return (listed = { tracks: inOrder.map(entryOf), scanning: busy, revision });
    },
    scan: rescan,
    refresh: () => {
      if (!closed && performance.now() - scannedAt >= freshMs) refreshNow();
    },
    everyTrack: () =>
      [...tracks.values()]
        .filter(isPlayable)
        .map(({ id, signature, facts }) => ({ id, signature, sourceId: facts.sourceId })),
    note: (path, report, isUnasked = false) => {
      const track = tracks.get(idsByPath.get(path) ?? "");
      const facts = track && factsAfter(track.facts, report);
      if (facts && facts !== track.facts) put({ ...track, facts }, isUnasked);
    },
    damaged: () => damaged,
    close: async () => {
      closed = true;
      clearTimeout(telling);
      clearTimeout(tellingLate);
      watchers.clear();
      times.close();
      watch?.close();
      followed.close();
      await scanning;
      await writeIndex(indexPath, tracks, stale).catch((cause: unknown) =>
        tell(`the library's index was not written: ${String(cause)}`),
      );
    },
  };
}

function failed(reason: Fault): FileReport {
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
