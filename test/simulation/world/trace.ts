/** Trace: what happened in a run, in order: events of the heap, messages between participants, changes of
 *  an actor's state, commands, faults, and the violation.
 *
 *  Participants are shells (`page0`, `worker0`, `mixer0`, `host`), the machines behind them
 *  (`page0/player`) and the devices at the ports (`host/disk`). A machine rarely names who sends an event
 *  to it, so the trace keeps the stack of the machines that are at work: the topmost one is the sender.
 *  A message that arrives at a shell and becomes an event of a machine is one entry, not two. */
import type { AnyActorRef, InspectionEvent } from "xstate";
import { InspectionLog, type InspectedPlace } from "./inspectionLog.ts";

export type Mark = "command" | "fault" | "violation";

export type TraceEntry = {
  /** virtual ms; of a message: when it arrived */
  readonly atMs: number;
  /** kind of the event on the heap; of everything else the text that stands for it in the log */
  readonly label: string;
  /** participants of a message */
  readonly from?: string;
  to?: string;
  /** what the message is called, or what was commanded, struck or violated */
  readonly name?: string;
  /** content, as JSON without samples, or words */
  readonly detail?: string;
  /** virtual ms at which a message left, when it took time */
  readonly sentMs?: number;
  /** it was under way when the connection was lost */
  readonly isLost?: boolean;
  /** event that the receiving machine made of the message */
  event?: string;
  /** what the message changed in the state of its receiver: `intention: preparing → committing` */
  change?: string;
  readonly mark?: Mark;
};

export type Sent = { readonly from: string; readonly sentMs: number };

export class Trace {
  readonly entries: TraceEntry[] = [];
  /** the same run as `/inspect` shows it */
  readonly inspected: InspectionLog;
  private readonly now: () => number;
  /** machines at work, the innermost last */
  private readonly atWork: string[] = [];
  /** arrived in this event, and no machine has heard of it yet */
  private arrived: TraceEntry | null = null;
  private readonly states = new Map<string, unknown>();
  private readonly causes = new WeakMap<object, TraceEntry>();

  constructor(now: () => number) {
    this.now = now;
    this.inspected = new InspectionLog();
  }

  /** An event of the heap begins. */
  begin(label: string): void {
    // an exception may have left machines behind
    this.atWork.length = 0;
    this.arrived = null;
    this.add({ label });
  }

  /** Words that belong to no message. */
  say(detail: string): void {
    this.add({ label: "note", detail });
  }

  /** A command, a fault, or the failing moment. @param at the participant that it concerns */
  mark(mark: Mark, name: string, detail: string, at?: string): void {
    this.add({ label: `${mark.toUpperCase()} ${name}: ${detail}`, mark, name, detail, to: at });
  }

  /** Who speaks now: the innermost machine at work, or else the shell. */
  sent(shell: string): Sent {
    return { from: this.atWork.at(-1) ?? shell, sentMs: this.now() };
  }

  /** A message arrives. What a machine makes of it before the event is over is its effect. */
  arrive({ from, sentMs }: Sent, to: string, name: string, detail: string): void {
    this.arrived = this.message(from, to, name, detail, sentMs);
  }

  /** A message will never arrive. */
  lose({ from, sentMs }: Sent, to: string, name: string, detail: string): void {
    this.add({ label: `${from} ⇸ ${to} ${name}`, from, to, name, detail, sentMs, isLost: true });
  }

  /** A message that takes no time, as a call of a port does. */
  call({ from, sentMs }: Sent, to: string, name: string, detail: string): void {
    this.message(from, to, name, detail, sentMs);
  }

  /** Listens to the machines of one root through xstate's inspection.
   *  @param shell name of the root @param also listens as well */
  inspect(shell: string, also?: (event: InspectionEvent) => void) {
    const log = this.inspected.listen(inspectedAt(shell), this.now).inspect;
    return (event: InspectionEvent): void => {
      also?.(event);
      log(event);
      const actor = nameOf(shell, event.actorRef as AnyActorRef);
      switch (event.type) {
        case "@xstate.event":
          return this.heard(shell, actor, event.sourceRef as AnyActorRef | undefined, event.event);
        case "@xstate.microstep":
        case "@xstate.action":
          if (this.atWork.at(-1) !== actor) this.atWork.push(actor);
          return;
        case "@xstate.snapshot": {
          const at = this.atWork.lastIndexOf(actor);
          if (at >= 0) this.atWork.length = at;
          const value: unknown = Reflect.get(event.snapshot, "value");
          return this.settled(actor, value, event.event);
        }
        default:
      }
    };
  }

  private heard(
    shell: string,
    to: string,
    source: AnyActorRef | undefined,
    event: { readonly type: string },
  ): void {
    const { type, ...rest } = event;
    if (type === "xstate.init") {
      // a later run of the host has actors of the same names
      this.states.delete(to);
      return;
    }
    const { arrived } = this;
    let entry = arrived;
    if (arrived && this.atWork.length === 0 && arrived.to === shell) {
      this.arrived = null;
      arrived.to = to;
      arrived.event = type;
    } else {
      const from = this.atWork.at(-1) ?? (source ? nameOf(shell, source) : shell);
      entry = this.message(from, to, type, describe(rest), this.now());
    }
    this.causes.set(event, entry!);
  }

  private settled(actor: string, value: unknown, event: object): void {
    const before = this.states.get(actor);
    this.states.set(actor, value);
    const change = before === undefined ? null : changeOf(before, value);
    if (change === null) return;
    const cause = this.causes.get(event);
    if (cause) cause.change = change;
    else this.add({ label: `${actor}: ${change}`, to: actor, change });
  }

  private message(
    from: string,
    to: string,
    name: string,
    detail: string,
    sentMs: number,
  ): TraceEntry {
    this.inspected.message(from, to, name, detail, this.now());
    return this.add({ label: `${from} → ${to} ${name}`, from, to, name, detail, sentMs });
  }

  private add(entry: Omit<TraceEntry, "atMs">): TraceEntry {
    const whole = { atMs: this.now(), ...entry };
    this.entries.push(whole);
    return whole;
  }
}

/** One entry as a line of the log: time, then what happened, indented when it is part of an event. */
export function traceLine(entry: TraceEntry): string {
  const { atMs, label, from, mark, name, detail, event, change } = entry;
  const time = atMs.toFixed(1).padStart(9);
  if (mark || label === "note") return `${time}   ${mark ? label : detail}`;
  if (from === undefined) return change === undefined ? `${time} ${label}` : `${time}   ${label}`;
  const heard = event === undefined || event === name ? "" : ` (${event})`;
  const changed = change === undefined ? "" : `  [${change}]`;
  return `${time}   ${from} ${entry.isLost ? "⇸" : "→"} ${entry.to} ${name}${heard}${changed} ${detail}`;
}

/** A message as text: data without samples, at most 600 characters. */
export function describe(message: unknown): string {
  const text = JSON.stringify(message, (_key, value: unknown) => {
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    if (typeof value === "number" && !Number.isInteger(value)) return Math.round(value * 1e3) / 1e3;
    return value;
  });
  return (text ?? "").slice(0, 600);
}

function nameOf(shell: string, actor: AnyActorRef): string {
  return `${shell}/${actor.id.split("/").at(-1)}`;
}

/** What differs between two values of a state: `intention: preparing → committing`; null if nothing does. */
function changeOf(before: unknown, after: unknown): string | null {
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  if (isRegions(before) && isRegions(after)) {
    const names = Object.keys(after);
    if (names.length === Object.keys(before).length && names.every((name) => name in before))
      return names
        .flatMap((name) => {
          const change = changeOf(before[name], after[name]);
          return change === null ? [] : [`${name}: ${change}`];
        })
        .join(", ");
  }
  return `${placeOf(before)} → ${placeOf(after)}`;
}

function isRegions(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function placeOf(value: unknown): string {
  if (!isRegions(value)) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => {
      const deeper = placeOf(inner);
      return deeper === "" ? name : `${name}.${deeper}`;
    })
    .join(" + ");
}

/** @param shell `host`, `page0`, `worker0`, … */
function inspectedAt(shell: string): InspectedPlace {
  const [, side, player] = /^(page|worker|host)(\d*)$/.exec(shell)!;
  return { side: side as InspectedPlace["side"], tab: player === "" ? "" : `player ${player}` };
}
