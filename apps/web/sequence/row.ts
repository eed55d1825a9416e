/** Row: one line of a picture, from left to right across all lifelines. */
import type { Lifeline } from "./lifelines.ts";

export type MessageRow = {
  readonly kind: "message";
  readonly atMs: number;
  /** of the last one that is drawn together here */
  lastMs: number;
  readonly sentMs: number;
  readonly from: string;
  readonly to: string;
  readonly name: string;
  /** what the receiving machine made of it, when that has another name */
  readonly event: string | null;
  readonly change: string | null;
  readonly details: string[];
  count: number;
  readonly isLost: boolean;
};
export type ChangeRow = {
  readonly kind: "change";
  readonly atMs: number;
  readonly at: string;
  readonly change: string;
};
export type BandRow = {
  readonly kind: "band";
  readonly atMs: number;
  /** `start`: the host begins anew */
  readonly mark: "command" | "fault" | "violation" | "start";
  readonly title: string;
  readonly detail: string;
};
export type GapRow = {
  readonly kind: "gap";
  readonly atMs: number;
  readonly leftOut: number;
  readonly ms: number;
};
/** What goes on inside the host between two rows, when the picture is about a player; on the lifeline
 *  `foldedLifeline`. */
export type FoldRow = {
  readonly kind: "fold";
  readonly atMs: number;
  lastMs: number;
  /** how often, by sender, receiver and name in short */
  readonly messages: Map<string, number>;
};
/** What is drawn. */
export type Storyboard = { readonly lifelines: readonly Lifeline[]; readonly rows: readonly Row[] };

export type Row = MessageRow | ChangeRow | BandRow | GapRow | FoldRow;

/** `engine → session slice ×3, cache → renderScheduler render.ask`, the most frequent first. */
export function foldText({ messages }: FoldRow, most = Number.POSITIVE_INFINITY): string {
  const sorted = [...messages].sort(([, a], [, b]) => b - a);
  const named = sorted
    .slice(0, most)
    .map(([name, count]) => (count > 1 ? `${name} ×${count}` : name));
  if (sorted.length > most) named.push(`${sorted.length - most} more`);
  return named.join(", ");
}

/** How many messages the rows stand for. */
export function messagesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => {
    if (row.kind === "message") return sum + row.count;
    if (row.kind === "fold") for (const count of row.messages.values()) sum += count;
    return sum;
  }, 0);
}
