/** Files of the PCM store on the machine's own disk. Synchronous: for workers only. */
import * as fs from "node:fs";
import path from "node:path";
import type { BlockFile } from "#engine/audio/blockFile.ts";
import type { BlockFiles } from "#engine/ports/blockFiles.ts";
import { fault, type Fault, type FaultCode } from "#engine/protocol/faults.ts";

export type NodeBlockFile = BlockFile & {
  /** tells it from another file of the same name */
  readonly inode: () => number;
};

export const nodeBlockFiles = {
  /** @param options.touch false: leave its time of use as it is */
  open: (name: string, { touch = true } = {}) =>
    attempt(() => {
      const descriptor = fs.openSync(name, "r");
      // The time of use is what the sweep of the store goes by.
      if (touch) noteUse(descriptor);
      return blockFile(descriptor);
    }),
  create: (name: string) =>
    attempt(() => {
      fs.mkdirSync(path.dirname(name), { recursive: true });
      fs.rmSync(name, { force: true });
      return blockFile(fs.openSync(name, "wx+"));
    }),
  remove: (name: string) =>
    attempt(() => {
      fs.rmSync(name, { force: true });
      return null;
    }),
} satisfies BlockFiles;

function noteUse(descriptor: number): void {
  const now = new Date();
  try {
    fs.futimesSync(descriptor, now, now);
  } catch {
    // a disk that can only be read is read all the same, and nothing on it can be swept
  }
}

function blockFile(descriptor: number): NodeBlockFile {
  return {
    size: () => fs.fstatSync(descriptor).size,
    readAt: (position, into) =>
      attempt(() => {
        let done = 0;
        while (done < into.length) {
          const got = fs.readSync(descriptor, into, done, into.length - done, position + done);
          if (got === 0) break;
          done += got;
        }
        return done;
      }),
    writeAt: (position, bytes) =>
      attempt(() => {
        for (let done = 0; done < bytes.length;)
          done += fs.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
        return null;
      }),
    flush: () =>
      attempt(() => {
        fs.fdatasyncSync(descriptor);
        return null;
      }),
    inode: () => fs.fstatSync(descriptor).ino,
    close: () => fs.closeSync(descriptor),
  };
}

function attempt<Value>(act: () => Value): Value | Fault {
  try {
    return act();
  } catch (error) {
    return diskFault(error);
  }
}

const codes: Readonly<Record<string, FaultCode>> = {
  ENOENT: "file-missing",
  EACCES: "file-unreadable",
  EPERM: "file-unreadable",
  EISDIR: "file-unreadable",
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
};

/** What a failed file operation means. @throws the error itself when it is none of the system's */
export function diskFault(error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === undefined || !(error instanceof Error)) throw error;
  return fault(codes[code] ?? "disk-failed", `The disk says ${code}.`);
}
