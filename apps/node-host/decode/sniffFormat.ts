/** Tells a file's format from its content; names lie. */
import { adtsFrameAt } from "./adtsFrame.ts";
import type { ByteFile } from "./byteFile.ts";
import { findMpegFrame, id3Length } from "./mpegFrame.ts";

export type SniffedFormat = "wav" | "flac" | "mp3" | "vorbis" | "opus" | "oggFlac" | "mp4" | "adts";

/** @returns "foreign" for audio that is known but not decoded here, undefined for anything else */
export function sniffFormat(file: ByteFile): SniffedFormat | "foreign" | undefined {
  // FLAC and, rarely, WAV files may carry an ID3v2 tag in front, with a cover of megabytes.
  const start = id3Length(file);
  const head = file.read(start, 64 * 1024);
  const text = (at: number, length: number) =>
    String.fromCharCode(...head.subarray(at, at + length));
  const magic = text(0, 4);
  if ((magic === "RIFF" || magic === "RF64" || magic === "BW64") && text(8, 4) === "WAVE")
    return "wav";
  if (magic === "fLaC") return "flac";
  if (magic === "OggS") {
    const packet = 27 + (head[26] ?? 0);
    if (text(packet, 7) === "\x01vorbis") return "vorbis";
    if (text(packet, 8) === "OpusHead") return "opus";
    if (text(packet, 5) === "\x7fFLAC") return "oggFlac";
    return "foreign";
  }
  if (text(4, 4) === "ftyp") return "mp4";
  if (["FORM", "MAC ", "wvpk", "TTA1", "DSD ", "FRM8", "MPCK", "MP+\x07", ".snd"].includes(magic))
    return "foreign";
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3)
    return "foreign";
  if (head[0] === 0x30 && head[1] === 0x26 && head[2] === 0xb2 && head[3] === 0x75)
    return "foreign";
  const adts = adtsFrameAt(head, 0);
  if (adts !== undefined && adtsFrameAt(head, adts.length) !== undefined) return "adts";
  if (findMpegFrame(head, 0) !== undefined) return "mp3";
  return undefined;
}
