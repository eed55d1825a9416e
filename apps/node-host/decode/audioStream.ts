/** What every format's reader gives: the shape of the audio, then runs of it, first to last. */
import type { Speaker } from "#engine/audio/downmix.ts";
import type { Fault } from "#engine/protocol/faults.ts";
import type { ByteFile } from "./byteFile.ts";

export type AudioRun =
  /** one array per channel of the file, nominally ±1 */
  | { readonly planar: readonly Float32Array[] }
  /** bit-exact samples of a file of one or two channels of up to 16 bits */
  | { readonly interleaved: Int16Array };

export type AudioStream = {
  /** Hz */
  readonly rate: number;
  /** as the file has them, before any downmix */
  readonly channels: number;
  /** order of the channels by their count */
  readonly layouts: readonly (readonly Speaker[])[];
  /** bits of integer samples, null for floats and lossy formats */
  readonly bits: number | null;
  /** what header or tables say of the length */
  readonly framesHint: number | null;
  /** Returns a fault when it had to stop before the end; what it gave until then is sound. */
  readonly runs: AsyncGenerator<AudioRun, Fault | null>;
};

/** Opens one format. @returns a fault when the file is none of that format, or a kind of it that
 *  cannot be decoded here */
export type OpenAudio = (file: ByteFile) => Promise<AudioStream | Fault>;
