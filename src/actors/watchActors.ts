/** Names the active states of actors as text, for whoever watches. */
import type { AnyActorRef } from "xstate";

export type ActorState = {
  readonly id: string;
  readonly machine: string;
  readonly state: string;
};

/** Active states as `wish.playing intention.settled`, each with all the states around it; callbacks and
 *  promises as their status. */
export function stateText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "active";
  return leaves(value, "").join(" ");
}

function leaves(value: object, around: string): readonly string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (typeof inner === "string") return [`${around}${name}.${inner}`];
    const below = leaves(inner as object, `${around}${name}.`);
    return below.length > 0 ? below : [`${around}${name}`];
  });
}

/** One line per actor, in the order given. */
export function describeActors(actors: readonly AnyActorRef[]): ActorState[] {
  return actors.map((actor) => {
    const snapshot = actor.getSnapshot() as { value?: unknown; status?: string } | undefined;
    const state = snapshot?.value === undefined ? snapshot?.status : stateText(snapshot.value);
    return {
      id: actor.id.slice(0, 100),
      machine: (actor.id.split("/").at(-1) ?? actor.id).slice(0, 100),
      state: (state ?? "active").slice(0, 200),
    };
  });
}

/** Calls `changed` whenever the active state of one of the actors is another. @returns stop */
export function watchActors(
  actors: readonly AnyActorRef[],
  changed: (actors: ActorState[]) => void,
): () => void {
  let last = "";
  const look = () => {
    const described = describeActors(actors);
    const text = described.map(({ state }) => state).join("|");
    if (text === last) return;
    last = text;
    changed(described);
  };
  const subscriptions = actors.map((actor) => actor.subscribe(look));
  look();
  return () => subscriptions.forEach((subscription) => subscription.unsubscribe());
}
