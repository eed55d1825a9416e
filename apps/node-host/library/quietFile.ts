/** A file as it is now, and as it is when nobody writes to it any more: what is being copied in is decoded
 *  once, when it is whole. */
import { stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "#engine/protocol/faults.ts";
import { faultOfErrno } from "../faultOfErrno.ts";
import { signatureOf } from "./walkFolder.ts";

/** ms for which a file must have looked the same */
export const quietMs = 1000;
const lookEveryMs = 250;

export type FileLook =
  | { readonly type: "there"; readonly signature: string }
  | { readonly type: "gone"; readonly fault: Fault };

/** @param name for the sentence that a person reads */
export async function lookAt(path: string, name: string): Promise<FileLook> {
  try {
    return { type: "there", signature: signatureOf(await stat(path)) };
  } catch (cause) {
    return { type: "gone", fault: faultOfErrno(cause, name) };
  }
}

/** Looks until a file has looked the same for a while.
 *  @param maxMs ms after which it is given up @param signal ends the looking
 *  @returns undefined when it is still being written, or the signal was aborted */
export async function whenQuiet(
  path: string,
  name: string,
  maxMs: number,
  signal?: AbortSignal,
): Promise<FileLook | undefined> {
  const begunAt = performance.now();
  let last = await lookAt(path, name);
  let sinceMs = performance.now();
  while (performance.now() - begunAt < maxMs && !signal?.aborted) {
    await pause(lookEveryMs, undefined, { ref: false });
    // an answer may come late: what it says was so when it was asked for
    const askedMs = performance.now();
    const now = await lookAt(path, name);
    if (textOf(now) !== textOf(last)) sinceMs = performance.now();
    else if (askedMs - sinceMs >= quietMs) return now;
    last = now;
  }
  return undefined;
}

function textOf(look: FileLook): string {
  return look.type === "there" ? look.signature : look.fault.code;
}
