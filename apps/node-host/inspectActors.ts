import { createServer, type AddressInfo } from "node:net";
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

/** `--inspect`: a page on this machine that shows the host's machines in the Stately inspector.
 *  @returns where that page is, and what takes the events */
export async function openStatelyInspector(): Promise<{
  readonly url: string;
  readonly inspect: (event: InspectionEvent) => void;
}> {
  const { createInspectorServer } = await import("@statelyai/inspect/server");
  const { createWebSocketInspector } = await import("@statelyai/inspect");
  const port = await freePort();
  createInspectorServer({ port, autoOpen: false });
  const inspector = createWebSocketInspector({ url: `ws://localhost:${port}` });
  return {
    url: `http://localhost:${port}`,
    inspect: (event) => inspector.inspect.next?.(event),
  };
}

/** The inspector's server takes no port of its own choosing. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
