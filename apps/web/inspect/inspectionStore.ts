/** What `/inspect` has heard of the actors: who lives, in which state, and their last steps. Plain; told batch by batch. */
import type {
  InspectionBatch,
  InspectionNote,
  MessageNote,
  StepNote,
} from "#engine/protocol/inspection.ts";
import { NewestNotes } from "./newestNotes.ts";
import { whereIs } from "./whereIs.ts";

/** steps, and messages, that are kept of what goes on for ever */
const liveMost = 3000;

export type Actor = {
  /** side, tab and id */
  readonly key: string;
  readonly side: InspectionBatch["side"];
  readonly tab: string;
  readonly id: string;
  readonly machine: string;
  readonly state: string;
  /** the last transitions it took */
  readonly taken: StepNote["taken"];
};

export type Step = StepNote & {
  /** counts all that were heard */
  readonly number: number;
  readonly key: string;
  readonly side: InspectionBatch["side"];
  readonly tab: string;
};

/** What one side has said to another. */
export type Message = MessageNote & { readonly number: number; readonly tab: string };

export type Inspected = {
  /** in the order in which they were heard of, those that are gone, too; the same array until there are more */
  readonly tabs: readonly string[];
  readonly actors: readonly Actor[];
  /** oldest first */
  readonly steps: readonly Step[];
  /** oldest first */
  readonly messages: readonly Message[];
  /** steps and messages that were left out on the way, because they came too fast */
  readonly missed: number;
};

export class InspectionStore {
  #actors = new Map<string, Actor>();
  readonly #steps: NewestNotes<Step>;
  readonly #messages: NewestNotes<Message>;
  #tabs: readonly string[] = [];
  #missed = 0;
  #count = 0;

  /** @param most steps that are kept, the newest, and as many messages */
  constructor(most = liveMost) {
    this.#steps = new NewestNotes(most);
    this.#messages = new NewestNotes(most);
  }

  read(): Inspected {
    return {
      tabs: this.#tabs,
      actors: [...this.#actors.values()],
      steps: this.#steps.read(),
      messages: this.#messages.read(),
      missed: this.#missed,
    };
  }

  take({ side, tab, notes, missed }: InspectionBatch): void {
    this.#missed += missed;
    if (tab !== "" && !this.#tabs.includes(tab)) this.#tabs = [...this.#tabs, tab];
    for (const note of notes) {
      if (note.type === "message") {
        this.#messages.add({ ...note, number: this.#count++, tab });
        continue;
      }
      const key = `${side} ${tab} ${note.actor}`;
      if (note.type === "ended") this.#actors.delete(key);
      else this.#actors.set(key, this.#actorOf(note, { key, side, tab }));
      if (note.type === "step") this.#steps.add({ ...note, number: this.#count++, key, side, tab });
    }
  }

  /** The living, as whoever begins to watch is told of them. @param at ms since 1970 */
  living(at: number): readonly InspectionBatch[] {
    return [...this.#actors.values()].map(({ side, tab, id, machine, state }) => {
      return { side, tab, notes: [{ type: "alive", at, actor: id, machine, state }], missed: 0 };
    });
  }

  /** A tab is gone, and all who lived there; what they did stays. */
  leave(tab: string): void {
    for (const actor of this.#actors.values())
      if (actor.tab === tab) this.#actors.delete(actor.key);
  }

  /** Nothing is known any more of the actors of a side: whoever told of them is gone. */
  forget(side: InspectionBatch["side"]): void {
    for (const actor of this.#actors.values())
      if (actor.side === side) this.#actors.delete(actor.key);
  }

  #actorOf(
    note: Exclude<InspectionNote, { type: "ended" | "message" }>,
    place: Pick<Actor, "key" | "side" | "tab">,
  ): Actor {
    const { actor: id, machine, state } = note;
    const before = this.#actors.get(place.key)?.taken ?? [];
    const taken = note.type === "step" && note.taken.length > 0 ? note.taken : before;
    return { ...place, id, machine, state, taken };
  }
}

/** What a chart calls the event of a step: of timers and children xstate's own names are long. */
export function eventName({ event, taken }: Pick<StepNote, "event" | "taken">): string {
  const [first] = taken;
  return event.startsWith("xstate.") && first ? first.event : event;
}

/** The steps as a Mermaid sequence diagram (https://mermaid.js.org/syntax/sequenceDiagram.html).
 *  @param tabs in the order in which they are numbered */
export function mermaidOf(steps: readonly Step[], tabs: readonly string[]): string {
  const names = new Map<string, string>();
  // an id may hold what Mermaid takes for an arrow
  const name = (who: string): string => {
    const known = names.get(who) ?? `p${names.size}`;
    names.set(who, known);
    return known;
  };
  const arrows = steps.map((step) => {
    const where = whereIs(step.tab, tabs);
    const by = step.by === null ? "outside" : `${step.by}${where}`;
    return `  ${name(by)}->>${name(`${step.actor}${where}`)}: ${eventName(step)}`;
  });
  const participants = [...names].map(([who, short]) => `  participant ${short} as ${who}`);
  return ["sequenceDiagram", ...participants, ...arrows].join("\n");
}
