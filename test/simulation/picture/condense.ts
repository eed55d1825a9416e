/** Condenses entries of a trace into rows: repetitions and what is folded are drawn together. */
import type { TraceEntry } from "../world/trace.ts";
import type { Cast } from "./cast.ts";
import { countKeys, keyOf } from "./entryKey.ts";
import { ownerOf } from "../../../apps/web/sequence/lifelines.ts";
import type { FoldRow, MessageRow, Row } from "../../../apps/web/sequence/row.ts";

/** what comes at least so often in one run, and changes nothing, is drawn together */
const repeatedMin = 12;
/** the hum of supply, and what comes by the clock: drawn together however seldom it is */
const periodic: ReadonlySet<string> = new Set([
  "mixer/state",
  "window/state",
  "cache/state",
  "clock",
  "ping",
  "pong",
  "demand",
  "credit",
  "slice",
  "lane/feed",
  "rendition",
]);
/** details kept of what is drawn together */
const detailsMax = 6;

/** Rows of what is shown. Between two rows that matter by themselves, repetitions are one row each, and
 *  so is all that is folded. */
export function condense(
  shown: readonly TraceEntry[],
  { isFolded, lifelineOf }: Pick<Cast, "isFolded" | "lifelineOf">,
): Row[] {
  const seen = countKeys(shown);
  const rows: Row[] = [];
  const together = new Map<string, MessageRow>();
  let fold: FoldRow | null = null;
  for (const entry of shown) {
    if (isFolded(entry)) {
      const { atMs } = entry;
      if (!fold) rows.push((fold = { kind: "fold", atMs, lastMs: atMs, messages: new Map() }));
      fold.lastMs = atMs;
      const name = shortName(entry);
      fold.messages.set(name, (fold.messages.get(name) ?? 0) + 1);
      continue;
    }
    const key = keyOf(entry);
    const before = together.get(key);
    if (before) {
      before.count++;
      before.lastMs = entry.atMs;
      if (before.details.length < detailsMax) before.details.push(entry.detail ?? "");
      continue;
    }
    const row = rowOf(entry, lifelineOf);
    const isRepeated = entry.change === undefined && seen.get(key)! >= repeatedMin;
    const isSoft = periodic.has(entry.name ?? "") || isRepeated;
    if (!isSoft) {
      together.clear();
      if (row.kind === "band" || touchesHost(entry)) fold = null;
    }
    // what follows itself at once is one row as well
    if (row.kind === "message" && row.change === null && !row.isLost) together.set(key, row);
    rows.push(row);
  }
  return rows;
}

function touchesHost({ from, to }: TraceEntry): boolean {
  return [from, to].some((id) => id?.startsWith("host") === true);
}

function shortName({ from, to, name, change }: TraceEntry): string {
  const last = (id = ""): string => id.split("/").at(-1)!.split(".")[0]!;
  if (from === undefined) return `${last(to)} ${innermost(change ?? "")}`;
  const way = from === to ? last(to) : `${last(from)} → ${last(to)}`;
  return `${way} ${plainName(name ?? "")}`;
}

function rowOf(entry: TraceEntry, lifelineOf: (id: string) => string): Row {
  const { atMs, label, from, to, name = "", detail = "", sentMs, event, change, mark } = entry;
  if (mark === "command") {
    const title = `player ${ownerOf(to ?? "") ?? "?"}: ${name}`;
    return { kind: "band", atMs, mark, title, detail: inWords(detail) };
  }
  if (mark === "fault") return { kind: "band", atMs, mark, title: name, detail: inWords(detail) };
  if (mark) return { kind: "band", atMs, mark, title: name, detail };
  if (label === "host.start")
    return { kind: "band", atMs, mark: "start", title: "the host starts again", detail: "" };
  if (from === undefined || to === undefined)
    return { kind: "change", atMs, at: lifelineOf(to ?? ""), change: innermost(change ?? label) };
  const isSame =
    event === undefined ||
    event === name ||
    event === name.replace(" ", ".") ||
    event.startsWith(name.split(" ")[0]!.replace("/", ".")) ||
    event.endsWith(`.${name}`);
  return {
    kind: "message",
    atMs,
    lastMs: atMs,
    sentMs: sentMs ?? atMs,
    from: lifelineOf(from),
    to: lifelineOf(to),
    name: plainName(name),
    event: isSame ? null : event,
    change: change === undefined ? null : innermost(change),
    details: [detail],
    count: 1,
    isLost: entry.isLost ?? false,
  };
}

/** A change without the regions around the one that changed: `news: quiet → gathering`. */
function innermost(change: string): string {
  return change
    .split(", ")
    .map((part) => part.replace(/^(?:[\w ]+: )*([\w ]+: )/, "$1"))
    .join(", ");
}

/** Events that xstate makes have long names. */
function plainName(name: string): string {
  const [, kind, what] = /^xstate\.(after|done|error)\.(?:actor\.)?([^.]+)/.exec(name) ?? [];
  if (kind === undefined) return name;
  return kind === "after" ? `timer: ${what}` : `${kind}: ${what}`;
}

/** Flat JSON as words: `seconds 19.2, player 0`; without its type, which is the title. */
function inWords(detail: string): string {
  return detail
    .replace(/^\{"type":"[^"]*",?/, "")
    .replace(/[{}"]/g, "")
    .replaceAll(":", " ")
    .replaceAll(",", ", ");
}
