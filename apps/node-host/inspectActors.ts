import type { InspectionEvent } from "xstate";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { watchedSpawn } from "#engine/actors/messageWatch.ts";
import type { SpawnWorker } from "#engine/ports/workerSlot.ts";
import type { InspectionPlace } from "#engine/protocol/inspection.ts";

/** How the host's actors are looked at. */
export type ActorWatch = {
  /** handed to every root; hears of each of its actors from the first on */
  readonly inspect: (event: InspectionEvent) => void;
  /** tells of the living, and of all that moves them from then on */
  readonly watch: InspectionRelay["watch"];
  /** sends an actor an event, if that may be; returns why not */
  readonly send: InspectionRelay["send"];
  /** wraps what spawns the workers of a pool: what is said between host and them is told, too */
  readonly watchWorkers: (spawn: SpawnWorker, there: InspectionPlace) => SpawnWorker;
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
  const relay = new InspectionRelay(() => performance.timeOrigin + performance.now());
  return {
    inspect: (event) => {
      also?.(event);
      relay.inspect(event);
    },
    watch: (emit) => relay.watch(emit),
    send: (asked) => relay.send(asked),
    watchWorkers: (spawn, there) => watchedSpawn(spawn, { here: "host", there }, relay),
    lines: () => {
      const lines: ReturnType<ActorWatch["lines"]>[number][] = [];
      const stop = relay.watch((note) => {
        if (note.type !== "alive") return;
        const { actor: id, machine, state } = note;
        lines.push({ side: "host", id, machine, state });
      });
      stop();
      return lines;
    },
  };
}
