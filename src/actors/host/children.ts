/** Children of the host root: begins and ends actors in the one system of the host. */
import {
  createActor,
  type Actor,
  type ActorRefFrom,
  type AnyActorLogic,
  type AnyActorRef,
  type InputFrom,
  type InspectionEvent,
} from "xstate";
import { hostMachine, type ChildPlan } from "../../machines/host.machine.ts";
import type { Clock } from "../../ports/clock.ts";

export class Children {
  readonly #plans = new Map<string, ChildPlan>();
  readonly #root: Actor<ReturnType<typeof hostMachine>>;

  constructor(clock: Clock, inspect?: (event: InspectionEvent) => void) {
    const machine = hostMachine((id) => {
      const plan = this.#plans.get(id);
      if (!plan) throw new RangeError(`no plan for ${id}`);
      this.#plans.delete(id);
      return plan;
    });
    this.#root = createActor(machine, { clock, id: "host", inspect });
    this.#root.start();
  }

  /** Spawns and starts a child. @throws RangeError when the name is taken */
  begin<Logic extends AnyActorLogic>(
    id: string,
    logic: Logic,
    input?: InputFrom<Logic>,
  ): ActorRefFrom<Logic> {
    if (this.has(id)) throw new RangeError(`${id} lives already`);
    this.#plans.set(id, { logic, input });
    this.#root.send({ type: "child.open", id });
    const child = this.#living()[id];
    if (!child) throw new RangeError(`${id} could not begin`);
    return child as ActorRefFrom<Logic>;
  }

  /** Stops a child; one that is in the midst of an event finishes it first. */
  end(id: string): void {
    this.#root.send({ type: "child.end", id });
  }

  has(id: string): boolean {
    return this.#living()[id] !== undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.#living());
  }

  /** Stops the root and with it everybody. */
  stop(): void {
    this.#root.send({ type: "host.stop" });
    this.#root.stop();
  }

  #living(): Readonly<Record<string, AnyActorRef | undefined>> {
    return this.#root.getSnapshot().children;
  }
}
