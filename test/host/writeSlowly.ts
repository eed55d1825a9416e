/** Appends bytes to a file piece by piece, as somebody does who copies it over a slow line.
 *  @param pieceBytes every `everyMs` @param before called before each piece
 *  @returns when the last one is written: the ms of the longest pause between two pieces, from the call on. On a busy
 *    machine it may be so long that the file was rightly taken for whole */
import { appendFileSync } from "node:fs";

export function writeSlowly(
  path: string,
  bytes: Uint8Array,
  { pieceBytes, everyMs }: { readonly pieceBytes: number; readonly everyMs: number },
  before: (longestMs: number) => void = () => undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let at = 0;
    let longestMs = 0;
    let sinceMs = performance.now();
    const timer = setInterval(() => {
      const beganMs = performance.now();
      try {
        before(Math.max(longestMs, beganMs - sinceMs));
        appendFileSync(path, bytes.subarray(at, at + pieceBytes));
      } catch (cause) {
        clearInterval(timer);
        return reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
      longestMs = Math.max(longestMs, performance.now() - sinceMs);
      sinceMs = beganMs;
      at += pieceBytes;
      if (at < bytes.byteLength) return;
      clearInterval(timer);
      resolve(longestMs);
    }, everyMs);
  });
}

/** Tries something that holds only while the writer is not held up, until he was not.
 *  @param attempt says for how many ms he was held up at most, and what holds if he was not
 *  @throws Error when he was held up every time */
export async function undisturbed(
  busyMs: number,
  attempt: () => Promise<{ readonly longestMs: number; readonly holds: () => unknown }>,
): Promise<void> {
  const held: number[] = [];
  while (held.length < 20) {
    const { longestMs, holds } = await attempt();
    if (longestMs < busyMs) return void (await holds());
    held.push(Math.round(longestMs));
  }
  throw new Error(`the writer was held up every time, for ${held.join(", ")} ms`);
}
