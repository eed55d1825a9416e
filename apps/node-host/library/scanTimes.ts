/** When the folders are looked at again: when they have been quiet for a moment after something stirred, and
 *  by the clock. Looking takes at most a tenth of the time when things stir, a hundredth when they do not. */
import { quietMs } from "./quietFile.ts";

/** ms for which things may go on stirring before they are looked at all the same */
const stirredMsMax = 5000;
const everyMs = 300_000;
/** where some folder is not watched */
const unwatchedEveryMs = 60_000;

export class ScanTimes {
  readonly #scan: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stirredAt: number | null = null;
  #endedAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;
  #isWhole = true;
  #isScanning = false;
  #isClosed = false;

  /** @param scan called when it is time */
  constructor(scan: () => void) {
    this.#scan = scan;
  }

  stirred(): void {
    this.#stirredAt ??= performance.now();
    if (!this.#isScanning) this.#plan();
  }

  began(): void {
    this.#isScanning = true;
    this.#stirredAt = null;
    clearTimeout(this.#timer);
  }

  /** @param isWhole whether every folder is watched */
  ended(tookMs: number, isWhole: boolean): void {
    this.#isScanning = false;
    this.#endedAt = performance.now();
    this.#tookMs = tookMs;
    this.#isWhole = isWhole;
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const at =
      this.#stirredAt === null
        ? this.#endedAt + Math.max(this.#isWhole ? everyMs : unwatchedEveryMs, 100 * this.#tookMs)
        : Math.max(
            Math.min(now + quietMs, this.#stirredAt + stirredMsMax),
            this.#endedAt + 10 * this.#tookMs,
          );
    this.#timer = setTimeout(this.#scan, Math.max(0, at - now)).unref();
  }
}
