/** Decodes one file into the PCM store, block by block. */
import * as fs from "node:fs";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isFault } from "#engine/audio/blockFile.ts";
import { downmix, downmixedChannels } from "#engine/audio/downmix.ts";
import {
  createPcmWriter,
  pcmFileBytes,
  pcmHeaderBytes,
  readPcmHeader,
  type PcmHeader,
} from "#engine/audio/pcmStore.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import { fault, leavesAudio, type Fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { diskFault, nodeBlockFiles, type NodeBlockFile } from "../workers/nodeBlockFiles.ts";
import type { AudioStream, OpenAudio } from "./audioStream.ts";
import { openByteFile, type ByteFile } from "./byteFile.ts";
import type { DecodeNews, DecodeTask } from "./decodeTasks.ts";
import { sniffFormat, type SniffedFormat } from "./sniffFormat.ts";
import { sourceIdOf } from "./sourceId.ts";

/** How each format is opened; null: only by native code. */
export type Openers = Readonly<Record<SniffedFormat, OpenAudio | null>>;

/** @param report hears `probed`, `progress`…, `done`; or `failed`; or `elsewhere`
 *  @param isCancelled looked at between runs; after a cancel nothing more is reported
 *
 *  A damaged file is decoded as far as it is sound: a truncated FLAC plays what there is of it, and
 *  is a fault only when that is nothing. A file in the store is trusted when its header says
 *  complete; a partial one, from a run that was killed, is decoded anew. */
export async function decodeFile(
  task: DecodeTask,
  openers: Openers,
  report: (news: DecodeNews) => void,
  isCancelled: () => boolean,
): Promise<void> {
  const file = openByteFile(task.path);
  if (isFault(file)) return report({ type: "failed", fault: file });
  try {
    const news = await decodeOpened(file, task, openers, report, isCancelled);
    if (news !== null) report(news);
  } catch (error) {
    report({ type: "failed", fault: diskFault(error) });
  } finally {
    file.close();
  }
}

async function decodeOpened(
  file: ByteFile,
  task: DecodeTask,
  openers: Openers,
  report: (news: DecodeNews) => void,
  isCancelled: () => boolean,
): Promise<DecodeNews | null> {
  const failed = (cause: Fault): DecodeNews => ({ type: "failed", fault: cause });
  if (file.size === 0) return failed(fault("file-empty", "The file is empty."));
  const format = sniffFormat(file);
  if (format === undefined)
    return failed(fault("file-corrupt", "The file is damaged, or holds no audio."));
  if (format === "foreign")
    return failed(fault("format-unsupported", "This format cannot be decoded."));

  const sourceId = sourceIdOf(file, format);
  const pcmPath = path.join(task.pcmFolder, `${sourceId}.pcm`);
  const stored = storedHeader(pcmPath, sourceId, task.isSpare !== true);
  if (stored !== undefined && stored !== "damaged" && stored.total !== null) {
    const { rate, channels, format: pcmFormat, total } = stored;
    const info = { sourceId, pcmPath, rate, channels, format: pcmFormat, framesHint: total };
    report({ type: "probed", info, decoded: total, exact: true });
    return { type: "done", total };
  }

  const open = openers[format];
  if (open === null) return { type: "elsewhere" };
  if (stored === "damaged") report({ type: "damaged" });
  const stream = await open(file);
  if (isFault(stream)) return failed(stream);
  if (stream.rate < 8000 || stream.rate > 192_000)
    return failed(fault("format-unsupported", `A rate of ${stream.rate} Hz is not supported.`));
  return writeStream(file, stream, { sourceId, pcmPath }, task, report, isCancelled);
}

const changed = fault("source-changed", "The file was written to while it was decoded.");

async function writeStream(
  file: ByteFile,
  stream: AudioStream,
  { sourceId, pcmPath }: Pick<SourceInfo, "sourceId" | "pcmPath">,
  task: DecodeTask,
  report: (news: DecodeNews) => void,
  isCancelled: () => boolean,
): Promise<DecodeNews | null> {
  const { rate } = stream;
  const isExact16 = stream.bits !== null && stream.bits <= 16 && stream.channels <= 2;
  const layout = {
    rate,
    channels: downmixedChannels(stream.channels),
    format: isExact16 ? "s16" : "f32",
  } as const;
  const failed = (cause: Fault): DecodeNews => ({ type: "failed", fault: cause });
  const tooLong = () =>
    failed(fault("track-too-long", "The track is longer than the store for decoded audio."));
  if (pcmFileBytes(layout, stream.framesHint ?? 0) > task.pcmBytesMax) return tooLong();

  const store = nodeBlockFiles.create(pcmPath);
  if (isFault(store)) return failed(store);
  let finished = false;
  try {
    const writer = createPcmWriter(store, layout, sourceId);
    if (isFault(writer)) return failed(writer);
    let broken: Fault | null = null;
    let probed = false;
    let reportAt = 0;
    for (let turn = 1; ; turn++) {
      if (isCancelled()) return null;
      const { done, value } = await stream.runs.next();
      if (done === true) {
        broken = value;
        break;
      }
      const written =
        "interleaved" in value
          ? writer.appendInterleaved(value.interleaved)
          : writer.append(downmix(value.planar, stream.layouts));
      if (written !== null) return failed(written);
      // What was read since may be another file's audio: it must not be told of under this name.
      if (file.hasChanged()) return failed(changed);
      const decoded = writer.readable();
      if (decoded > 0 && !probed) {
        const framesHint = stream.framesHint === null ? null : frames(stream.framesHint);
        const info = { sourceId, pcmPath, ...layout, framesHint };
        report({ type: "probed", info, decoded, exact: false });
        probed = true;
      } else if (decoded >= reportAt && decoded > 0) report({ type: "progress", decoded });
      if (decoded >= reportAt) reportAt = decoded + Math.min(decoded / 4, 10 * rate);
      if (pcmFileBytes(layout, decoded) > task.pcmBytesMax) return tooLong();
      // A cancel is a message: it can only be heard between two turns of the event loop.
      if (turn % 4 === 0) await nextTurn();
    }
    if (file.hasChanged()) return failed(changed);
    const lastBlock = writer.finish();
    if (lastBlock !== null) return failed(lastBlock);
    const total = writer.readable();
    if (total === 0)
      return failed(
        broken && !leavesAudio(broken)
          ? broken
          : fault("file-corrupt", "No audio could be decoded."),
      );
    if (!probed) {
      const info = { sourceId, pcmPath, ...layout, framesHint: total };
      report({ type: "probed", info, decoded: total, exact: false });
    }
    report({ type: "progress", decoded: total });
    report({ type: "done", total, ...(broken && { flaw: broken }) });
    finished = true;
    // Should it fail, this run has everything all the same; a later one decodes anew.
    writer.seal();
    return null;
  } finally {
    if (!finished && isStillThere(store, pcmPath)) nodeBlockFiles.remove(pcmPath);
    store.close();
    await stream.runs.return(null);
  }
}

/** A newer run may have put its own file under this name. */
function isStillThere(store: NodeBlockFile, pcmPath: string): boolean {
  return store.inode() === fs.statSync(pcmPath, { throwIfNoEntry: false })?.ino;
}

/** @returns undefined when there is nothing in the store, or nothing whole */
function storedHeader(
  pcmPath: string,
  sourceId: string,
  touch: boolean,
): PcmHeader | "damaged" | undefined {
  const stored = nodeBlockFiles.open(pcmPath, { touch });
  if (isFault(stored)) return undefined;
  const header = readPcmHeader(stored, sourceId);
  const isBegun = stored.size() >= pcmHeaderBytes;
  stored.close();
  if (!header && isBegun) return "damaged";
  return header?.complete === true ? header : undefined;
}
