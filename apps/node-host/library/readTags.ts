import { parseFile, selectCover, type IAudioMetadata } from "music-metadata";
import { fault } from "#engine/protocol/faults.ts";
import { limits } from "#engine/protocol/limits.ts";
import { openByteFile } from "../decode/byteFile.ts";
import { lastGranule } from "../decode/oggPages.ts";
import { claimedWavSeconds } from "../decode/wavAudio.ts";
import { faultOfErrno } from "../faultOfErrno.ts";
import type { TrackFacts } from "./track.ts";
import type { FoundFile } from "./walkFolder.ts";

/** Reads tags and header of a file. Never throws: what is wrong with the file is its `fault`, which is
 *  provisional, as the decoder has the last word. Cost: a few ms, reads the tags only. */
export async function readTags(file: FoundFile): Promise<TrackFacts> {
  const unread: TrackFacts = {
    title: "",
    artist: "",
    album: "",
    albumArtist: "",
    disc: 0,
    number: 0,
    format: file.extension,
    sampleRate: 0,
    channels: 0,
    frames: 0,
    exact: false,
    claimedSeconds: null,
    cover: file.picture === null ? null : { kind: "file", name: file.picture },
    fault: null,
    sourceId: null,
  };
  if (file.bytes === 0) return { ...unread, fault: fault("file-empty", "The file is empty.") };
  let read: IAudioMetadata;
  try {
    read = await parseFile(file.path, { duration: false });
  } catch (cause) {
    // tags that nobody can read are told apart from files that the system does not let us read
    const isOfSystem = (cause as NodeJS.ErrnoException).errno !== undefined;
    return {
      ...unread,
      fault: isOfSystem
        ? faultOfErrno(cause, "The file")
        : fault("file-corrupt", `No audio was found in the file: ${(cause as Error).message}`),
    };
  }
  const { common, format } = read;
  const kind = formatOf(read, file.extension);
  // Opus always decodes at 48 kHz; its header tells the rate of the recording
  const sampleRate = kind === "opus" ? 48_000 : Math.round(format.sampleRate ?? 0);
  const frames = Math.round((format.duration ?? 0) * sampleRate) || oggFrames(file.path, kind);
  return {
    ...unread,
    title: text(common.title),
    artist: text(common.artist ?? common.albumartist),
    album: text(common.album),
    albumArtist: text(common.albumartist),
    disc: common.disk.no ?? 0,
    number: common.track.no ?? 0,
    format: kind,
    sampleRate,
    channels: format.numberOfChannels ?? 0,
    frames: Number.isFinite(frames) ? Math.min(Math.max(0, frames), limits.framesMax) : 0,
    claimedSeconds: claimedSeconds(file.path, kind, read),
    cover: selectCover(common.picture) ? { kind: "tag" } : unread.cover,
    fault: sampleRate > 0 ? null : fault("file-corrupt", "No audio was found in the file."),
  };
}

/** Of MP4 files the decoder tells, as their length depends on an edit list; other kinds claim nothing. */
function claimedSeconds(path: string, kind: string, { format }: IAudioMetadata): number | null {
  if (kind === "flac" && !/ogg/i.test(format.container ?? "")) return format.duration || null;
  if (kind !== "wav") return null;
  const opened = openByteFile(path);
  if ("code" in opened) return null; // the decoder will say what is wrong with it
  try {
    return claimedWavSeconds(opened);
  } finally {
    opened.close();
  }
}

/** Length of an Ogg file by the position on its last page, which the tags' reader would only learn from
 *  reading it whole; 0 for what is no Ogg. */
function oggFrames(path: string, kind: string): number {
  if (kind !== "vorbis" && kind !== "opus" && kind !== "flac") return 0;
  const opened = openByteFile(path);
  if ("code" in opened) return 0; // the decoder will say what is wrong with it
  try {
    return lastGranule(opened) ?? 0;
  } finally {
    opened.close();
  }
}

/** The picture inside the file, front cover first. @returns undefined when there is none */
export async function readCover(path: string): Promise<Uint8Array | undefined> {
  const { common } = await parseFile(path, { duration: false });
  return selectCover(common.picture)?.data;
}

function formatOf({ format }: IAudioMetadata, extension: string): string {
  const named = `${format.container ?? ""} ${format.codec ?? ""}`;
  if (/vorbis/i.test(named)) return "vorbis";
  if (/opus/i.test(named)) return "opus";
  if (/alac/i.test(named)) return "alac";
  if (/aac/i.test(named)) return "aac";
  if (/wave/i.test(named)) return "wav";
  if (/flac/i.test(named)) return "flac";
  if (/layer 3/i.test(named)) return "mp3";
  return extension;
}

/** One line of at most 1,000 characters, without what no screen can show. */
function text(value: string | undefined): string {
  return (value ?? "")
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 1000);
}
