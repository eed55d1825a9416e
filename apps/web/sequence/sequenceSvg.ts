/** A storyboard as SVG, in three parts that a page can keep in view apart from each other: the heads of the
 *  lifelines, the time axis, and the rows. Colours are classes; the page knows them. */
import { foldedLifeline, isInside, type Lifeline } from "./lifelines.ts";
import { messageText, timeText } from "./mermaidText.ts";
import { characterWidth, laneWidth, shorten, type Layout, type PlacedRow } from "./rowLayout.ts";
import { foldText, type BandRow, type MessageRow } from "./row.ts";

export const axisWidth = 96;
export const headHeight = 76;

/** of what is said beside the title of a band */
const asideCharacters = 140;

/** Text as it may stand in HTML, SVG and attributes. */
export function markup(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };
  return text.replace(/[&<>"]/g, (sign) => `&${names[sign]};`);
}

export function headSvg(lifelines: readonly Lifeline[], { width, xOf }: Layout): string {
  const parts: string[] = [];
  for (const [first, last] of groupsOf(lifelines)) {
    const x = xOf(first.id) - laneWidth / 2 + 4;
    const w = xOf(last.id) - xOf(first.id) + laneWidth - 8;
    parts.push(
      `<rect class="group ${first.group}" x="${x}" y="4" width="${w}" height="${headHeight - 8}" rx="8"/>`,
      text(x + w / 2, 19, first.caption, "caption middle"),
    );
  }
  for (const { id, title, group } of lifelines) {
    const x = xOf(id);
    const lines = titleLines(title);
    const w = laneWidth - 18;
    parts.push(
      `<g><title>${markup(id)}</title>`,
      `<rect class="head ${group}" x="${x - w / 2}" y="27" width="${w}" height="36" rx="6"/>`,
      ...lines.map((line, at) =>
        text(x, 49 + (at - (lines.length - 1) / 2) * 13, line, "title middle"),
      ),
      "</g>",
    );
  }
  return svg(width, headHeight, "heads", parts);
}

export function axisSvg({ rows, height }: Layout): string {
  const parts = [
    `<line class="axis" x1="${axisWidth - 1}" y1="0" x2="${axisWidth - 1}" y2="${height}"/>`,
  ];
  let told = "";
  for (const { row, line, top, pauseMs } of rows) {
    if (row.kind === "gap") continue;
    if (pauseMs !== null)
      parts.push(text(axisWidth - 10, top - 3, `+ ${durationText(pauseMs)}`, "pause end"));
    const time = timeText(row.atMs);
    if (time === told) continue;
    told = time;
    const isFailing = row.kind === "band" && row.mark === "violation";
    const kind = row.kind === "band" ? `${row.mark} strong` : "";
    const y = isFailing ? line + 4 : line + 4;
    parts.push(
      text(axisWidth - 10, y, time, `time end ${kind}`),
      `<line class="tick ${kind}" x1="${axisWidth - 6}" y1="${line}" x2="${axisWidth}" y2="${line}"/>`,
    );
  }
  return svg(axisWidth, height, "times", parts);
}

export function rowsSvg(lifelines: readonly Lifeline[], layout: Layout): string {
  const { width, height, xOf, rows } = layout;
  const groups = new Map(lifelines.map(({ id, group }) => [id, group]));
  const groupOf = (id: string): string => groups.get(id)!;
  const parts = [arrowHeads(lifelines)];
  for (const { id, group } of lifelines)
    parts.push(
      `<line class="lifeline ${group}" x1="${xOf(id)}" y1="0" x2="${xOf(id)}" y2="${height}"/>`,
    );
  // below the rows, so that no way runs through their words
  const flights = new Flights(layout);
  for (const { row, line } of rows)
    if (row.kind === "message" && row.from !== row.to)
      parts.push(
        flights.draw(row, line, Math.sign(xOf(row.to) - xOf(row.from)), groupOf(row.from)),
      );
  for (const placed of rows) {
    const { row, top, height: tall } = placed;
    const hover = `<rect class="hover" x="0" y="${top}" width="${width}" height="${tall}"/>`;
    parts.push(
      `<g class="row">${hover}<title>${markup(titleOf(placed))}</title>`,
      ...drawing(placed, layout, groupOf),
      "</g>",
    );
    if (row.kind === "band" && row.mark === "violation")
      parts.push(`<line class="failing" x1="0" y1="${top + 2}" x2="${width}" y2="${top + 2}"/>`);
  }
  return svg(width, height, "sequence", parts);
}

function drawing(placed: PlacedRow, layout: Layout, groupOf: (id: string) => string): string[] {
  const { row, top, line, height } = placed;
  const { width, xOf } = layout;
  switch (row.kind) {
    case "message":
      return message(row, placed, layout, groupOf);
    case "change":
      return [chip(xOf(row.at), line, row.change, groupOf(row.at), width)];
    case "fold": {
      const x = xOf(foldedLifeline);
      const words = shorten(foldText(row, 2), 40);
      const half = (words.length * 6.1) / 2 + 10;
      const center = clamp(x, half + 4, width - half - 4);
      return [
        `<rect class="fold" x="${center - half}" y="${line - 9}" width="${2 * half}" height="18" rx="9"/>`,
        text(center, line + 4, words, "folded middle"),
      ];
    }
    case "gap":
      return [
        `<rect class="gap" x="0" y="${top + 6}" width="${width}" height="${height - 12}"/>`,
        text(
          width / 2,
          line + 4,
          `${row.leftOut} messages in ${durationText(row.ms)} are not shown`,
          "pause middle",
        ),
      ];
    case "band":
      return [band(row.mark, placed, width)];
  }
}

function message(
  row: MessageRow,
  { line }: PlacedRow,
  layout: Layout,
  groupOf: (id: string) => string,
): string[] {
  const { xOf, width } = layout;
  const { from, to, change, isLost } = row;
  const group = groupOf(from);
  const kind = `${group} ${isInside(from, to) ? "inside" : ""} ${row.count > 1 ? "many" : ""}`;
  const parts: string[] = [];
  const x1 = xOf(from);
  const x2 = xOf(to);
  const words = messageText(row);
  if (from === to) {
    const isRight = x1 + 40 + words.length * characterWidth < width;
    const way = isRight ? 1 : -1;
    parts.push(
      `<path class="arrow ${kind}" d="M${x1} ${line - 7}h${way * 22}q6 0 6 6t${-way * 6} 6h${-way * 16}" marker-end="url(#to-${group})"/>`,
      text(x1 + way * 36, line + 3, words, `label ${isRight ? "" : "end"}`),
    );
    if (change !== null) parts.push(chip(x2, line + 23, change, groupOf(to), width));
    return parts;
  }
  const way = Math.sign(x2 - x1);
  const tip = isLost ? x1 + (x2 - x1) * 0.6 : x2 - way * 2;
  parts.push(
    `<line class="arrow ${kind}" x1="${x1}" y1="${line}" x2="${tip}" y2="${line}" ${isLost ? "" : `marker-end="url(#to-${group})"`}/>`,
  );
  if (isLost) parts.push(`<path class="lost" d="M${tip - 5} ${line - 5}l10 10m0 -10l-10 10"/>`);
  const half = (words.length * characterWidth) / 2;
  const center = clamp((x1 + x2) / 2, half + 6, width - half - 6);
  parts.push(text(center, line - 6, words, `label middle ${change === null ? "" : "strong"}`));
  if (change !== null) parts.push(chip(x2, line + 14, change, groupOf(to), width));
  return parts;
}

/** A change of state, on the lifeline of whoever changed. */
function chip(x: number, y: number, change: string, group: string, width: number): string {
  const words = shorten(change, Math.floor((width - 40) / 6.1));
  const half = (words.length * 6.1) / 2 + 8;
  const center = clamp(x, half + 4, width - half - 4);
  return [
    `<rect class="chip ${group}" x="${center - half}" y="${y - 9}" width="${2 * half}" height="18" rx="4"/>`,
    text(center, y + 4, words, "state middle"),
  ].join("");
}

function band(mark: BandRow["mark"], { top, height }: PlacedRow, width: number): string {
  const inset = mark === "violation" ? 2 : 4;
  return `<rect class="band ${mark}" x="0" y="${top + inset}" width="${width}" height="${height - 2 * inset}"/>`;
}

const signs = { command: "▶", fault: "⚡", start: "↻", violation: "✕" } as const;

/** The words of the bands, as HTML above the rows: they stay in view however far a page is scrolled
 *  sideways. */
export function bandWords({ rows }: Layout): string {
  return rows
    .flatMap(({ row, top, height, lines }) => {
      if (row.kind !== "band") return [];
      const isFailing = row.mark === "violation";
      const when = isFailing ? `  at ${timeText(row.atMs)} ms` : "";
      const title = `<b>${signs[row.mark]}  ${markup(row.title)}${when}</b>`;
      const detail = isFailing
        ? lines.map((line) => `<div>${markup(line)}</div>`).join("")
        : `<i>${markup(shorten(row.detail, asideCharacters))}</i>`;
      return [
        `<div class="words-of ${row.mark}" style="top:${top}px;height:${height}px"><span>${title}${detail}</span></div>`,
      ];
    })
    .join("\n");
}

/** px from which on the way of a message is drawn */
const flightMin = 50;

/** The vertical ways of messages that are under way: from the moment they left to their arrival. */
class Flights {
  private readonly layout: Layout;
  /** y down to which each track beside a lifeline is taken */
  private readonly taken = new Map<string, number[]>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  draw({ from, sentMs, count }: MessageRow, line: number, way: number, group: string): string {
    const left = this.layout.yOf(sentMs);
    // what arrives before the next thing happens needs no such way
    if (count > 1 || line - left < flightMin) return "";
    const side = `${from}${way}`;
    const tracks = this.taken.get(side) ?? [];
    this.taken.set(side, tracks);
    let track = tracks.findIndex((until) => until <= left);
    if (track < 0) track = tracks.length;
    tracks[track] = line;
    const x = this.layout.xOf(from) + way * (5 + Math.min(track, 5) * 4);
    const lifeline = this.layout.xOf(from);
    const start =
      left > 0
        ? `M${lifeline} ${left}H${x}V${line}"/><circle class="left ${group}" cx="${lifeline}" cy="${left}" r="2.4"/>`
        : `M${x} 0V${line}"/>`;
    return `<path class="flight ${group}" d="${start}`;
  }
}

function titleOf({ row }: PlacedRow): string {
  switch (row.kind) {
    case "message": {
      const took = row.atMs - row.sentMs;
      const many = row.count > 1 ? `, ${row.count} of them until ${timeText(row.lastMs)} ms` : "";
      const way = row.isLost
        ? `lost at ${timeText(row.atMs)} ms`
        : `at ${timeText(row.atMs)} ms${took > 0.05 ? `, ${durationText(took)} after it left` : ""}${many}`;
      const heard = row.event === null ? "" : `\nheard as ${row.event}`;
      const change = row.change === null ? "" : `\n${row.change}`;
      return `${row.from} → ${row.to}: ${row.name}\n${way}${heard}${change}\n${row.details.join("\n")}`;
    }
    case "change":
      return `${row.at}: ${row.change}`;
    case "fold":
      return `inside the host until ${timeText(row.lastMs)} ms:\n${[...row.messages].map(([name, count]) => `${count} × ${name}`).join("\n")}`;
    case "gap":
      return "";
    case "band":
      return `${row.title}\n${row.detail}`;
  }
}

export function durationText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(0)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
}

function arrowHeads(lifelines: readonly Lifeline[]): string {
  const heads = [...new Set(lifelines.map(({ group }) => group))].map(
    (group) =>
      `<marker id="to-${group}" class="tip ${group}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1L10 5L0 9z"/></marker>`,
  );
  return `<defs>${heads.join("")}</defs>`;
}

/** First and last lifeline of every run of one caption. */
function groupsOf(lifelines: readonly Lifeline[]): [Lifeline, Lifeline][] {
  const groups: [Lifeline, Lifeline][] = [];
  for (const lifeline of lifelines) {
    const open = groups.at(-1);
    if (open?.[1].caption === lifeline.caption) open[1] = lifeline;
    else groups.push([lifeline, lifeline]);
  }
  return groups;
}

function titleLines(title: string): string[] {
  if (title.length <= 15) return [title];
  const cut = title.lastIndexOf(" ", 15);
  if (cut < 0) return [shorten(title, 15)];
  return [title.slice(0, cut), shorten(title.slice(cut + 1), 15)];
}

function text(x: number, y: number, words: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${markup(words)}</text>`;
}

const labels = {
  heads: "the lifelines by name",
  times: "virtual milliseconds",
  sequence: "the messages between the lifelines; below, they stand in words",
} as const;

function svg(
  width: number,
  height: number,
  kind: keyof typeof labels,
  parts: readonly string[],
): string {
  return `<svg class="${kind}" role="img" aria-label="${labels[kind]}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">${parts.join("\n")}</svg>`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
