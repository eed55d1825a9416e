import { open } from "node:fs/promises";
import { isFault } from "#engine/audio/blockFile.ts";
import {
  pcmBlockFrames,
  pcmBlockStride,
  pcmHeaderBytes,
  readPcmHeader,
  type PcmHeader,
} from "#engine/audio/pcmStore.ts";
import { WaveformMeter } from "#engine/audio/waveform.ts";
import type { Waveform } from "#engine/protocol/library.ts";
import { nodeBlockFiles } from "../workers/nodeBlockFiles.ts";

/** bytes that are read and looked at in one turn of the event loop, which takes some tenths of a millisecond */
const readBytes = 256 * 1024;

/** The waveform of a decoded source, read off the store without keeping anybody waiting: a little in every turn.
 *  @param pcmPath file of the store @param sourceId whose it is
 *  @returns null when the source does not lie there whole. Cost O(samples) */
export async function readWaveform(pcmPath: string, sourceId: string): Promise<Waveform | null> {
  const header = headerOf(pcmPath, sourceId);
  const { total } = header ?? {};
  if (!header || !total) return null;
  const stride = pcmBlockStride(header);
  const blocks = Math.ceil(total / pcmBlockFrames);
  const atOnce = Math.max(1, Math.floor(readBytes / stride));
  const bytes = new Uint8Array(atOnce * stride);
  const meter = new WaveformMeter(total, header.channels);
  const file = await open(pcmPath).catch(() => null /* swept a moment ago */);
  if (!file) return null;
  try {
    for (let block = 0; block < blocks; block += atOnce) {
      const count = Math.min(atOnce, blocks - block);
      const wanted = count * stride;
      const { bytesRead } = await file.read(bytes, 0, wanted, pcmHeaderBytes + block * stride);
      if (bytesRead < wanted) return null;
      for (let i = 0; i < count; i++)
        meter.push(samplesOf(header, bytes, i * stride), (block + i) * pcmBlockFrames);
    }
  } finally {
    await file.close();
  }
  return meter.finish();
}

function headerOf(pcmPath: string, sourceId: string): PcmHeader | undefined {
  const file = nodeBlockFiles.open(pcmPath, { touch: false });
  if (isFault(file)) return undefined;
  const header = readPcmHeader(file, sourceId);
  file.close();
  return header;
}

function samplesOf(
  { format, channels }: PcmHeader,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
): Int16Array | Float32Array {
  const Samples = format === "s16" ? Int16Array : Float32Array;
  return new Samples(bytes.buffer, at, pcmBlockFrames * channels);
}
