/** Row layout: where every row and every lifeline of a picture lies, px. Each row has a strip of its own,
 *  so that no text can cover another; time runs downwards, and stretches where much happens. */
import type { Row, Storyboard } from "./row.ts";

export const laneWidth = 128;
export const laneMargin = 76;
/** advance of the monospaced face at 11 px */
export const characterWidth = 6.62;

export type PlacedRow = {
  readonly row: Row;
  readonly top: number;
  readonly height: number;
  /** y of the arrow, or of the middle */
  readonly line: number;
  /** ms since the row before it, when that is long enough to be said */
  readonly pauseMs: number | null;
  /** words of a band that need lines of their own */
  readonly lines: readonly string[];
};

export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly xOf: (lifeline: string) => number;
  readonly rows: readonly PlacedRow[];
  /** y of a moment; above the picture for what was before it */
  readonly yOf: (ms: number) => number;
};

/** px; words of a violation are read without scrolling */
const readableWidth = 1200;
/** advance of the monospaced face at 12 px */
const bandCharacterWidth = 7.3;
const pauseMinMs = 100;
const pauseHeight = 16;
const detailLinesMax = 10;

/** @param widthMin px */
export function layOut({ lifelines, rows }: Storyboard, widthMin = 760): Layout {
  const lanes = new Map(lifelines.map(({ id }, at) => [id, laneMargin + at * laneWidth]));
  const width = Math.max(widthMin, 2 * laneMargin + Math.max(0, lifelines.length - 1) * laneWidth);
  const placed: PlacedRow[] = [];
  let top = 10;
  let before: Row | null = null;
  for (const row of rows) {
    const elapsed = before === null || row.kind === "gap" ? 0 : row.atMs - before.atMs;
    const pauseMs = before?.kind !== "gap" && elapsed >= pauseMinMs ? elapsed : null;
    if (pauseMs !== null) top += pauseHeight;
    const columns = Math.floor((Math.min(width, readableWidth) - 40) / bandCharacterWidth);
    const lines = row.kind === "band" && row.mark === "violation" ? wrap(row.detail, columns) : [];
    const { height, line } = sizeOf(row, lines.length);
    placed.push({ row, top, height, line: top + line, pauseMs, lines });
    top += height;
    before = row;
  }
  return {
    width,
    height: top + 16,
    xOf: (lifeline) => lanes.get(lifeline)!,
    rows: placed,
    yOf: (ms) => between(placed, ms),
  };
}

function sizeOf(row: Row, lines: number): { readonly height: number; readonly line: number } {
  switch (row.kind) {
    case "message":
      if (row.from === row.to) return { height: row.change === null ? 30 : 50, line: 14 };
      return { height: row.change === null ? 28 : 50, line: 21 };
    case "change":
      return { height: 28, line: 14 };
    case "fold":
      return { height: 24, line: 12 };
    case "gap":
      return { height: 40, line: 20 };
    case "band":
      if (row.mark === "violation") return { height: 58 + lines * 16, line: 12 };
      return { height: 36, line: 18 };
  }
}

/** y of a moment, between the rows around it; after all rows of that very moment. */
function between(placed: readonly PlacedRow[], ms: number): number {
  const before = placed.findLastIndex(({ row }) => row.kind === "gap" || row.atMs <= ms);
  const last = placed[before];
  const next = placed[before + 1];
  if (!last) return 0;
  if (!next || last.row.kind === "gap") return last.line + last.height / 2;
  const span = next.row.atMs - last.row.atMs;
  const share = span <= 0 ? 1 : (ms - last.row.atMs) / span;
  return last.line + (next.line - last.line) * share;
}

/** Lines of at most `columns` characters, broken at spaces where there are some. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\n|(?<= )(?=\| )/)) {
    let line = "";
    for (const word of paragraph.trim().split(/\s+/)) {
      if (line !== "" && line.length + 1 + word.length > columns) {
        lines.push(line);
        line = "";
      }
      line = line === "" ? word : `${line} ${word}`;
      for (; line.length > columns; line = line.slice(columns)) lines.push(line.slice(0, columns));
    }
    if (line !== "") lines.push(line);
  }
  if (lines.length <= detailLinesMax) return lines;
  return [...lines.slice(0, detailLinesMax - 1), "…"];
}

/** @param most characters */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}
