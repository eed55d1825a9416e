/** Tier carriers: what the tiers' machines order, done in memory and on disk. */
import type { CacheEvent } from "../../machines/cache.machine.ts";
import type { TierEvent, TierOrders } from "../../machines/cacheTier.machine.ts";
import type { AdoptableFile } from "../../machines/deskOrders.ts";
import type { MemoryTier } from "../../machines/memoryTiers.ts";
import { parseSegmentId, type SegmentId } from "../../machines/segmentId.ts";
import type { IndexChange, IndexedFile } from "../../ports/diskIndex.ts";
import type { Cancel } from "../../ports/port.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import { frames } from "../../protocol/geometry.ts";
import type { HostPorts } from "../hostApi.ts";
import type { IndexKeeper } from "./indexKeeper.ts";
import type { SegmentBytes } from "./segmentBytes.ts";
import { decodeSegmentFile, encodeSegmentFile, segmentFileHeaderBytes } from "./segmentFile.ts";

const folder = "segments";
const dayMs = 86_400_000;
const crowded = fault("disk-failed", "More lies on disk than may; it cannot be removed yet.");

/** Memory: the only move is to let go, and it is done at once. */
export function memoryCarrier(
  tier: MemoryTier,
  bytes: SegmentBytes,
  toTier: (event: TierEvent) => void,
  toCache: (event: CacheEvent) => void,
): TierOrders {
  return {
    open: () => {},
    carry: (kind, id) => {
      bytes.drop(id);
      toTier({ type: "move.carried", kind, id, isDone: true, why: null });
    },
    report: (kind, id, isDone) => toCache({ type: "move.ended", tier, kind, id, isDone }),
    sweep: () => {},
    rested: () => {},
    warn: () => {},
  };
}

export type DiskCarrier = TierOrders & {
  readonly takeListing: () => readonly AdoptableFile[];
  readonly cancelAll: () => void;
  readonly running: () => number;
  /** files that were none of ours, and were removed */
  readonly foreign: () => number;
};

/** Disk: `segments/<render key>/<index>.seg`, and the index of them, which is told what was done.
 *  @param days age after which a file expires @param bookedBytes size of a file, as the books have it
 *  @param warn called when writing fails @param diskBytes what may lie there */
export function diskCarrier(
  { disk, wallClock }: HostPorts,
  index: Pick<IndexKeeper, "onOpened" | "note">,
  days: number,
  bookedBytes: (id: SegmentId) => number,
  bytes: SegmentBytes,
  toTier: (event: TierEvent) => void,
  toCache: (event: CacheEvent) => void,
  warn: (why: Fault) => void,
  diskBytes: number,
): DiskCarrier {
  const running = new Set<Cancel>();
  let listing: readonly AdoptableFile[] = [];
  let isListed = false;
  /** more lay there than may when it was listed last */
  let isOverfull = false;
  /** bytes of files that are being written */
  let writing = 0;
  /** what the index names, until it was compared with the folder */
  let indexed: readonly IndexedFile[] | null = null;
  let foreign = 0;
  /** writes that wait until it is known what is there */
  const unlisted: ((why: Fault | null, there: readonly AdoptableFile[]) => void)[] = [];
  const track = <Report>(
    start: (emit: (report: Report) => void) => Cancel,
    end: (report: Report) => void,
  ) => {
    const cancel = start((report) => {
      running.delete(cancel);
      end(report);
    });
    running.add(cancel);
  };
  const removeForeign = (path: string) =>
    track(
      (emit: (report: { readonly type: string }) => void) => disk.remove({ path }, emit),
      // whether it can be removed or not, nothing of ours depends on it
      ({ type }) => {
        if (type === "removed") foreign++;
      },
    );

  const read = (id: SegmentId, end: (isDone: boolean) => void) =>
    track(
      (emit: (report: { readonly type: string; readonly bytes?: Uint8Array }) => void) =>
        disk.read({ path: pathOf(id) }, emit),
      (report) => {
        const { key, segment } = parseSegmentId(id)!;
        const file = report.bytes && decodeSegmentFile(report.bytes, key, segment);
        // sound, but not as large as the index said: memory was reserved for another size
        if (!file || report.bytes.byteLength !== bookedBytes(id)) return end(false);
        index.note([{ type: "use", id }]);
        bytes.open(id, file.channels, file.from, frames(file.from + file.frames));
        // told to the readers before the cache hears of it: they read what is there
        end(bytes.append(id, file.from, file.samples));
      },
    );
  const write = (id: SegmentId, end: (isDone: boolean, why: Fault | null) => void) => {
    const held = bytes.get(id)!;
    const { channels, from, samples } = held;
    const { key, segment } = parseSegmentId(id)!;
    const count = frames(held.until - from);
    const file = encodeSegmentFile({ key, segment, from, frames: count, channels, samples });
    writing += file.byteLength;
    track(
      (emit: (report: { readonly type: string; readonly fault?: Fault }) => void) =>
        disk.write({ path: pathOf(id), bytes: file }, emit),
      (report) => {
        writing -= file.byteLength;
        if (report.type === "written")
          index.note([putOf(id, file.byteLength, wallClock.wallNow())]);
        end(report.type === "written", report.fault ?? null);
      },
    );
  };
  /** Looks at what is there; at the files that the index does not name one by one.
   *  @param end hears why that could not be done, or null */
  const list = (end: (why: Fault | null) => void) =>
    track(
      (emit: (report: Listed) => void) =>
        disk.list({ folder, ...(indexed && { known: indexed.map(({ id }) => pathOf(id)) }) }, emit),
      (report) => {
        const found: AdoptableFile[] = [];
        for (const { path, bytes: size, modified } of report.files ?? []) {
          const id = idOf(path);
          // one that lost even its header would be booked with less than no bytes of samples
          if (id === undefined || size <= segmentFileHeaderBytes) removeForeign(path);
          else found.push({ id, bytes: size, modified });
        }
        found.sort((a, b) => b.modified - a.modified || (a.id < b.id ? -1 : 1));
        listing = report.type === "listed" ? [...found, ...stillThere(report.known)] : [];
        isListed = report.type === "listed";
        isOverfull = bytesOf(listing) > diskBytes;
        end(report.fault ?? null);
        if (!isListed || indexed === null) return;
        indexed = null;
        // they came after the index was written last
        index.note(
          found.reverse().map(({ id, bytes: size, modified }) => putOf(id, size, modified)),
        );
      },
    );
  /** Of what the index names, what lies there under its name; what does not it names no longer. */
  const stillThere = (paths: readonly string[] = []): readonly AdoptableFile[] => {
    const there = new Set(paths);
    const out: AdoptableFile[] = [];
    const gone: IndexChange[] = [];
    for (const { id, bytes: size, written } of indexed ?? []) {
      if (there.has(pathOf(id))) out.push({ id, bytes: size, modified: written });
      else gone.push({ type: "drop", id });
    }
    index.note(gone);
    return out;
  };
  /** What could not be listed would not be counted: nothing is written beside it before it is, nor beside
   *  what is not removed yet and leaves no room. */
  const writeListed = (id: SegmentId, end: (isDone: boolean, why: Fault | null) => void) => {
    if (isListed && !isOverfull) return write(id, end);
    unlisted.push((why, there) => {
      if (why) return end(false, why);
      const beside = bytesOf(there.filter((file) => file.id !== id));
      if (beside + writing + bookedBytes(id) <= diskBytes) return write(id, end);
      // a file of it may lie there all the same, and is in no books now
      isListed = false;
      end(false, crowded);
    });
    if (unlisted.length > 1) return;
    list((why) => {
      const there = listing;
      if (!why) toCache({ type: "disk.adopted", count: listing.length });
      for (const goOn of unlisted.splice(0)) goOn(why, there);
    });
  };

  return {
    open: () =>
      index.onOpened((files) => {
        // what could not be a segment is looked at, if there is such a file
        indexed =
          files?.filter(
            ({ id, bytes: size }) => size > segmentFileHeaderBytes && parseSegmentId(id),
          ) ?? null;
        list((why) => {
          if (why) warn(why);
          toTier({ type: "tier.opened" });
          toCache({ type: "disk.adopted", count: listing.length });
        });
      }),
    carry: (kind, id) => {
      const end = (isDone: boolean, why: Fault | null = null) =>
        toTier({ type: "move.carried", kind, id, isDone, why });
      if (kind === "read") read(id, end);
      else if (kind === "write") writeListed(id, end);
      else
        track(
          (emit: (report: { readonly type: string }) => void) =>
            disk.remove({ path: pathOf(id) }, emit),
          (report) => {
            // it may be there still: before the next write it is looked at what is
            if (report.type === "removed") index.note([{ type: "drop", id }]);
            else isListed = false;
            end(true);
          },
        );
    },
    report: (kind, id, isDone) => toCache({ type: "move.ended", tier: "disk", kind, id, isDone }),
    sweep: () => toCache({ type: "disk.swept", since: wallClock.wallNow() - days * dayMs }),
    rested: () => toCache({ type: "disk.rested" }),
    warn: (why) => warn(why.code === "disk-full" ? why : fault("disk-failed", why.detail)),
    takeListing: () => {
      const taken = listing;
      listing = [];
      return taken;
    },
    cancelAll: () => {
      for (const cancel of running) cancel();
      running.clear();
    },
    running: () => running.size,
    foreign: () => foreign,
  };
}

type Listed = {
  readonly type: string;
  readonly fault?: Fault;
  readonly known?: readonly string[];
  readonly files?: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly modified: number;
  }[];
};

function bytesOf(files: readonly AdoptableFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function putOf(id: SegmentId, bytes: number, written: number): IndexChange {
  return { type: "put", id, bytes, written };
}

function pathOf(id: SegmentId): string {
  return `${folder}/${id}.seg`;
}

function idOf(path: string): SegmentId | undefined {
  const found = /^segments\/(.*)\.seg$/.exec(path);
  return found && parseSegmentId(found[1]!) ? found[1] : undefined;
}
