import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Disk } from "#engine/ports/disk.ts";
import type { Emit } from "#engine/ports/port.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";

const temporary = /\.\d+\.([0-9a-f]+)\.part$/;

export type NodeDisk = Disk & {
  /** Removes what former runs left half written in some folders.
   *  @throws the system's error when one of them cannot be read */
  readonly sweep: (folders: readonly string[]) => Promise<void>;
};

/** The data folder as the `Disk` port. Files are there whole or not at all: temporary name, fsync,
 *  rename. Leftovers of a killed run are swept when their folder is listed, or by `sweep`.
 *  @param root absolute; need not exist yet */
export function createDisk(root: string): NodeDisk {
  let written = 0;
  // not the process id: in a container every run has the same
  const run = randomBytes(6).toString("hex");

  const place = (path: string): string => {
    const target = resolve(root, path);
    if (target !== root && !target.startsWith(root + sep))
      throw new RangeError(`path leaves the data folder: ${path}`);
    return target;
  };

  return {
    read: ({ path }, emit) => {
      const target = place(path);
      return settle(
        emit,
        readWhole(target).then(
          (bytes) => ({ type: "read", bytes }) as const,
          (cause: unknown) => {
            if (isMissing(cause)) return { type: "missing" } as const;
            throw cause;
          },
        ),
      );
    },
    write: ({ path, bytes }, emit) => {
      const target = place(path);
      const part = `${target}.${++written}.${run}.part`;
      return settle(
        emit,
        // taken now: the writer may use its buffer for something else
        writeWhole(target, part, bytes.slice()).then(() => ({ type: "written" }) as const),
      );
    },
    remove: ({ path }, emit) => {
      const target = place(path);
      return settle(
        emit,
        rm(target, { force: true }).then(() => ({ type: "removed" }) as const),
      );
    },
    list: ({ folder, known }, emit) => {
      const top = place(folder);
      const pathOf = (target: string) => relative(root, target).replaceAll(sep, "/");
      const named = new Set(known);
      const there: string[] = [];
      const isKnown = (target: string): boolean => {
        const path = pathOf(target);
        return named.has(path) && there.push(path) > 0;
      };
      return settle(
        emit,
        listBelow(top, run, isKnown).then((found) => {
          const files = found.map((file) => ({ ...file, path: pathOf(file.path) }));
          return { type: "listed" as const, files, ...(known && { known: there }) };
        }),
      );
    },
    sweep: async (folders) => {
      for (const folder of folders) await listBelow(place(folder), run, () => true);
    },
  };
}

/** Reports how a promise ended, unless cancelled before. */
function settle<Report>(
  emit: Emit<Report | { readonly type: "failed"; readonly fault: Fault }>,
  work: Promise<Report>,
): () => void {
  let live = true;
  work.then(
    (report) => live && emit(report),
    (cause: unknown) => live && emit({ type: "failed", fault: diskFault(cause) }),
  );
  return () => {
    live = false;
  };
}

function diskFault(cause: unknown): Fault {
  const { code, message } = cause as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT"
    ? fault("disk-full", "There is no space left for Segue's data.")
    : fault("disk-failed", message);
}

/** One read of as many bytes as the file has: `readFile` takes a turn of its own for every half megabyte.
 *  @throws the system's error */
async function readWhole(target: string): Promise<Uint8Array> {
  const file = await open(target, "r");
  try {
    const { size } = await file.stat();
    // every byte of it is overwritten, or cut off
    const bytes = Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
      if (bytesRead === 0) break; // it was cut meanwhile
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    // nobody waits for it: what was read is there, and nothing is lost with a file that was only read
    file.close().catch(() => undefined);
  }
}

async function writeWhole(target: string, part: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  try {
    const file = await open(part, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  } catch (cause) {
    await rm(part, { force: true });
    throw cause;
  }
}

type Listed = { readonly path: string; readonly bytes: number; readonly modified: number };

/** @param run whose temporary files stay: they are being written
 *  @param isKnown files that need not be looked at; they are not listed */
async function listBelow(
  folder: string,
  run: string,
  isKnown: (path: string) => boolean,
): Promise<readonly Listed[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (isMissing(cause)) return [];
    throw cause;
  });
  const found: Listed[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const part = temporary.exec(entry.name);
    if (entry.isDirectory()) found.push(...(await listBelow(path, run, isKnown)));
    else if (part) {
      // what cannot be removed (a disk that can only be read) harms nobody
      if (part[1] !== run) await rm(path, { force: true }).catch(() => undefined);
    } else if (!isKnown(path)) {
      // it may have gone since the folder was read
      const { size, mtimeMs } = (await stat(path).catch(() => undefined)) ?? {};
      if (size !== undefined) found.push({ path, bytes: size, modified: mtimeMs! });
    }
  }
  return found;
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === "ENOENT";
}
