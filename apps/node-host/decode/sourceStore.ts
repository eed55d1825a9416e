/** Source store: the folder of decoded audio, brought within its bounds at the start, whenever a source is
 *  decoded, and from time to time. It counts what it holds and what has left it. */
import type { Clock } from "#engine/ports/clock.ts";
import { sweepPcm, type PcmLeft } from "./sweepPcm.ts";

export type SourceStoreFigures = {
  /** with what runs will have written when they are done; as of the last sweep */
  readonly bytes: number;
  readonly budget: number;
  /** sources that were removed, by why; since the start */
  readonly left: Readonly<Record<PcmLeft, number>>;
  /** sources that were there, and not as they were written */
  readonly damaged: number;
};

export type SourceStore = {
  /** Brings the store within its bounds; `swept` settles when that is done. */
  readonly sweep: () => void;
  readonly swept: () => Promise<unknown>;
  /** A source was found that is not as it was written. */
  readonly noteDamage: () => void;
  readonly figures: () => SourceStoreFigures;
  /** Sweeps no more. */
  readonly close: () => void;
};

const dayMs = 24 * 3_600_000;
/** ms between sweeps while nothing is decoded: what has grown old goes, even if nobody plays */
const sweepMs = 600_000;

export type SourceStoreOptions = {
  readonly clock: Clock;
  /** absolute */
  readonly folder: string;
  /** bytes */
  readonly budget: number;
  /** of these, bytes for what is decoded for nobody */
  readonly spareBytes: number;
  readonly days: number;
  /** path → bytes that a run, writing there now, will take; what is spare is not among them */
  readonly writing: () => ReadonlyMap<string, number>;
  /** paths of what was decoded for nobody */
  readonly spare: ReadonlySet<string>;
};

/** Begins with a sweep that removes what killed runs left. */
export function createSourceStore({
  clock,
  folder,
  budget,
  spareBytes,
  days,
  writing,
  spare,
}: SourceStoreOptions): SourceStore {
  const left: Record<PcmLeft, number> = { room: 0, expiry: 0, partial: 0 };
  let bytes = 0;
  let damaged = 0;
  const [beganWall, beganAt] = [Date.now(), clock.now()];
  // One sweep after the other: two at once would each remove what makes room for both.
  let swept: Promise<unknown> = Promise.resolve();
  const sweep = (removePartial = false): void => {
    const bounds = {
      budgetBytes: budget - spareBytes,
      maxAgeMs: days * dayMs,
      wallNow: Date.now(),
      steadyNow: beganWall + clock.now() - beganAt,
      removePartial,
      noteLeft: (why: PcmLeft) => void left[why]++,
      noteDamage: () => void damaged++,
    };
    swept = swept.then(async () => {
      bytes = await sweepPcm(folder, { ...bounds, writing: writing(), spare });
    });
  };
  let timer = clock.setTimeout(function again() {
    sweep();
    timer = clock.setTimeout(again, sweepMs);
  }, sweepMs);
  sweep(true);
  return {
    sweep: () => sweep(),
    swept: () => swept,
    noteDamage: () => void damaged++,
    figures: () => ({ bytes, budget, left: { ...left }, damaged }),
    close: () => clock.clearTimeout(timer),
  };
}
