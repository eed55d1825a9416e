/** Roster: every actor of page and worker with its active state, for whoever holds the page. */
import type { AnyActorRef } from "xstate";
import type { ActorLine } from "../pageApi.ts";
import { describeActors, type ActorState } from "../watchActors.ts";
import { LiveValue } from "./liveValue.ts";

export class Roster {
  readonly lines: LiveValue<readonly ActorLine[]>;
  private onWorker: readonly ActorState[] = [];

  /** @param onPage call `lines.changed` when one of them has changed */
  constructor(onPage: readonly AnyActorRef[]) {
    this.lines = new LiveValue<readonly ActorLine[]>(() => [
      ...on("page", describeActors(onPage)),
      ...on("worker", this.onWorker),
    ]);
  }

  /** The worker's actors are in these states now. */
  hear(actors: readonly ActorState[]): void {
    this.onWorker = actors;
    this.lines.changed();
  }
}

function on(side: ActorLine["side"], actors: readonly ActorState[]): ActorLine[] {
  return actors.map((actor) => ({ side, ...actor }));
}
