import { describe, expect, it } from "vitest";
import type { Message, Step } from "../../../apps/web/inspect/inspectionStore.ts";
import { sequenceRows } from "../../../apps/web/inspect/sequenceRows.ts";
import { mermaidText } from "../../../apps/web/sequence/mermaidText.ts";

let number = 0;
const step = (at: number, over: Partial<Step> = {}): Step => ({
  ...{ type: "step", at, actor: "page/player", machine: "player", event: "lane.committed" },
  ...{ by: null, data: "", state: "supply.ready", side: "page", tab: "a", key: "page a player" },
  taken: [{ from: "supply.empty", event: "lane.committed", to: ["supply.ready"] }],
  number: number++,
  ...over,
});
const message = (at: number, way: string, name: string, over: Partial<Message> = {}): Message => {
  const [from, to] = way.split(" ") as [Message["from"], Message["to"]];
  return { type: "message", at, from, to, name, data: "", number: number++, tab: "a", ...over };
};

/** What is drawn, in words. */
function drawn(
  heard: { readonly steps?: readonly Step[]; readonly messages?: readonly Message[] },
  over: Partial<Parameters<typeof sequenceRows>[1]> = {},
) {
  const { rows, board } = sequenceRows(
    { steps: [], messages: [], ...heard },
    { tabs: ["a", "b"], wanted: () => true, rowsMax: 100, untilMs: Infinity, ...over },
  );
  const words = rows.map(({ row }) => {
    if (row.kind === "message") return `${row.from} > ${row.to} ${row.name} ${row.count}`;
    if (row.kind === "change") return `${row.at}: ${row.change}`;
    return row.kind === "band" ? `== ${row.title}` : row.kind;
  });
  return { words, rows, lifelines: board.lifelines.map(({ id }) => id), board };
}

describe("a sequence picture of what was heard", () => {
  it("has an arrow for what one side says to another, and a lifeline for each that has its part", () => {
    const messages = [
      message(10, "page worker", "page/intend"),
      message(11, "worker host", "demand"),
      message(12, "host renderers", "job/start render", { tab: "" }),
      message(13, "page worker", "page/open", { tab: "b" }),
    ];
    const { words, lifelines, board } = drawn({ messages });
    expect(words).toEqual([
      "page1 > worker1 page/intend 1",
      "worker1 > host demand 1",
      "host > host/renderers job/start render 1",
      "page2 > worker2 page/open 1",
    ]);
    expect(lifelines).toEqual(["page1", "worker1", "host", "host/renderers", "worker2", "page2"]);
    expect(mermaidText(board)).toContain("sequenceDiagram");
  });

  it("draws together what hums between two rows that matter, and nothing across them", () => {
    const messages = [
      message(1, "host worker", "slice"),
      message(2, "worker host", "credit"),
      message(3, "host worker", "slice"),
      message(4, "page worker", "page/intend"),
      message(5, "host worker", "slice"),
    ];
    expect(drawn({ messages }).words).toEqual([
      "host > worker1 slice 2",
      "worker1 > host credit 1",
      "page1 > worker1 page/intend 1",
      "host > worker1 slice 1",
    ]);
  });

  it("shows what the listener did across all lifelines, and of the actors what changed their state", () => {
    const steps = [
      step(1, { event: "transport.play", data: "{}" }),
      step(2, {
        key: "worker a link",
        actor: "worker/link",
        side: "worker",
        event: "socket.opened",
      }),
      step(3, {
        key: "worker a link",
        actor: "worker/link",
        side: "worker",
        event: "pong.received",
      }),
      step(4, { key: "worker a link", side: "worker", taken: [] }),
      step(5, { key: "host slot", actor: "host/renderers/slot-0", side: "host", tab: "" }),
    ];
    expect(drawn({ steps }).words).toEqual([
      "== transport.play",
      "worker1: link: socket.opened → ready",
      "host/renderers: slot-0: lane.committed → ready",
    ]);
  });

  it("shows an event that leaves the state as a command has left it no more than any other", () => {
    const steps = [step(1, { event: "transport.play" }), step(2, { event: "lane.moved" })];
    expect(drawn({ steps }).words).toEqual(["== transport.play"]);
  });

  it("ends at a moment, has the newest rows only, and those that are asked for", () => {
    const messages = [
      message(1, "page worker", "page/intend"),
      message(2, "worker host", "hello"),
      message(3, "host worker", "welcome"),
    ];
    expect(drawn({ messages }, { untilMs: 2 }).words).toHaveLength(2);
    expect(drawn({ messages }, { rowsMax: 1 }).words).toEqual(["host > worker1 welcome 1"]);
    const { words, rows } = drawn({ messages }, { wanted: (text) => text.includes("hello") });
    expect(words).toEqual(["worker1 > host hello 1"]);
    expect(rows[0]!.last).toBe(messages[1]);
  });

  it("is in the order of time, from whichever side it was told first", () => {
    const messages = [message(5, "host renderers", "job/start render", { tab: "" })];
    const steps = [step(3, { event: "transport.seek" })];
    expect(drawn({ messages, steps }).words[0]).toBe("== transport.seek");
  });
});
