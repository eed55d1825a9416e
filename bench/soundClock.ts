/** When something is heard, in the page's audio clock: the frame of the context at which a click was
 *  made, and the first frame behind it that the tap finds. The output device's own latency comes on
 *  top of every figure and is the same for all of them. */
import type { Locator } from "playwright-core";
import type { Player } from "../test/browser/player.ts";

/** How the new sound is told from the old one. */
export type Cue =
  /** the first sample beyond ±threshold (of 32,768) */
  | { readonly kind: "loud"; readonly threshold: number }
  /** the second of the first two consecutive coded frames inside `[from, until)` */
  | { readonly kind: "coded"; readonly from: number; readonly until: number }
  /** the first frame that is no coded frame */
  | { readonly kind: "uncoded" };

/** What a hand does: a click, or the position slider moved to a second. */
export type Act =
  | { readonly kind: "click"; readonly on: Locator }
  | { readonly kind: "seek"; readonly on: Locator; readonly seconds: number };

/** Acts, waits for the cue, and measures between them. When the act rebuilds the output, for a track of
 *  another rate, the figure means nothing.
 *  @param blockMs for which the page's main thread is blocked behind the act
 *  @returns milliseconds, frames of exact silence between act and cue, and when the act was, ms since 1970 */
export async function actUntilHeard(
  act: Act,
  cue: Cue,
  timeoutMs = 20_000,
  blockMs = 0,
): Promise<{ readonly ms: number; readonly silentFrames: number; readonly actedMs: number }> {
  return act.on.evaluate(
    async (element, { seconds, theCue, patience, blockFor }) => {
      type Batch = { frame: number; left: Float32Array; right: Float32Array };
      const shared = window as unknown as { segueTap: Batch[]; segueTapContext: AudioContext };
      const context = shared.segueTapContext;
      const check = (word: number) => (Math.imul(word ^ 0x5bd1e995, 0x9e3779b1) >>> 24) & 0xff;
      const decode = (l: number, r: number): number => {
        if (!Number.isInteger(l) || !Number.isInteger(r)) return -1;
        const high = r & 0xffff;
        const word = (l & 0xffff) | ((high & 0xff) << 16);
        return high >>> 8 === check(word) ? word >>> 2 : -1;
      };
      let last = -2;
      const isCue = (l: number, r: number): boolean => {
        if (theCue.kind === "loud") return Math.abs(l) > theCue.threshold;
        const index = decode(l, r);
        if (theCue.kind === "uncoded") return index < 0 && !(l === 0 && r === 0);
        // any samples may spell a frame by accident, but not two that follow each other
        const follows = index === last + 1;
        last = index;
        return follows && index >= theCue.from && index < theCue.until;
      };
      shared.segueTap.length = 0;
      const before = context.currentTime * context.sampleRate;
      const actedMs = performance.timeOrigin + performance.now();
      if (seconds !== null) {
        Reflect.set(HTMLInputElement.prototype, "value", String(seconds), element);
        element.dispatchEvent(new Event("input", { bubbles: true }));
        element.dispatchEvent(new Event("change", { bubbles: true }));
      } else (element as HTMLElement).click();
      const blockedUntil = performance.now() + blockFor;
      while (performance.now() < blockedUntil);
      const deadline = performance.now() + patience;
      let silentFrames = 0;
      for (;;) {
        for (const batch of shared.segueTap.splice(0))
          for (let i = 0; i < batch.left.length; i++) {
            // a track of another rate may have brought a new context, whose frames begin anew
            if (shared.segueTapContext === context && batch.frame + i < before) continue;
            const l = batch.left[i]! * 32768;
            const r = batch.right[i]! * 32768;
            if (isCue(l, r))
              return {
                ms: ((batch.frame + i - before) / context.sampleRate) * 1000,
                silentFrames,
                actedMs,
              };
            if (l === 0 && r === 0) silentFrames++;
          }
        if (performance.now() > deadline)
          throw new Error(`not heard: ${JSON.stringify(theCue)} after ${seconds ?? "a click"}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    {
      seconds: act.kind === "seek" ? act.seconds : null,
      theCue: cue,
      patience: timeoutMs,
      blockFor: blockMs,
    },
  );
}

/** Yardstick: a plain player in the same page and the same audio context. It fetches the first chunk
 *  of a track's original over HTTP, decodes it with `decodeAudioData`, and starts it; a tap of its own
 *  hears the first frame. The host has the track decoded already. @returns milliseconds, `rounds` of them */
export function plainPlayerLatency(player: Player, rounds: number): Promise<number[]> {
  return player.page.evaluate(async (count) => {
    const context = (window as unknown as { segueTapContext: AudioContext }).segueTapContext;
    const track = document.querySelector("main")!.dataset["track"]!;
    const found: number[] = [];
    for (let i = 0; i < count; i++) {
      const tap = new AudioWorkletNode(context, "segue-tap", { outputChannelCount: [2] });
      const heard = new Promise<number>((done) => {
        tap.port.onmessage = ({ data }) => {
          const { frame, left } = data as { frame: number; left: Float32Array };
          const at = left.findIndex((sample) => sample !== 0);
          if (at >= 0) done(frame + at);
        };
      });
      tap.connect(context.destination);
      const before = context.currentTime * context.sampleRate;
      const answer = await fetch(`/api/tracks/${track}/chunks/0?variant=original`);
      const buffer = await context.decodeAudioData(await answer.arrayBuffer());
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(tap);
      source.start();
      found.push((((await heard) - before) / context.sampleRate) * 1000);
      source.stop();
      source.disconnect();
      tap.disconnect();
    }
    return found;
  }, rounds);
}
