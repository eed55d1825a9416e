/** A file to decode from, read at positions. Synchronous: decode workers have nothing else to do. */
import * as fs from "node:fs";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { diskFault } from "../workers/nodeBlockFiles.ts";

export type ByteFile = {
  readonly path: string;
  readonly size: number;
  /** A new array, shorter at the end of the file. @throws the system's error */
  readonly read: (position: number, length: number) => Uint8Array<ArrayBuffer>;
  /** whether somebody wrote to it since it was opened; a file that was replaced is another one */
  readonly hasChanged: () => boolean;
  readonly close: () => void;
};

export function openByteFile(path: string): ByteFile | Fault {
  try {
    const descriptor = fs.openSync(path, "r");
    const found = fs.fstatSync(descriptor);
    if (!found.isFile()) {
      fs.closeSync(descriptor);
      return fault("file-unreadable", "This is no file.");
    }
    return {
      path,
      size: found.size,
      read: (position, length) => {
        const into = new Uint8Array(Math.max(0, Math.min(length, found.size - position)));
        let done = 0;
        while (done < into.length) {
          const got = fs.readSync(descriptor, into, done, into.length - done, position + done);
          if (got === 0) break;
          done += got;
        }
        return done === into.length ? into : into.slice(0, done);
      },
      hasChanged: () => {
        const now = fs.fstatSync(descriptor);
        return now.size !== found.size || now.mtimeMs !== found.mtimeMs;
      },
      close: () => fs.closeSync(descriptor),
    };
  } catch (error) {
    const cause = diskFault(error);
    return cause.code === "file-missing"
      ? fault("file-missing", "The file is not there any more.")
      : fault("file-unreadable", cause.detail);
  }
}

/** The file in pieces from `position` on: small ones first, so that the first sound comes early. */
export function* pieces(
  file: ByteFile,
  position = 0,
  { first = 32 * 1024, largest = 256 * 1024, until = file.size } = {},
): Generator<Uint8Array<ArrayBuffer>, void> {
  for (let at = position, length = first; at < until; length = Math.min(largest, length * 2)) {
    const piece = file.read(at, Math.min(length, until - at));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}
