import type { Actor } from "./inspectionStore.ts";

/** An actor, and how many of those shown are around it. */
export type Branch = {
  readonly actor: Actor;
  readonly depth: number;
  /** its id below that of the one around it */
  readonly name: string;
};

/** Actors of one side as a tree: each is followed by those that live in it, whose ids begin with its own. Siblings
 *  keep their order. Cost O(n × length of an id). */
export function actorTree(actors: readonly Actor[]): readonly Branch[] {
  const known = new Set(actors.map(({ id }) => id));
  const below = new Map<string, Actor[]>();
  for (const actor of actors) {
    const around = aroundOf(actor.id, (id) => known.has(id)) ?? "";
    below.set(around, [...(below.get(around) ?? []), actor]);
  }
  const from = (around: string, depth: number): readonly Branch[] =>
    (below.get(around) ?? []).flatMap((actor) => [
      { actor, depth, name: around === "" ? actor.id : actor.id.slice(around.length + 1) },
      ...from(actor.id, depth + 1),
    ]);
  return from("", 0);
}

/** @returns id of the innermost known actor around one, whose id the other's begins with; null: none is known */
export function aroundOf(id: string, isKnown: (id: string) => boolean): string | null {
  for (let end = id.lastIndexOf("/"); end > 0; end = id.lastIndexOf("/", end - 1))
    if (isKnown(id.slice(0, end))) return id.slice(0, end);
  return null;
}
