/** Bare AAC (ADTS, ISO/IEC 13818-7 §6.2): no edges are told, so that all of it is heard. */
import { wavLayouts } from "#engine/audio/downmix.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { OpenAudio } from "./audioStream.ts";
import type { ByteFile } from "./byteFile.ts";
import { adtsFrameAt, type AdtsFrame } from "./adtsFrame.ts";
import { decodePackets } from "./packetAudio.ts";
import { id3Length } from "./mpegFrame.ts";

export const openAdts: OpenAudio = async (file) => {
  const places = framesOf(file);
  const first = places[0]?.frame;
  if (first === undefined) return fault("file-corrupt", "The file holds no AAC.");
  const { rate, channels } = first;
  if (channels < 1 || channels > 2)
    return fault(
      "format-unsupported",
      "AAC of more than two channels needs ffmpeg, in an MP4 file.",
    );
  const packets = {
    count: places.length,
    framesEach: 1024,
    preRoll: 2,
    fileOf: (from: number, until: number) => {
      const parts = places.slice(from, until).map(({ at, frame }) => file.read(at, frame.length));
      const bytes = Buffer.concat(parts);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
  const total = places.length * 1024;
  return {
    rate,
    channels,
    layouts: wavLayouts,
    bits: null,
    framesHint: total,
    runs: decodePackets(packets, { rate, channels, start: 0, total }),
  };
};

/** Every frame of the stream; what lies between them is left out. Reads the file once. */
function framesOf(file: ByteFile): { readonly at: number; readonly frame: AdtsFrame }[] {
  const found: { at: number; frame: AdtsFrame }[] = [];
  const step = 1 << 20;
  for (let from = id3Length(file); from < file.size;) {
    const bytes = file.read(from, step + 8192);
    let at = 0;
    while (at < step && at + 7 <= bytes.length) {
      const frame = adtsFrameAt(bytes, at);
      const like = found[0]?.frame;
      const fits =
        frame && (!like || (like.rate === frame.rate && like.channels === frame.channels));
      if (fits && from + at + frame.length <= file.size) {
        found.push({ at: from + at, frame });
        at += frame.length;
      } else at++;
    }
    if (at + 7 > bytes.length) break;
    from += at;
  }
  return found;
}
