/** A track of four minutes, decoded: something like music in the PCM store, as a host has it. */
import { join } from "node:path";
import { isFault } from "#engine/audio/blockFile.ts";
import { createPcmWriter } from "#engine/audio/pcmStore.ts";
import type { SourceInfo } from "#engine/ports/decoder.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { nodeBlockFiles } from "../../apps/node-host/workers/nodeBlockFiles.ts";
import { madeMusic } from "../../test/unit/audio/madeSignals.ts";

export const rate = 44_100;
export const seconds = 240;

/** @throws Error when the folder cannot be written to */
export function writeSource(
  folder: string,
): SourceInfo & { readonly planar: readonly Float32Array[] } {
  const pcmPath = join(folder, "track.pcm");
  const planar = madeMusic(seconds, rate, 0.5);
  const source: SourceInfo = {
    sourceId: "1".repeat(32),
    pcmPath,
    rate,
    channels: 2,
    format: "s16",
    framesHint: frames(seconds * rate),
  };
  const file = nodeBlockFiles.create(pcmPath);
  if (isFault(file)) throw new Error(file.detail);
  const writer = createPcmWriter(file, source);
  if (isFault(writer)) throw new Error(writer.detail);
  writer.append(planar);
  writer.finish();
  file.close();
  return { ...source, planar };
}
