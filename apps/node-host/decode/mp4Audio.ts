/** M4A: AAC and ALAC, edges cut by the edit list or iTunes' comment. Packet by packet where the tables
 *  allow it, else whole (fragmented files). Only in a child process, see `packetAudio.ts`. */
import { OfflineAudioContext } from "node-web-audio-api";
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, OpenAudio } from "./audioStream.ts";
import type { ByteFile } from "./byteFile.ts";
import { hasFfmpeg, openWithFfmpeg } from "./ffmpegAudio.ts";
import { decodePackets } from "./packetAudio.ts";
import { readMp4Samples } from "./mp4Samples.ts";
import { boxesOf, readMp4Audio, withMoovFirst, type Mp4Audio } from "./mp4Boxes.ts";

/** Longer tracks would take gigabytes when decoded in one piece. */
const wholeSecondsMax = 20 * 60;
const runFrames = 65_536;

export const openMp4: OpenAudio = async (file) => {
  const moov = readMoov(file);
  const shape = moov && readMp4Audio(moov);
  if (shape === undefined) return fault("file-corrupt", "The file has no audio track.");
  const samples = readMp4Samples(moov!, shape.track, file.size);
  const framesEach = samples && Math.round((samples.delta * shape.rate) / shape.scale);
  const isLong = !samples && (shape.total ?? 0) > wholeSecondsMax * shape.rate;
  const needsFfmpeg =
    isLong || shape.codec === "other" || shape.highEfficiency || shape.channels > 2;
  if (needsFfmpeg && hasFfmpeg()) return openWithFfmpeg(file, shape);
  if (isLong)
    return fault(
      "track-too-long",
      "Fragmented MP4 files above 20 minutes can be played only with ffmpeg.",
    );
  if (shape.codec === "other")
    return fault("format-unsupported", "The audio in this MP4 file is neither AAC nor ALAC.");
  return {
    rate: shape.rate,
    channels: shape.channels,
    layouts: wavLayouts,
    bits: shape.bits,
    framesHint: shape.total,
    runs:
      samples === undefined
        ? decodeWhole(file, shape)
        : decodePackets(
            {
              count: samples.count,
              framesEach: framesEach!,
              preRoll: shape.codec === "aac" ? 2 : 0,
              fileOf: (from, until) => samples.fileOf(file, from, until),
            },
            shape,
          ),
  };
};

async function* decodeWhole(
  file: ByteFile,
  { rate, channels, start, total }: Mp4Audio,
): AsyncGenerator<AudioRun, Fault | null> {
  const bytes = file.read(0, file.size);
  let audio;
  try {
    const ordered = withMoovFirst(Buffer.from(bytes.buffer, 0, bytes.length));
    const exact = ordered.buffer.slice(ordered.byteOffset, ordered.byteOffset + ordered.length);
    const context = new OfflineAudioContext(Math.max(1, channels), 1, rate);
    audio = await context.decodeAudioData(exact as ArrayBuffer);
  } catch (error) {
    return fault("file-corrupt", `The decoder says: ${String(error)}`);
  }
  if (audio.sampleRate !== rate || audio.numberOfChannels !== channels)
    return fault("format-unsupported", "The MP4 file's tables and its audio disagree.");
  const until = Math.min(audio.length, total === null ? audio.length : start + total);
  for (let at = start; at < until; at += runFrames) {
    const planar = Array.from({ length: channels }, (_, channel) => {
      const samples = new Float32Array(Math.min(runFrames, until - at));
      audio.copyFromChannel(samples, channel, at);
      return samples;
    });
    yield { planar };
  }
  return null;
}

/** The `moov` box alone; it may lie behind gigabytes of audio. */
function readMoov(file: ByteFile): Buffer | undefined {
  for (let at = 0; at + 8 <= file.size;) {
    const head = Buffer.from(file.read(at, 16));
    let size = head.readUInt32BE(0);
    if (size === 1 && head.length === 16) size = Number(head.readBigUInt64BE(8));
    else if (size === 0) size = file.size - at;
    if (size < 8 || at + size > file.size) return undefined;
    if (head.toString("latin1", 4, 8) === "moov") {
      const moov = Buffer.from(file.read(at, size));
      return boxesOf(moov)[0]?.size === moov.length ? moov : undefined;
    }
    at += size;
  }
  return undefined;
}
