/** Makes of what stands on a tape something of the same shape: silence where samples were, checksums that
 *  fit, handles instead of ports. The counterpart of the engine's `encodeValue`. */
import { encodeSegmentFile } from "#engine/actors/host/segmentFile.ts";
import { TapeHandle } from "#engine/actors/tape/tapeValue.ts";
import { encodeSlice, type Slice } from "#engine/protocol/slice.ts";

const bytesMax = 100_000_000;

type Header = { readonly frames: number; readonly channels: number };
type Marks = {
  readonly $slice?: Header;
  readonly $segment?: Header;
  readonly $text?: string;
  readonly $bytes?: number;
  readonly $handle?: number;
  readonly $number?: string;
  readonly $json?: unknown;
};

/** @throws RangeError when it says of itself what cannot be: the tape is none of ours */
export function decodeValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decodeValue);
  const marks = value as Marks;
  if (marks.$json !== undefined) return JSON.stringify(marks.$json);
  if (marks.$number !== undefined) return Number(marks.$number);
  if (marks.$handle !== undefined) return new TapeHandle(marks.$handle);
  if (marks.$text !== undefined) return new TextEncoder().encode(marks.$text);
  if (marks.$bytes !== undefined) return silence(marks.$bytes);
  if (marks.$slice)
    return encodeSlice({ ...marks.$slice, samples: samplesOf(marks.$slice) } as Slice);
  if (marks.$segment) {
    const file = { ...marks.$segment, samples: samplesOf(marks.$segment) };
    return encodeSegmentFile(file as Parameters<typeof encodeSegmentFile>[0]);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, decodeValue(inner)]),
  );
}

function samplesOf({ frames, channels }: Header): Uint8Array {
  return silence(frames * channels * 2);
}

function silence(bytes: number): Uint8Array {
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > bytesMax)
    throw new RangeError(`it speaks of ${bytes} bytes`);
  return new Uint8Array(bytes);
}
