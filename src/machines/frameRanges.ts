/** A set of frames as sorted, disjoint, non-touching half-open ranges. Plain and deterministic. */
export type Span = { readonly from: number; readonly until: number };

/** Adds a span; neighbours that touch or overlap are merged. Cost O(ranges). Empty spans are ignored. */
export function addSpan(set: readonly Span[], span: Span): Span[] {
  if (span.until <= span.from) return [...set];
  const out: Span[] = [];
  let { from, until } = span;
  for (const each of set) {
    if (each.until < from || each.from > until) out.push(each);
    else {
      from = Math.min(from, each.from);
      until = Math.max(until, each.until);
    }
  }
  out.push({ from, until });
  return out.sort((a, b) => a.from - b.from);
}

/** What of `span` is not in `set`, in order. Cost O(ranges). */
export function missingSpans(set: readonly Span[], span: Span): Span[] {
  const out: Span[] = [];
  let at = span.from;
  for (const each of set) {
    if (each.until <= at) continue;
    if (each.from >= span.until) break;
    if (each.from > at) out.push({ from: at, until: each.from });
    at = Math.max(at, each.until);
  }
  if (at < span.until) out.push({ from: at, until: span.until });
  return out;
}
