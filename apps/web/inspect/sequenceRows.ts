/** What was heard, as rows of a sequence picture: a lifeline for each side, arrows for what one has said to another, on
 *  the lifelines what changed the states of their actors, and across all of them what the listener did. */
import type { InspectionPlace } from "#engine/protocol/inspection.ts";
import { orderLifelines } from "../sequence/lifelines.ts";
import type { MessageRow, Row, Storyboard } from "../sequence/row.ts";
import { eventName, type Message, type Step } from "./inspectionStore.ts";
import { shortIds } from "./shortIds.ts";

export type Heard = { readonly steps: readonly Step[]; readonly messages: readonly Message[] };

/** A row, and the newest thing that it stands for. */
export type HeardRow = { readonly row: Row; last: Step | Message };

/** the hum of supply, and what comes by the clock: of several between two rows that matter one row is made */
const humming =
  /^(slice|credit|demand|ping|pong|cache\/|window\/|supply\/|worker\/|rendition|job\/)/;
/** what a listener can say */
const commands = /^(transport\.|track\.load|variant\.choose)/;
/** details that are kept of what is drawn together */
const detailsMax = 4;

/** @param tabs in the order in which they are numbered
 *  @param wanted whether a row is to be shown, by its words
 *  @param rowsMax the newest of them that are returned
 *  @param untilMs nothing later is shown */
export function sequenceRows(
  { steps, messages }: Heard,
  {
    tabs,
    wanted,
    rowsMax,
    untilMs,
  }: {
    readonly tabs: readonly string[];
    readonly wanted: (text: string) => boolean;
    readonly rowsMax: number;
    readonly untilMs: number;
  },
): { readonly rows: readonly HeardRow[]; readonly board: Storyboard } {
  const all = byTime(messages, steps, untilMs);
  const startMs = all[0]?.at ?? 0;
  const rows: HeardRow[] = [];
  const together = new Map<string, HeardRow & { readonly row: MessageRow }>();
  const states = new Map<string, string>();
  for (const note of all) {
    const hasNews = note.type === "message" || hasChanged(note, states) || isCommand(note);
    const row = hasNews ? rowOf(note, tabs.indexOf(note.tab) + 1, startMs) : null;
    if (!row) continue;
    if (row.kind !== "message") {
      together.clear();
      rows.push({ row, last: note });
      continue;
    }
    const key = `${row.from}>${row.to}>${row.name}`;
    const before = together.get(key);
    if (before) {
      before.row.count++;
      before.row.lastMs = row.atMs;
      before.last = note;
      if (before.row.details.length < detailsMax) before.row.details.push(...row.details);
      continue;
    }
    if (!humming.test(row.name)) together.clear();
    const made = { row, last: note };
    together.set(key, made);
    rows.push(made);
  }
  // afterwards, so that what lies between two of them keeps them apart
  const shown: HeardRow[] = [];
  for (let at = rows.length - 1; at >= 0 && shown.length < rowsMax; at--) {
    const each = rows[at]!;
    if (wanted(wordsOf(each.last, each.row))) shown.push(each);
  }
  shown.reverse();
  return { rows: shown, board: boardOf(shown) };
}

/** Two lists, each by time, as one. */
function byTime(
  messages: readonly Message[],
  steps: readonly Step[],
  untilMs: number,
): readonly (Step | Message)[] {
  const all: (Step | Message)[] = [];
  let [m, s] = [0, 0];
  while (m < messages.length || s < steps.length) {
    const [message, step] = [messages[m], steps[s]];
    const isMessage =
      message !== undefined &&
      (step === undefined || message.at - step.at < 0 || isBefore(message, step));
    const next = isMessage ? message : step!;
    if (next.at > untilMs) break;
    all.push(next);
    if (isMessage) m++;
    else s++;
  }
  return all;
}

/** Of the same moment, which was heard of first. */
function isBefore(message: Message, step: Step): boolean {
  return message.at === step.at && message.number < step.number;
}

function boardOf(rows: readonly HeardRow[]): Storyboard {
  const parties = new Set<string>();
  for (const { row } of rows) {
    if (row.kind === "message") parties.add(row.from).add(row.to);
    if (row.kind === "change") parties.add(row.at);
  }
  return { lifelines: orderLifelines([...parties]), rows: rows.map(({ row }) => row) };
}

/** @param states what they were before, by actor */
function hasChanged({ key, state, taken }: Step, states: Map<string, string>): boolean {
  const before = states.get(key);
  states.set(key, state);
  if (before !== undefined) return before !== state;
  return taken.some(({ from, to }) => to.some((target) => target !== from));
}

/** Whether the listener did it. */
function isCommand({ side, by, event }: Step): boolean {
  return side === "page" && by === null && commands.test(event);
}

/** @param player counted from 1, as the tables count tabs */
function rowOf(note: Step | Message, player: number, startMs: number): Row | null {
  const atMs = note.at - startMs;
  if (note.type === "message") {
    const { name, data } = note;
    const [from, to] = [lifeline(note.from, player), lifeline(note.to, player)];
    const times = { atMs, lastMs: atMs, sentMs: atMs };
    const whole = { event: null, change: null, details: [data], count: 1, isLost: false };
    return { kind: "message", from, to, name, ...times, ...whole };
  }
  const { side, actor, event, data, taken } = note;
  if (isCommand(note)) return { kind: "band", atMs, mark: "command", title: event, detail: data };
  const targets = taken.flatMap(({ to }) => to);
  if (targets.length === 0) return null;
  const place = side === "host" ? placeAt(actor) : side;
  const who = shortIds(actor.split("/").at(-1)!);
  const change = `${who}: ${eventName(note)} → ${targets.map(innermost).join(", ")}`;
  return { kind: "change", atMs, at: lifeline(place, player), change };
}

/** The chart has the rest of its path. */
function innermost(path: string): string {
  return path.split(".").at(-1)!;
}

/** Of an actor of the host: the pools of workers stand where their workers are. */
function placeAt(actor: string): InspectionPlace {
  // a simulated host has one pool, and calls it so
  if (/^(host\/renderers|workerPool)/.test(actor)) return "renderers";
  return /^host\/(d|nativeD)ecoders/.test(actor) ? "decoders" : "host";
}

/** As the pictures of simulated runs call them. */
function lifeline(place: InspectionPlace, player: number): string {
  switch (place) {
    case "page":
    case "worker":
      return `${place}${player}`;
    case "host":
      return "host";
    case "renderers":
    case "decoders":
      return `host/${place}`;
  }
}

function wordsOf(note: Step | Message, row: Row): string {
  if (note.type === "message") return `${note.from} ${note.to} ${note.name}`;
  return `${note.side} ${note.by ?? ""} ${note.actor} ${note.event} ${row.kind}`;
}
