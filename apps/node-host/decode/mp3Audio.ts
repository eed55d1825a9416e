/** MP3 (and MPEG layers I and II) through mpg123. Frames are found here, so that the decoder never
 *  sees anything else; encoder delay and padding are cut by the LAME tag, to the frame. */
import { MPEGDecoder } from "mpg123-decoder";
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, OpenAudio } from "./audioStream.ts";
import { pieces, type ByteFile } from "./byteFile.ts";
import { findMpegFrame, id3Length, isAlike, mpegFrameAt, type MpegFrame } from "./mpegFrame.ts";

/** frames that the decoder itself is late: LAME's figures do not count them */
const decoderDelay = 529;
/** bytes of one frame at most: layer II, 384 kbit/s at 32 kHz, and some room */
const frameBytesMax = 4096;

export const openMp3: OpenAudio = async (file) => {
  const start = id3Length(file);
  const head = file.read(start, 256 * 1024);
  const first = findMpegFrame(head, 0);
  if (first === undefined) return fault("file-corrupt", "The file holds no MPEG audio.");
  const tag = readTag(head, first);
  const audioAt = start + first.at + (tag === undefined ? 0 : first.length);
  const skip = tag?.trim === undefined ? 0 : tag.trim.delay + decoderDelay;
  const padding = tag?.trim === undefined ? 0 : Math.max(0, tag.trim.padding - decoderDelay);
  const framesTold = tag?.frames;
  const estimate = framesTold ?? Math.floor((file.size - audioAt) / first.length);

  async function* runs(): AsyncGenerator<AudioRun, Fault | null> {
    const decoder = new MPEGDecoder({ enableGapless: false });
    await decoder.ready;
    try {
      let toSkip = skip;
      let framesSeen = 0;
      // The padding can only be told from audio at the end: that much is always held back.
      let held: Float32Array[] = Array.from({ length: first!.channels }, () => new Float32Array(0));
      for (const { bytes, frames } of mpegRuns(file, audioAt, first!)) {
        framesSeen += frames;
        const { channelData, samplesDecoded } = decoder.decode(bytes);
        const from = Math.min(toSkip, samplesDecoded);
        toSkip -= from;
        const whole = held.map((before, channel) =>
          join(before, channelData[channel]!.subarray(from, samplesDecoded)),
        );
        const ready = Math.max(0, whole[0]!.length - padding);
        held = whole.map((samples) => samples.slice(ready));
        if (ready > 0) yield { planar: whole.map((samples) => samples.subarray(0, ready)) };
      }
      // A file that was cut off, or joined from several, does not end with this tag's padding.
      const isWhole = framesTold === undefined || framesSeen === framesTold;
      if (!isWhole && held[0]!.length > 0) yield { planar: held };
      return null;
    } finally {
      decoder.free();
    }
  }
  return {
    rate: first.rate,
    channels: first.channels,
    layouts: wavLayouts,
    bits: null,
    framesHint: Math.max(0, estimate * first.samples - skip - padding),
    runs: runs(),
  };
};

/** Runs of whole frames; whatever lies between them (tags, garbage) is left out. */
function* mpegRuns(
  file: ByteFile,
  from: number,
  like: MpegFrame,
): Generator<{ readonly bytes: Uint8Array; readonly frames: number }> {
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let position = from;
  for (const piece of pieces(file, from, { first: 16 * 1024, largest: 64 * 1024 })) {
    const bytes = rest.length === 0 ? piece : joinBytes(rest, piece);
    position += piece.length;
    const isLast = position >= file.size;
    let at = 0;
    let runAt = 0;
    let frames = 0;
    while (at + 4 <= bytes.length) {
      const frame = mpegFrameAt(bytes, at);
      if (frame !== undefined && isAlike(frame, like)) {
        if (at + frame.length > bytes.length) break;
        at += frame.length;
        frames++;
        continue;
      }
      if (frames > 0) yield { bytes: bytes.subarray(runAt, at), frames };
      frames = 0;
      const next = findMpegFrame(bytes, at + 1, like);
      at = next?.at ?? Math.max(at + 1, bytes.length - frameBytesMax);
      runAt = at;
      if (next === undefined) break;
    }
    if (frames > 0) yield { bytes: bytes.subarray(runAt, at), frames };
    rest = isLast ? new Uint8Array(0) : bytes.slice(at);
  }
}

type InfoTag = {
  readonly frames: number | undefined;
  readonly trim: { readonly delay: number; readonly padding: number } | undefined;
};

/** Xing, Info or VBRI tag in the first frame, which then holds no audio.
 *  The delays are those of LAME's extension, 12 bits each. */
function readTag(bytes: Uint8Array, frame: MpegFrame): InfoTag | undefined {
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (text(frame.at + 36) === "VBRI")
    return { frames: view.getUint32(frame.at + 36 + 14), trim: undefined };
  const side =
    frame.version === 1 ? (frame.channels === 1 ? 17 : 32) : frame.channels === 1 ? 9 : 17;
  const at = [frame.at + 4 + side, frame.at + 6 + side].find((place) =>
    ["Xing", "Info"].includes(text(place)),
  );
  if (at === undefined || frame.at + frame.length > bytes.length) return undefined;
  const flags = view.getUint32(at + 4);
  let next = at + 8;
  const frames = flags & 1 ? view.getUint32(next) : undefined;
  for (const [flag, length] of [
    [1, 4],
    [2, 4],
    [4, 100],
    [8, 4],
  ] as const)
    if (flags & flag) next += length;
  // Nine characters name the encoder; the delays lie 21 bytes behind its beginning.
  if (next + 24 > frame.at + frame.length || bytes[next] === 0) return { frames, trim: undefined };
  const delays = (bytes[next + 21]! << 16) | (bytes[next + 22]! << 8) | bytes[next + 23]!;
  const delay = delays >> 12;
  const padding = delays & 0xfff;
  return { frames, trim: delays === 0 ? undefined : { delay, padding } };
}

function join(a: Float32Array, b: Float32Array): Float32Array {
  if (a.length === 0) return b;
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
