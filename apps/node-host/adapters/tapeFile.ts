import { closeSync, openSync, writeSync } from "node:fs";
import type { TapeSink } from "#engine/actors/tape/rootTape.ts";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import { tapeLimits } from "#engine/protocol/tape.ts";

/** ms for which lines may wait in memory: a host that is killed loses no more */
const flushMs = 250;
const flushChars = 256 * 1024;

/** The file of a recorded session. */
export type TapeFile = {
  readonly sink: TapeSink;
  /** Writes what waits, and takes no more. */
  readonly close: () => void;
};

/** Begins a tape. Lines are written in batches; when the process ends, whatever the cause but a kill, the
 *  last batch is written too.
 *  @param path of a file that is not there yet @param tell hears once when the tape is full or the disk is
 *  @throws the system's error when the file cannot be made */
export function openTapeFile(
  path: string,
  tell: (line: string) => void,
  bytesMax: number = tapeLimits.fileBytesMax,
): TapeFile {
  // never over a report that somebody has kept
  const file = openSync(path, "wx");
  let waiting: string[] = [];
  let waitingChars = 0;
  let written = 0;
  let isOpen = true;
  let timer: NodeJS.Timeout | undefined;

  const end = (why?: string): void => {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(timer);
    process.off("exit", close);
    closeSync(file);
    if (why) tell(`${why} Nothing more is recorded; ${path} holds everything up to now.`);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!isOpen || waiting.length === 0) return;
    const bytes = Buffer.from(`${waiting.join("\n")}\n`);
    waiting = [];
    waitingChars = 0;
    if (written + bytes.byteLength > bytesMax)
      return end(`The recording would become larger than ${Math.round(bytesMax / 1e6)} MB.`);
    try {
      for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at);
      written += bytes.byteLength;
    } catch (cause) {
      end(`The recording cannot be written: ${(cause as Error).message}.`);
    }
  };
  const close = (): void => {
    flush();
    end();
  };
  const sink: TapeSink = (line) => {
    if (!isOpen) return false;
    waiting.push(line);
    waitingChars += line.length;
    if (waitingChars > flushChars) flush();
    else timer ??= setTimeout(flush, flushMs);
    return isOpen;
  };

  process.on("exit", close);
  sink(writeTapeHeader(Date.now(), `node ${process.version}`));
  flush();
  return { sink, close };
}
