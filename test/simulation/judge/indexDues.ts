/** Index dues: stands between the host and its disk, and holds it to what it owes the index. A host that
 *  leaves in good order leaves an index that names the files it knows of, in the order in which they were
 *  used: written, read whole, or found. */
import { decodeSegmentFile, segmentFileHeaderBytes } from "#engine/actors/host/segmentFile.ts";
import { parseSegmentId } from "#engine/machines/segmentId.ts";
import type { Disk } from "#engine/ports/disk.ts";
import type { DiskIndex } from "#engine/ports/diskIndex.ts";
import type { IndexMedium } from "../ports/simulatedIndex.ts";
import type { Docket } from "./docket.ts";

type DuesWorld = { readonly docket: Docket; readonly index: IndexMedium };
type Dues = { readonly disk: Disk; readonly diskIndex: DiskIndex };

export function indexDues(
  { docket, index: medium }: DuesWorld,
  disk: Disk,
  index: DiskIndex,
): Dues {
  /** used last at the end */
  const due = new Set<string>();
  /** the index was there all the time, and the folder has been compared with it */
  let isSound = false;

  const use = (id: string): void => {
    due.delete(id);
    due.add(id);
  };
  const withId = (path: string, act: (id: string) => void): void => {
    const id = idOf(path);
    if (id !== undefined) act(id);
  };

  return {
    disk: {
      read: (request, emit) =>
        disk.read(request, (report) => {
          withId(request.path, (id) => {
            const { key, segment } = parseSegmentId(id)!;
            if (report.type === "read" && decodeSegmentFile(report.bytes, key, segment)) use(id);
          });
          emit(report);
        }),
      write: (request, emit) =>
        disk.write(request, (report) => {
          if (report.type === "written") withId(request.path, use);
          emit(report);
        }),
      remove: (request, emit) =>
        disk.remove(request, (report) => {
          if (report.type === "removed") withId(request.path, (id) => due.delete(id));
          emit(report);
        }),
      list: (request, emit) =>
        disk.list(request, (report) => {
          if (report.type === "listed" && report.known) {
            isSound = true;
            const there = new Set(report.known.map(idOf));
            for (const id of due) if (!there.has(id)) due.delete(id);
            const news = report.files.filter(({ bytes }) => bytes > segmentFileHeaderBytes);
            news.sort((a, b) => a.modified - b.modified || (a.path > b.path ? -1 : 1));
            for (const { path } of news) withId(path, use);
          }
          emit(report);
        }),
    },
    diskIndex: {
      open: (request, emit) =>
        index.open(request, (report) => {
          if (report.type === "opened") for (const { id } of report.files.toReversed()) due.add(id);
          emit(report);
        }),
      write: (request, emit) =>
        index.write(request, (report) => {
          if (report.type === "failed") isSound = false;
          emit(report);
        }),
      close: (changes) => {
        const isWritable = !medium.writeFault;
        index.close(changes);
        if (!isSound || !isWritable) return;
        const [named, owed] = [[...medium.rows.keys()].join(" "), [...due].join(" ")];
        if (named !== owed) docket.accuse("index", `it names ${named}, and should name ${owed}`);
      },
    },
  };
}

function idOf(path: string): string | undefined {
  const id = /^segments\/(.*)\.seg$/.exec(path)?.[1];
  return id !== undefined && parseSegmentId(id) ? id : undefined;
}
