/** Storyboard: the part of a trace that a person can read as a picture: the rows before the failing moment,
 *  or those of a stretch of time, and the lifelines that they need. */
import type { TraceEntry } from "../world/trace.ts";
import { castOf, type Cast } from "./cast.ts";
import { condense } from "./condense.ts";
import { foldedLifeline, orderLifelines } from "../../../apps/web/sequence/lifelines.ts";
import { messagesOf, type Row, type Storyboard } from "../../../apps/web/sequence/row.ts";

/** Which part of a run is shown; without bounds the rows before the failing moment, or, in a run without
 *  one, the rows around the last command. */
export type PictureWindow = {
  /** virtual ms */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** participants by name, or by its last part: `page0/player`, `player`, `host` */
  readonly actors?: readonly string[];
  /** rows at most */
  readonly rows?: number;
};

const rowsDefault = 80;
/** when a stretch of time is asked for */
const rowsOfStretchMax = 600;
/** ms shown after the last command or fault of a run without a violation */
const aftermathMs = 3000;
/** commands that are recalled when they are older than the rows that are shown */
const recalledMax = 3;

export function storyboard(entries: readonly TraceEntry[], window: PictureWindow): Storyboard {
  const cast = castOf(entries, window.actors);
  const shown = entries.filter(cast.isShown);
  const rows =
    window.fromMs === undefined && window.untilMs === undefined
      ? aroundMoment(condense(shown, cast), window.rows ?? rowsDefault)
      : stretch(shown, cast, window);
  const parties = new Set<string>();
  for (const row of rows) {
    if (row.kind === "message") parties.add(row.from).add(row.to);
    if (row.kind === "fold") parties.add(foldedLifeline);
    if (row.kind === "change") parties.add(row.at);
  }
  return { lifelines: orderLifelines([...parties]), rows };
}

/** What happened from one moment to another. */
function stretch(shown: readonly TraceEntry[], cast: Cast, window: PictureWindow): Row[] {
  const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY, rows: most = rowsOfStretchMax } = window;
  const rows = condense(
    shown.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs),
    cast,
  );
  const before = condense(
    shown.filter(({ atMs }) => atMs < fromMs),
    cast,
  );
  const after = condense(
    shown.filter(({ atMs }) => atMs > untilMs),
    cast,
  );
  return framed(before, rows.slice(0, most), [...rows.slice(most), ...after]);
}

/** The rows up to the failing moment; without one, those around the last command or fault. */
function aroundMoment(rows: readonly Row[], most: number): Row[] {
  const failing = rows.findIndex((row) => row.kind === "band" && row.mark === "violation");
  if (failing >= 0) {
    const first = Math.max(0, failing + 1 - most);
    return framed(rows.slice(0, first), rows.slice(first, failing + 1), rows.slice(failing + 1));
  }
  const last = rows.findLastIndex((row) => row.kind === "band");
  const first = Math.max(0, last - Math.floor(most / 2));
  const quietMs = (rows[last]?.atMs ?? 0) + aftermathMs;
  const quiet = rows.findIndex((row) => row.atMs > quietMs);
  const end = Math.min(quiet < 0 ? rows.length : quiet, first + most);
  return framed(rows.slice(0, first), rows.slice(first, end), rows.slice(end));
}

/** Rows with the commands and faults that came before them, and with how much is left out. */
function framed(before: readonly Row[], rows: readonly Row[], after: readonly Row[]): Row[] {
  const recalled = before.filter((row) => row.kind === "band").slice(-recalledMax);
  const since = recalled.at(-1)?.atMs ?? 0;
  const first = rows[0]?.atMs ?? since;
  const last = rows.at(-1)?.atMs ?? first;
  return [
    ...recalled,
    ...gap(first, messagesOf(before), first - since),
    ...rows,
    ...gap(last, messagesOf(after), (after.at(-1)?.atMs ?? last) - last),
  ];
}

function gap(atMs: number, leftOut: number, ms: number): Row[] {
  return leftOut === 0 ? [] : [{ kind: "gap", atMs, leftOut, ms }];
}
