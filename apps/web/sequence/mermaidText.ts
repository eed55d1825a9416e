/** A storyboard as the text of a Mermaid sequence diagram. Solid arrows cross a boundary and take time,
 *  dashed ones stay inside one root, crossed ones were lost. */
import { foldedLifeline, isInside, type Lifeline } from "./lifelines.ts";
import { foldText, type MessageRow, type Row, type Storyboard } from "./row.ts";
import { shorten } from "./rowLayout.ts";

const bandColours = {
  command: "rgb(214, 232, 255)",
  fault: "rgb(255, 232, 204)",
  start: "rgb(255, 232, 204)",
  violation: "rgb(255, 205, 205)",
} as const;
const detailCharacters = 240;
/** a long note pushes its lifeline away */
const foldCharacters = 44;

export function mermaidText({ lifelines, rows }: Storyboard): string {
  const lines = ["sequenceDiagram"];
  const names = new Map(lifelines.map(({ id }, at) => [id, `p${at}`]));
  const name = (id: string): string => names.get(id)!;
  const all = lifelines.length > 0 ? [lifelines[0]!, lifelines.at(-1)!] : [];
  const everybody = [...new Set(all.map(({ id }) => name(id)))].join(",");
  lines.push(...participants(lifelines, name));
  for (const row of rows) lines.push(...linesOf(row, name, everybody));
  return lines.join("\n");
}

/** Participants, those of one caption in one box. */
function participants(lifelines: readonly Lifeline[], name: (id: string) => string): string[] {
  const lines: string[] = [];
  let open: string | null = null;
  for (const { id, title, caption } of lifelines) {
    if (caption !== open) {
      if (open !== null) lines.push("  end");
      lines.push(`  box ${escape(caption)}`);
      open = caption;
    }
    lines.push(`    participant ${name(id)} as ${escape(title)}`);
  }
  if (open !== null) lines.push("  end");
  return lines;
}

function linesOf(row: Row, name: (id: string) => string, everybody: string): string[] {
  const at = `${timeText(row.atMs)} `;
  switch (row.kind) {
    case "message": {
      const { from, to, change } = row;
      const arrow = `  ${name(from)}${arrowOf(row)}${name(to)}: ${at}${escape(messageText(row))}`;
      return change === null ? [arrow] : [arrow, `  Note over ${name(to)}: ${escape(change)}`];
    }
    case "change":
      return [`  Note over ${name(row.at)}: ${at}${escape(row.change)}`];
    case "fold":
      return [
        `  Note over ${name(foldedLifeline)}: ${at}${escape(shorten(foldText(row, 2), foldCharacters))}`,
      ];
    case "gap":
      return everybody === ""
        ? []
        : [`  Note over ${everybody}: … ${row.leftOut} messages in ${Math.round(row.ms)} ms …`];
    case "band": {
      if (everybody === "") return [];
      const what = row.mark === "violation" ? `VIOLATION ${row.title}` : row.title;
      const detail = row.detail === "" ? "" : ` ${row.detail}`;
      const note = escape(`${what}${detail}`.slice(0, detailCharacters));
      return [
        `  rect ${bandColours[row.mark]}`,
        `    Note over ${everybody}: ${at}${note}`,
        "  end",
      ];
    }
  }
}

function arrowOf({ from, to, isLost }: MessageRow): string {
  if (isLost) return "-x";
  return isInside(from, to) ? "-->>" : "->>";
}

/** `slice ×12`, `page/intend ▸ intention.raise` */
export function messageText({ name, event, count }: MessageRow): string {
  const heard = event === null ? "" : ` ▸ ${event}`;
  return `${name}${heard}${count > 1 ? ` ×${count}` : ""}`;
}

/** Virtual ms with one decimal, thousands apart. */
export function timeText(ms: number): string {
  const [whole, tenth] = ms.toFixed(1).split(".");
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, "\u2009")}.${tenth}`;
}

/** Text that Mermaid takes literally: what has a meaning in its grammar, or in HTML, becomes an entity. */
function escape(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[#;<>&%]/g, (sign) => `#${sign.codePointAt(0)};`);
}
