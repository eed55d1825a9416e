/** A row in words: for who cannot see the picture, looks for a word in it, or wants the whole message. */
import { messageText, timeText } from "../../../apps/web/sequence/mermaidText.ts";
import { foldText, type Row } from "../../../apps/web/sequence/row.ts";

/** One line, or a few when several messages are drawn together. */
export function rowText(row: Row): string {
  const time = timeText(row.atMs).padStart(11);
  switch (row.kind) {
    case "message": {
      const way = row.isLost ? "⇸" : "→";
      const change = row.change === null ? "" : `  [${row.change}]`;
      const details = row.details
        .filter((detail) => detail !== "" && detail !== "{}")
        .map((detail) => `\n${" ".repeat(14)}${detail}`);
      return `${time}  ${row.from} ${way} ${row.to}: ${messageText(row)}${change}${details.join("")}`;
    }
    case "change":
      return `${time}  ${row.at}: [${row.change}]`;
    case "fold":
      return `${time}  inside the host: ${foldText(row)}`;
    case "gap":
      return `${" ".repeat(13)}… ${row.leftOut} messages …`;
    case "band": {
      const title = row.mark === "violation" ? `VIOLATION ${row.title}` : row.title;
      return `${time}  ${title}  ${row.detail}`;
    }
  }
}
