/** What the host's actors do, as log events. The engine knows of no log: all of it is read from what xstate
 *  reports. Names, states and faults are logged; of messages their type only, so that neither a token nor a
 *  sample can get into a log. */
import { LRUCache } from "lru-cache";
import type { AnyActorRef, InspectionEvent } from "xstate";
import { stateText } from "#engine/actors/watchActors.ts";
import { faultSchema, type Fault } from "#engine/protocol/faults.ts";
import type { Log } from "./openLog.ts";

/** the same fault of the same thing is logged again after that long, ms */
const quietMs = 600_000;
const quietMax = 1000;
const textMax = 300;

type Happening = {
  readonly type: string;
  readonly id?: unknown;
  readonly why?: unknown;
  readonly level?: unknown;
  readonly slot?: unknown;
  readonly failedStarts?: unknown;
};

/** @param isLeaving whether the host ends: what goes wrong then is to be expected (Ctrl-C reaches its child
 *    processes as well), and is logged on `debug`
 *  @param now ms; decides when a fault may be logged again
 *  @returns what takes the reports of xstate */
export function logActors(
  log: Log,
  isLeaving: () => boolean = () => false,
  now: () => number = () => performance.now(),
): (report: InspectionEvent) => void {
  const wrong = (fields: object, event: string): void =>
    log[isLeaving() ? "debug" : "warn"](fields, event);
  const quiet = new LRUCache<string, true>({
    max: quietMax,
    ttl: quietMs,
    ttlResolution: 0,
    perf: { now },
  });
  const states = new WeakMap<object, string>();
  /** @returns whether it has not been said lately */
  const isNews = (name: string): boolean => {
    if (quiet.has(name)) return false;
    quiet.set(name, true);
    return true;
  };

  const heard = (actor: AnyActorRef, machine: string, event: Happening): void => {
    const who = { actor: clip(actor.id), machine };
    if (log.isLevelEnabled("trace")) log.trace({ ...who, type: event.type }, "actor.heard");
    // the cache is told of faults by those who have told of them already
    const why = machine === "cache" ? undefined : faultOf(event.why);
    if (why) {
      const subject = subjectOf(actor.id, event.id);
      if (isNews(`${event.type} ${subject} ${why.code}`)) {
        const { code, detail, retryable } = why;
        const of = { subject, code, detail: clip(detail), retryable };
        wrong({ ...who, type: event.type, ...of }, "fault.raised");
      }
    }
    if (event.type === "slot.lost" && isNews(`slot.lost ${actor.id} ${String(event.slot)}`))
      wrong({ ...who, slot: event.slot, failedStarts: event.failedStarts }, "worker.lost");
    if (event.type === "memory.changed") log.info({ state: event.level }, "memory.changed");
  };

  const changed = (actor: AnyActorRef, machine: string, snapshot: unknown): void => {
    const { value, status } = snapshot as { readonly value?: unknown; readonly status: string };
    const state = status === "active" ? stateText(value) : status;
    if (states.get(actor) === state) return;
    const isFirst = !states.has(actor);
    states.set(actor, state);
    const who = { actor: clip(actor.id), machine };
    if (!isFirst) log.debug({ ...who, state: clip(state) }, "actor.changed");
    if (status !== "active" && machine in lives) log.info(who, lives[machine]!.ended);
  };

  return (report) => {
    const actor = report.actorRef as unknown as AnyActorRef;
    const machine = machineOf(actor);
    if (report.type === "@xstate.actor") {
      const life = lives[machine];
      if (life) log.info({ actor: clip(actor.id), machine }, life.began);
    } else if (report.type === "@xstate.event") heard(actor, machine, report.event as Happening);
    else if (report.type === "@xstate.snapshot") changed(actor, machine, report.snapshot);
  };
}

/** whose comings and goings an operator wants to see */
const lives: Readonly<Record<string, { readonly began: string; readonly ended: string }>> = {
  session: { began: "session.began", ended: "session.ended" },
  trackProcessor: { began: "track.opened", ended: "track.closed" },
};

function machineOf(actor: AnyActorRef): string {
  const { id } = (actor as { readonly logic?: { readonly id?: string } }).logic ?? {};
  return clip(id ?? actor.id);
}

/** What a fault is about: the rendering that a segment belongs to, or the track, without the number that
 *  tells its processors apart: whoever opens it again meets the same fault. */
function subjectOf(actor: string, id: unknown): string {
  if (typeof id === "string") return clip(id.split("/")[0]!);
  return clip(actor.replace(/^(track\..*)\.\d+$/, "$1"));
}

function faultOf(value: unknown): Fault | undefined {
  return value ? faultSchema.safeParse(value).data : undefined;
}

function clip(text: string): string {
  return text.slice(0, textMax);
}
