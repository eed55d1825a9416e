/** Timeouts: from the times that answers took to how long the next one is waited for, by kind. */
import { distinctUntilChanged, map, scan, startWith, type Observable } from "rxjs";
import {
  noAnswerYet,
  patienceOf,
  withAnswer,
  type AnswerTimes,
  type Patience,
  type PatienceBounds,
} from "../machines/answerTimes.ts";

export type AnswerTime<Kind extends string> = {
  readonly kind: Kind;
  /** null: it was not there when its deadline ran out */
  readonly tookMs: number | null;
};

export type Timeouts<Kind extends string> = Readonly<Record<Kind, Patience>>;

/** The patience of every kind: at once what holds before the first answer, then after each that
 *  changes it. Kinds are judged apart: a slow disk makes nobody patient with memory.
 *  Each subscription counts for itself. Cost per answer O(kinds). */
export function timeouts<Kind extends string>(
  times$: Observable<AnswerTime<Kind>>,
  bounds: Readonly<Record<Kind, PatienceBounds>>,
): Observable<Timeouts<Kind>> {
  const kinds = Object.keys(bounds) as Kind[];
  const each = <Value>(make: (kind: Kind) => Value) =>
    Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<Kind, Value>;
  type Known = Readonly<Record<Kind, AnswerTimes>>;
  const nothing: Known = each(() => noAnswerYet);
  return times$.pipe(
    scan(
      (known: Known, { kind, tookMs }) => ({ ...known, [kind]: withAnswer(known[kind], tookMs) }),
      nothing,
    ),
    startWith(nothing),
    map((known) => each((kind) => patienceOf(known[kind], bounds[kind]))),
    distinctUntilChanged((a, b) =>
      kinds.every(
        (kind) => a[kind].likelyMs === b[kind].likelyMs && a[kind].timeoutMs === b[kind].timeoutMs,
      ),
    ),
  );
}
