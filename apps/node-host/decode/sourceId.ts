/** Names what was decoded: digest of size, sampled content, and the decoder with its version. */
import { createHash } from "node:crypto";
import type { SourceId } from "#engine/ports/decoder.ts";
import type { ByteFile } from "./byteFile.ts";
import type { SniffedFormat } from "./sniffFormat.ts";

/** Raised when a format's samples would come out differently than before. */
const decoderVersions: Readonly<Record<SniffedFormat, number>> = {
  wav: 1,
  flac: 1,
  oggFlac: 1,
  mp3: 1,
  vorbis: 1,
  opus: 1,
  mp4: 1,
  adts: 1,
};
const sampleBytes = 64 * 1024;

/** Path and modification time are not in it: a moved or touched file is still the same audio.
 *  Cost: reading 192 KiB. */
export function sourceIdOf(file: ByteFile, format: SniffedFormat): SourceId {
  const hash = createHash("sha256");
  hash.update(`segue ${format} ${decoderVersions[format]} ${file.size}\n`);
  const middle = Math.floor(file.size / 2 - sampleBytes / 2);
  for (const at of [0, middle, file.size - sampleBytes])
    hash.update(file.read(Math.max(0, at), sampleBytes));
  return hash.digest("hex").slice(0, 32);
}
