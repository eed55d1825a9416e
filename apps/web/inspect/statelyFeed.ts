/** What is heard of the actors, in the words of the Stately inspector (@statelyai/inspect). */
import type { StatelyInspectionEvent } from "@statelyai/inspect";
import type { InspectionBatch, InspectionNote } from "#engine/protocol/inspection.ts";
import { aroundOf } from "./actorTree.ts";

/** of the inspector's protocol */
const version = "0.7.2";

type Common = {
  readonly sessionId: string;
  readonly rootId: string;
  readonly createdAt: string;
  readonly _version: string;
};
type Place = Pick<InspectionBatch, "side" | "tab">;
type Actor = Exclude<InspectionNote, { type: "ended" | "message" }>;

/** One name for an actor among those of all sides and tabs: `page.4f1c/player`. */
function nameOf({ side, tab }: Place, actor: string): string {
  const root = tab === "" ? side : `${side}.${tab.slice(0, 4)}`;
  return `${root}/${actor.replace(`${side}/`, "")}`;
}

/** Translates batches in their order. An actor is introduced once, with its machine's definition. */
export class StatelyFeed {
  readonly #send: (event: StatelyInspectionEvent) => void;
  readonly #definitionOf: (machine: string) => string | undefined;
  readonly #known = new Set<string>();

  /** @param definitionOf the definition of a machine as JSON; undefined: none is known */
  constructor(
    send: (event: StatelyInspectionEvent) => void,
    definitionOf: (machine: string) => string | undefined,
  ) {
    this.#send = send;
    this.#definitionOf = definitionOf;
  }

  take(batch: InspectionBatch): void {
    for (const note of batch.notes) {
      // it shows actors, and what they hear
      if (note.type === "message") continue;
      const sessionId = nameOf(batch, note.actor);
      const rootId = nameOf(batch, "").slice(0, -1);
      const createdAt = note.at.toString();
      const common = { sessionId, rootId, createdAt, _version: version };
      if (note.type === "ended") {
        this.#end(common);
        continue;
      }
      if (!this.#known.has(sessionId)) this.#introduce(batch, note, common);
      if (note.type !== "step") continue;
      const event = { type: note.event, ...(note.data && { data: note.data }) };
      const sourceId = note.by === null ? undefined : nameOf(batch, note.by);
      const id = `${createdAt} ${sessionId}`;
      this.#send({ ...common, type: "@xstate.event", id, event, sourceId });
      this.#send({ ...common, type: "@xstate.snapshot", id, event, snapshot: snapshotOf(note) });
    }
  }

  /** A tab is gone, or the host where that is empty, and all who lived there. @param at ms since 1970 */
  leave(tab: string, at: number): void {
    const createdAt = at.toString();
    for (const side of tab === "" ? (["host"] as const) : (["page", "worker"] as const)) {
      const rootId = nameOf({ side, tab }, "").slice(0, -1);
      for (const sessionId of this.#known)
        if (sessionId.startsWith(`${rootId}/`))
          this.#end({ sessionId, rootId, createdAt, _version: version });
    }
  }

  #end(common: Common): void {
    this.#known.delete(common.sessionId);
    const snapshot = { status: "stopped" } as never;
    this.#send({ ...common, type: "@xstate.snapshot", id: "", event: { type: "" }, snapshot });
  }

  #introduce(place: Place, note: Actor, common: Common): void {
    const around = aroundOf(note.actor, (id) => this.#known.has(nameOf(place, id)));
    this.#known.add(common.sessionId);
    this.#send({
      ...common,
      type: "@xstate.actor",
      id: "",
      name: common.sessionId,
      definition: this.#definitionOf(note.machine),
      parentId: around === null ? undefined : nameOf(place, around),
      snapshot: snapshotOf(note),
    });
  }
}

function snapshotOf({ state }: Actor): never {
  return { status: "active", value: valueOf(state), context: {} } as never;
}

/** `open.live` → `{open: "live"}`; `wish.paused supply.empty` → `{wish: "paused", supply: "empty"}`. */
export function valueOf(state: string): unknown {
  const tree: Tree = {};
  for (const path of state.split(" ")) {
    let at = tree;
    for (const name of path.split(".")) at = at[name] ??= {};
  }
  return valueBelow(tree);
}

type Tree = { [name: string]: Tree };

/** One state that has none in it is a name; a region that has none is empty. */
function valueBelow(tree: Tree): unknown {
  const names = Object.keys(tree);
  const [only] = names;
  if (names.length === 1 && Object.keys(tree[only!]!).length === 0) return only;
  return Object.fromEntries(names.map((name) => [name, valueBelow(tree[name]!)]));
}
