/** Decodes packets of AAC and ALAC piece by piece through node-web-audio-api, which only knows whole
 *  files: each piece is made into one. Only in a child process: the library aborts when a worker
 *  thread that used it ends.
 *
 *  A packet of AAC overlaps with the one before it, so that two packets of pre-roll give a piece's
 *  first frames exactly (measured: −134 dB against ffmpeg's one pass over the file). Only perceptual noise
 *  substitution comes out otherwise than in one pass: its noise is random by the standard. */
import { OfflineAudioContext } from "node-web-audio-api";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun } from "./audioStream.ts";

export type Packets = {
  readonly count: number;
  /** frames that each packet decodes to; the last one may give fewer */
  readonly framesEach: number;
  /** packets in front of a piece that only bring the decoder into the state it would be in */
  readonly preRoll: number;
  /** a decodable file of the packets `[from, until)` */
  readonly fileOf: (from: number, until: number) => ArrayBuffer;
};
export type PacketShape = {
  readonly rate: number;
  readonly channels: number;
  /** decoded frames in front that do not count */
  readonly start: number;
  /** frames that count, or null for all */
  readonly total: number | null;
};

/** Pieces are small at first, so that the first sound comes early, and double. The grid depends on
 *  nothing but the file's shape, so that a file always comes out the same. */
const firstSeconds = 2;
const largestSeconds = 64;

/** The context has the file's own rate: it never resamples. */
export async function* decodePackets(
  packets: Packets,
  shape: PacketShape,
): AsyncGenerator<AudioRun, Fault | null> {
  const { rate, channels, start, total } = shape;
  const context = new OfflineAudioContext(channels, 1, rate);
  const end = total === null ? Infinity : start + total;
  const packetsIn = (seconds: number) => Math.ceil((seconds * rate) / packets.framesEach);
  for (let from = 0, length = packetsIn(firstSeconds); from < packets.count;) {
    const until = Math.min(packets.count, from + length);
    const warm = Math.min(from, packets.preRoll);
    let audio;
    try {
      audio = await context.decodeAudioData(packets.fileOf(from - warm, until));
    } catch (error) {
      return fault("file-corrupt", `The decoder says: ${String(error)}`);
    }
    if (audio.sampleRate !== rate || audio.numberOfChannels !== channels)
      return fault("format-unsupported", "The file's tables and its audio disagree.");
    const isLast = until === packets.count;
    const meant = (until - from + warm) * packets.framesEach;
    if (audio.length > meant || (!isLast && audio.length !== meant))
      return fault("file-corrupt", "A packet is damaged.");
    const pieceAt = (from - warm) * packets.framesEach;
    const first = Math.max(from * packets.framesEach, start);
    const last = Math.min(pieceAt + audio.length, end);
    if (last > first) {
      const planar = Array.from({ length: channels }, (_, channel) => {
        const samples = new Float32Array(last - first);
        audio.copyFromChannel(samples, channel, first - pieceAt);
        return samples;
      });
      yield { planar };
    }
    from = until;
    length = Math.min(packetsIn(largestSeconds), length * 2);
  }
  return null;
}
