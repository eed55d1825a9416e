/** Appends bytes to a file piece by piece, as somebody does who copies it over a slow line.
 *  @param pieceBytes every `everyMs` @param before called before each piece
 *  @returns when the last one is written */
import { appendFileSync } from "node:fs";

export function writeSlowly(
  path: string,
  bytes: Uint8Array,
  { pieceBytes, everyMs }: { readonly pieceBytes: number; readonly everyMs: number },
  before: () => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0;
    const timer = setInterval(() => {
      try {
        before();
        appendFileSync(path, bytes.subarray(at, at + pieceBytes));
      } catch (cause) {
        clearInterval(timer);
        return reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
      at += pieceBytes;
      if (at < bytes.byteLength) return;
      clearInterval(timer);
      resolve();
    }, everyMs);
  });
}
