/** What `/inspect` has heard of the actors: who lives, in which state, and their last steps. Plain; told batch by batch. */
import type {
  InspectionBatch,
  InspectionNote,
  MessageNote,
  StepNote,
} from "#engine/protocol/inspection.ts";

/** steps, and messages, that are kept of what goes on for ever */
const liveStepsMax = 3000;

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
  #steps: readonly Step[] = [];
  #messages: readonly Message[] = [];
  #missed = 0;
  #count = 0;
  readonly #stepsMax: number;

  /** @param stepsMax how many are kept, the newest */
  constructor(stepsMax = liveStepsMax) {
    this.#stepsMax = stepsMax;
  }

  read(): Inspected {
    return {
      actors: [...this.#actors.values()],
      steps: this.#steps,
      messages: this.#messages,
      missed: this.#missed,
    };
  }

  take({ side, tab, notes, missed }: InspectionBatch): void {
    this.#missed += missed;
    const steps: Step[] = [];
    const messages: Message[] = [];
    for (const note of notes) {
      if (note.type === "message") {
        messages.push({ ...note, number: this.#count++, tab });
        continue;
      }
      const key = `${side} ${tab} ${note.actor}`;
      if (note.type === "ended") this.#actors.delete(key);
      else this.#actors.set(key, this.#actorOf(note, { key, side, tab }));
      if (note.type === "step") steps.push({ ...note, number: this.#count++, key, side, tab });
    }
    this.#steps = this.#merged(this.#steps, steps);
    this.#messages = this.#merged(this.#messages, messages);
  }

  /** Sides tell in batches of their own: by time they may lie among each other. */
  #merged<Note extends { readonly at: number }>(
    known: readonly Note[],
    more: readonly Note[],
  ): readonly Note[] {
    if (more.length === 0) return known;
    return [...known, ...more].sort((one, other) => one.at - other.at).slice(-this.#stepsMax);
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

/** The steps as a Mermaid sequence diagram (https://mermaid.js.org/syntax/sequenceDiagram.html). */
export function mermaidOf(steps: readonly Step[]): string {
  const name = (id: string) => id.replace(/[^\w./-]/g, "_");
  return [
    "sequenceDiagram",
    ...steps.map(({ by, actor, event }) => `  ${name(by ?? "outside")}->>${name(actor)}: ${event}`),
  ].join("\n");
}
