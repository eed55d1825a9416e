import type { AnyActorRef, InspectionEvent } from "xstate";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { stateText } from "#engine/actors/watchActors.ts";

/** How the host's actors are looked at. */
export type ActorWatch = {
  /** handed to every root; hears of each of its actors from the first on */
  readonly inspect: (event: InspectionEvent) => void;
  /** tells of the living, and of all that moves them from then on */
  readonly watch: InspectionRelay["watch"];
  /** one line per living actor, oldest first */
  readonly lines: () => readonly {
    readonly side: "host";
    readonly id: string;
    readonly machine: string;
    readonly state: string;
  }[];
};

/** Keeps a list of the actors that live, for `GET /api/inspect`.
 *  @param also hears the same events */
export function watchLivingActors(also?: (event: InspectionEvent) => void): ActorWatch {
  const living = new Map<string, AnyActorRef>();
  const relay = new InspectionRelay(() => Date.now());
  return {
    inspect: (event) => {
      also?.(event);
      relay.inspect(event);
      const actorRef = event.actorRef as unknown as AnyActorRef;
      if (event.type === "@xstate.actor") living.set(actorRef.sessionId, actorRef);
      else if (event.type === "@xstate.snapshot" && event.snapshot.status !== "active")
        living.delete(actorRef.sessionId);
    },
    watch: (emit) => relay.watch(emit),
    lines: () =>
      [...living.values()].flatMap((actor) => {
        const snapshot = actor.getSnapshot() as { value?: unknown; status?: string } | undefined;
        if (snapshot?.status !== "active") return [];
        const { id } = (actor as { readonly logic?: { readonly id?: string } }).logic ?? {};
        return [
          {
            side: "host" as const,
            id: actor.id.slice(0, 500),
            machine: (id ?? actor.id).slice(0, 500),
            state: stateText(snapshot.value).slice(0, 500),
          },
        ];
      }),
  };
}
