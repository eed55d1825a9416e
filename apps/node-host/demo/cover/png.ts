/** Writes PNG pictures (ISO/IEC 15948): 8 bits, RGB, each row with the filter that packs best. */
import { deflateSync } from "node:zlib";
import { crc32 } from "#crc32";

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** @param rgb width × height × 3 bytes @returns a whole PNG file
 *  @throws RangeError if the bytes do not fit the size */
export function encodePng(rgb: Uint8Array, width: number, height: number): Uint8Array {
  if (rgb.length !== width * height * 3) throw new RangeError(`${rgb.length} bytes`);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const stride = width * 3;
  const rows = new Uint8Array((stride + 1) * height);
  for (let row = 0; row < height; row++) {
    const above = row === 0 ? undefined : rgb.subarray((row - 1) * stride, row * stride);
    const line = rgb.subarray(row * stride, (row + 1) * stride);
    rows.set(bestFilter(line, above), row * (stride + 1));
  }
  return joined([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 6 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Filters 1 (Sub), 2 (Up) and 4 (Paeth); the one with the least sum of magnitudes wins. */
function bestFilter(line: Uint8Array, above: Uint8Array | undefined): Uint8Array {
  let best = new Uint8Array(0);
  let least = Infinity;
  for (const kind of [1, 2, 4]) {
    const out = new Uint8Array(line.length + 1);
    out[0] = kind;
    let sum = 0;
    for (let i = 0; i < line.length; i++) {
      const left = i < 3 ? 0 : line[i - 3]!;
      const up = above?.[i] ?? 0;
      const corner = i < 3 ? 0 : (above?.[i - 3] ?? 0);
      const guess = kind === 1 ? left : kind === 2 ? up : paeth(left, up, corner);
      const value = (line[i]! - guess) & 255;
      out[i + 1] = value;
      sum += value < 128 ? value : 256 - value;
    }
    if (sum < least) [best, least] = [out, sum];
  }
  return best;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, body.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(body, 8);
  view.setUint32(8 + body.length, crc32(out.subarray(4, 8 + body.length)));
  return out;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
