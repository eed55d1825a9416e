/** The yardstick: the host that the audit found, as a model in its own time. First come, first served; every
 *  request is rendered, nothing is kept, nothing is given up, nothing is made beforehand. */
import type { ListenerAsk } from "./renderWatch.ts";
import { summarise, type Summary } from "./statistics.ts";

/** @param asks of one listening session, in order @param renderMs that one render takes
 *  @param slots renders at once
 *  @returns renders, and how long urgent requests waited for their segment, ms */
export function naiveHost(
  asks: readonly ListenerAsk[],
  renderMs: number,
  slots: number,
): { readonly renders: number; readonly perSegment: number; readonly urgentMs: Summary | null } {
  const freeMs = Array.from({ length: slots }, () => Number.NEGATIVE_INFINITY);
  const urgent: number[] = [];
  for (const { atMs, isUrgent } of asks) {
    const slot = freeMs.indexOf(Math.min(...freeMs));
    freeMs[slot] = Math.max(atMs, freeMs[slot]!) + renderMs;
    if (isUrgent) urgent.push(freeMs[slot] - atMs);
  }
  const distinct = new Set(asks.map(({ id }) => id)).size;
  return {
    renders: asks.length,
    perSegment: asks.length / distinct,
    urgentMs: urgent.length > 0 ? summarise(urgent) : null,
  };
}
