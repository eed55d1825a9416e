/** Files of the PCM store in memory, under the rules of the real ones: a new file of a name leaves
 *  the old one to those who opened it. */
import type { BlockFile } from "#engine/audio/blockFile.ts";
import type { BlockFiles } from "#engine/ports/blockFiles.ts";
import { fault } from "#engine/protocol/faults.ts";

export type MemoryBlockFiles = BlockFiles & {
  readonly names: () => readonly string[];
  /** the bytes of a file, to be spoilt */
  readonly bytesOf: (path: string) => Uint8Array;
  /** files that are open now */
  readonly opened: () => number;
};

export function memoryBlockFiles(): MemoryBlockFiles {
  type Content = { bytes: Uint8Array };
  const files = new Map<string, Content>();
  let opened = 0;
  const handle = (content: Content): BlockFile => {
    opened++;
    return {
      size: () => content.bytes.length,
      readAt: (position, into) => {
        const part = content.bytes.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      writeAt: (position, data) => {
        const end = position + data.length;
        if (end > content.bytes.length) {
          const longer = new Uint8Array(end);
          longer.set(content.bytes);
          content.bytes = longer;
        }
        content.bytes.set(data, position);
        return null;
      },
      flush: () => null,
      close: () => void opened--,
    };
  };
  return {
    open: (path) => {
      const content = files.get(path);
      return content === undefined ? fault("file-missing", path) : handle(content);
    },
    create: (path) => {
      const content = { bytes: new Uint8Array(0) };
      files.set(path, content);
      return handle(content);
    },
    remove: (path) => {
      files.delete(path);
      return null;
    },
    names: () => [...files.keys()],
    bytesOf: (path) => files.get(path)!.bytes,
    opened: () => opened,
  };
}
