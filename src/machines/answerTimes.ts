/** Answer times: how long answers of one kind take, and so how long is too long. Pure, immutable.
 *  After RFC 6298: smoothed time and its variation (2.2, 2.3), doubled when a deadline ran out (5.5).
 *  A doubling is taken back by halves, one with every answer that came: the first quick one after a slow
 *  spell does not say that the spell is over. */
import { withSample, type RoundTrip } from "./roundTrip.ts";

export type AnswerTimes = {
  readonly estimate: RoundTrip;
  /** doublings in force */
  readonly doublings: number;
};

/** Nothing is waited for less than `minMs` or more than `maxMs`. */
export type PatienceBounds = { readonly minMs: number; readonly maxMs: number };

export type Patience = {
  /** ms after which most answers are there; null: none has come yet */
  readonly likelyMs: number | null;
  /** ms after which one that is not there is taken for lost */
  readonly timeoutMs: number;
};

export const noAnswerYet: AnswerTimes = { estimate: null, doublings: 0 };

const doublingsMax = 16;

/** @param tookMs what an answer took, ≥ 0; null: it was not there when its deadline ran out */
export function withAnswer(
  { estimate, doublings }: AnswerTimes,
  tookMs: number | null,
): AnswerTimes {
  if (tookMs === null) return { estimate, doublings: Math.min(doublings + 1, doublingsMax) };
  return { estimate: withSample(estimate, tookMs), doublings: Math.max(0, doublings - 1) };
}

/** Before the first answer nothing is known, and the longest time is given. */
export function patienceOf(
  { estimate, doublings }: AnswerTimes,
  { minMs, maxMs }: PatienceBounds,
): Patience {
  if (estimate === null) return { likelyMs: null, timeoutMs: maxMs };
  const { smoothedMs, variationMs } = estimate;
  const usual = Math.max(minMs, smoothedMs + 4 * variationMs);
  return {
    likelyMs: smoothedMs + variationMs,
    timeoutMs: Math.min(maxMs, usual * 2 ** doublings),
  };
}
