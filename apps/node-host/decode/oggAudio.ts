/** Ogg Vorbis and Ogg Opus: pre-skip and the last page's position cut the stream to its exact
 *  frames. Opus always comes at 48 kHz. */
import { OggVorbisDecoder } from "@wasm-audio-decoders/ogg-vorbis";
import { OggOpusDecoder } from "ogg-opus-decoder";
import { vorbisLayouts } from "#engine/audio/downmix.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { AudioRun, AudioStream, OpenAudio } from "./audioStream.ts";
import type { ByteFile } from "./byteFile.ts";
import { firstPacket, lastGranule, oggPageRuns } from "./oggPages.ts";

/** What both decoders have in common. */
type OggDecoder = {
  readonly ready: Promise<void>;
  readonly decode: (bytes: Uint8Array) => Decoded | Promise<Decoded>;
  readonly flush: () => Promise<Decoded>;
  readonly free: () => void;
};
type Decoded = { readonly channelData: Float32Array[]; readonly samplesDecoded: number };

export const openVorbis: OpenAudio = async (file) => {
  const header = firstPacket(file);
  if (header.length < 30) return fault("file-corrupt", "The Vorbis header is cut off.");
  const channels = header[11]!;
  const rate = new DataView(header.buffer).getUint32(12, true);
  if (channels === 0 || rate === 0) return fault("file-corrupt", "The Vorbis header is damaged.");
  return oggStream(
    file,
    { rate, channels, total: lastGranule(file), gain: 1 },
    () => new OggVorbisDecoder(),
  );
};

export const openOpus: OpenAudio = async (file) => {
  const header = firstPacket(file);
  if (header.length < 19) return fault("file-corrupt", "The Opus header is cut off.");
  const view = new DataView(header.buffer);
  const channels = header[9]!;
  if (channels === 0) return fault("file-corrupt", "The Opus header is damaged.");
  const preSkip = view.getUint16(10, true);
  const granule = lastGranule(file);
  const total = granule === null ? null : Math.max(0, granule - preSkip);
  // Output gain (RFC 7845 §5.1), which the decoder leaves to us: dB in 8.8 fixed point.
  const gain = 10 ** (view.getInt16(16, true) / (20 * 256));
  return oggStream(file, { rate: 48_000, channels, total, gain }, () => new OggOpusDecoder());
};

function oggStream(
  file: ByteFile,
  shape: {
    readonly rate: number;
    readonly channels: number;
    readonly total: number | null;
    readonly gain: number;
  },
  makeDecoder: () => OggDecoder,
): AudioStream {
  const { rate, channels, total, gain } = shape;
  async function* runs(): AsyncGenerator<AudioRun, Fault | null> {
    const decoder = makeDecoder();
    await decoder.ready;
    try {
      let left = total ?? Number.MAX_SAFE_INTEGER;
      const take = ({ channelData, samplesDecoded }: Decoded): AudioRun | null => {
        const count = Math.min(left, samplesDecoded);
        if (count === 0 || channelData.length !== channels) return null;
        left -= count;
        const planar = channelData.map((samples) => samples.subarray(0, count));
        if (gain !== 1)
          for (const samples of planar) for (let i = 0; i < count; i++) samples[i]! *= gain;
        return { planar };
      };
      for (const pages of oggPageRuns(file)) {
        const run = take(await decoder.decode(pages));
        if (run !== null) yield run;
      }
      const run = take(await decoder.flush());
      if (run !== null) yield run;
      return null;
    } finally {
      decoder.free();
    }
  }
  return { rate, channels, layouts: vorbisLayouts, bits: null, framesHint: total, runs: runs() };
}
