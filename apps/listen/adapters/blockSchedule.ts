/** Block schedule: at which frames of the context the next blocks of sound are to begin.
 *
 *  Blocks are handed over `ahead` of the context's clock. Where that was not enough, because the thread
 *  that hands them over was kept from it, the next ones begin a little later and are handed over twice as
 *  early: silence in between, but no frame lost, doubled or out of order. What was enough for a while is
 *  halved again, since a click is heard that much later. */

/** frames of a quantum: sources begin at multiples of it, so that nothing is interpolated */
const quantum = 128;
const firstAheadSeconds = 0.06;
const aheadMaxSeconds = 0.5;
/** in time for so long: less will do */
const calmSeconds = 10;

export class BlockSchedule {
  /** how often a block came too late */
  late = 0;
  readonly blockFrames: number;
  private readonly rate: number;
  private aheadFrames: number;
  private calmFrames = 0;
  private next = 0;
  private begun = false;

  /** @param rate Hz @param blockFrames a multiple of 128 */
  constructor(rate: number, blockFrames: number) {
    this.rate = rate;
    this.blockFrames = blockFrames;
    this.aheadFrames = Math.round(firstAheadSeconds * rate);
  }

  /** Where the next block begins, or null while enough is handed over.
   *  @param now frame that the context has come to; grows */
  due(now: number): number | null {
    if (this.next < now + 2 * quantum) this.beginAt(now);
    return this.next < now + this.aheadFrames ? this.next : null;
  }

  /** A block was handed over for the frame that `due` told.
   *  @param now frame that the context had come to afterwards */
  handed(now: number): void {
    // begun at once instead: what comes behind it must not overlap it
    if (this.next < now) this.beginAt(now);
    this.next += this.blockFrames;
    this.calmFrames += this.blockFrames;
    if (this.calmFrames < calmSeconds * this.rate) return;
    this.calmFrames = 0;
    this.aheadFrames = Math.max(
      Math.round(firstAheadSeconds * this.rate),
      Math.round(this.aheadFrames / 2),
    );
  }

  private beginAt(now: number): void {
    if (this.begun) {
      this.late++;
      this.calmFrames = 0;
      this.aheadFrames = Math.min(Math.round(aheadMaxSeconds * this.rate), this.aheadFrames * 2);
    }
    this.begun = true;
    this.next = Math.ceil((now + this.aheadFrames / 2) / quantum) * quantum;
  }
}
