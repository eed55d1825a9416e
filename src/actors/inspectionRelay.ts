/** Inspection relay: tells whoever watches what xstate tells of the actors of one side, and sends them what he asks for.
 *  Those that lived before somebody began to watch are told first; while nobody does, it only keeps the list of the
 *  living. */
import type {
  AnyActorRef,
  AnyMachineSnapshot,
  AnyTransitionDefinition,
  InspectionEvent,
} from "xstate";
import type {
  InspectionAsk,
  InspectionNote,
  InspectionPlace,
  StepNote,
} from "../protocol/inspection.ts";
import { eventOf } from "./chartOf.ts";
import { eventText } from "./eventText.ts";
import { eventFrom } from "./sendableEvents.ts";
import { stateText } from "./watchActors.ts";

/** letters of a name, of the states, and of all that is told of the transitions of a step: with 300 of data a note is
 *  2 KiB of JSON at most */
const nameMax = 120;
const stateMax = 400;
const takenLettersMax = 600;
/** transitions of a step that are looked at */
const takenMax = 50;

export class InspectionRelay {
  readonly #now: () => number;
  readonly #living = new Map<string, AnyActorRef>();
  readonly #watchers = new Set<(note: InspectionNote) => void>();
  /** steps whose event is known and whose outcome is not, by session id */
  readonly #begun = new Map<string, { by: string | null; taken: StepNote["taken"] }>();

  /** @param now ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Handed to every actor of the side from the beginning. Cost while nobody watches: a comparison or two. */
  readonly inspect = (inspected: InspectionEvent): void => {
    const { type } = inspected;
    // most of what comes, and the rest only to know who lives
    if (this.#watchers.size === 0 && type !== "@xstate.actor" && type !== "@xstate.snapshot")
      return;
    const actor = inspected.actorRef as unknown as AnyActorRef;
    if (inspected.type === "@xstate.actor") {
      // what state it is in is known when it has started
      this.#living.set(actor.sessionId, actor);
    } else if (inspected.type === "@xstate.snapshot") this.#see(actor, inspected);
    else if (inspected.type === "@xstate.event")
      this.#begun.set(actor.sessionId, { by: idOf(inspected.sourceRef), taken: [] });
    else if (inspected.type === "@xstate.microstep")
      this.#begun
        .get(actor.sessionId)
        ?.taken.push(...inspected._transitions.slice(0, takenMax).map(takenOf));
  };

  /** @param emit hears of the living, and of everything from then on @returns stop */
  watch(emit: (note: InspectionNote) => void): () => void {
    for (const actor of this.#living.values()) if (isActive(actor)) emit(this.#alive(actor));
    this.#watchers.add(emit);
    return () => {
      this.#watchers.delete(emit);
      if (this.#watchers.size === 0) this.#begun.clear();
    };
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Tells of a message between two sides. @param message with a `type`, and what else it carries */
  message(from: InspectionPlace, to: InspectionPlace, message: unknown): void {
    if (this.#watchers.size === 0) return;
    const name = cut(messageName(message));
    const data = isRecord(message) ? eventText(message) : "";
    this.#tell({ type: "message", at: this.#now(), from, to, name, data });
  }

  /** Sends a living actor an event, if that is one that may be sent and its state takes it now.
   *  @returns why not, in a sentence; null when it was sent */
  send({ actor: id, event: type, data }: InspectionAsk): string | null {
    const found = [...this.#living.values()].find((actor) => nameOf(actor) === id);
    if (!found || !isActive(found)) return "It lives no more.";
    const event = eventFrom(machineOf(found), type, data);
    if (typeof event === "string") return event;
    if (!(found.getSnapshot() as AnyMachineSnapshot).can(event))
      return "It does not take this event in the state that it is in.";
    found.send(event);
    return null;
  }

  #see(
    actor: AnyActorRef,
    { event, snapshot }: Extract<InspectionEvent, { type: "@xstate.snapshot" }>,
  ): void {
    const isOver = snapshot.status !== "active";
    if (isOver) this.#living.delete(actor.sessionId);
    if (this.#watchers.size === 0) return;
    const step = this.#begun.get(actor.sessionId);
    this.#begun.delete(actor.sessionId);
    if (event.type === "xstate.init") this.#tell(this.#alive(actor));
    else
      this.#tell({
        type: "step",
        at: this.#now(),
        actor: nameOf(actor),
        machine: machineOf(actor),
        event: cut(event.type),
        by: step?.by == null ? null : cut(step.by),
        data: eventText(event),
        state: stateOf(snapshot),
        taken: fitting(step?.taken ?? []),
      });
    if (isOver) this.#tell({ type: "ended", at: this.#now(), actor: nameOf(actor) });
  }

  #alive(actor: AnyActorRef): InspectionNote {
    const state = stateOf(actor.getSnapshot());
    return {
      type: "alive",
      at: this.#now(),
      actor: nameOf(actor),
      machine: machineOf(actor),
      state,
    };
  }

  #tell(note: InspectionNote): void {
    for (const emit of this.#watchers) emit(note);
  }
}

/** `job/report slice`: its type, and that of what a worker is given or says. */
function messageName(message: unknown): string {
  if (!isRecord(message)) return "message";
  const { type, task, report } = message;
  const inner = isRecord(task) ? task["type"] : isRecord(report) ? report["type"] : undefined;
  return [type, inner].filter((each) => typeof each === "string").join(" ");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isActive(actor: AnyActorRef): boolean {
  return (actor.getSnapshot() as { status?: string }).status === "active";
}

function idOf(actor: unknown): string | null {
  return actor === undefined ? null : nameOf(actor as AnyActorRef);
}

/** Its id, unique on its side: behind that of its parent, unless it says itself where it belongs. */
function nameOf(actor: AnyActorRef): string {
  const { id } = actor;
  const parent = actor._parent as AnyActorRef | undefined;
  return cut(parent === undefined || id.includes("/") ? id : `${nameOf(parent)}/${id}`);
}

function machineOf(actor: AnyActorRef): string {
  const { id } = (actor as { readonly logic?: { readonly id?: string } }).logic ?? {};
  return cut(id ?? actor.id);
}

function stateOf(snapshot: unknown): string {
  const { status, value } = snapshot as { readonly status?: string; readonly value?: unknown };
  return (status === "active" ? stateText(value) : (status ?? "active")).slice(0, stateMax);
}

function takenOf(transition: AnyTransitionDefinition): StepNote["taken"][number] {
  const { source, target } = transition;
  return {
    from: cut(source.path.join(".")),
    event: cut(eventOf(transition)),
    to: (target ?? []).map(({ path }) => cut(path.join("."))),
  };
}

/** As many of the transitions, the first ones, as a note has room for. */
function fitting(taken: StepNote["taken"]): StepNote["taken"] {
  let letters = 0;
  const tooFar = taken.findIndex(({ from, event, to }) => {
    letters += from.length + event.length + to.join("   ").length + frameLetters;
    return letters > takenLettersMax;
  });
  return tooFar < 0 ? taken : taken.slice(0, tooFar);
}
/** of `{"from":"","event":"","to":[""]},` */
const frameLetters = 33;

function cut(text: string): string {
  return text.slice(0, nameMax);
}
