/** Entry key: two entries of a trace with the same key say the same, with another content. */
import type { TraceEntry } from "../world/trace.ts";

export function keyOf({ from, to, name, event, change }: TraceEntry): string {
  return `${from}>${to}>${name}>${event}>${change}`;
}

export function countKeys(shown: readonly TraceEntry[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (const entry of shown) seen.set(keyOf(entry), (seen.get(keyOf(entry)) ?? 0) + 1);
  return seen;
}
