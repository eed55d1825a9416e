/** Coverage: which transitions of the engine's machines were taken, out of all that they define.
 *
 *  A transition is one guarded branch of one event (or delay, or `always`) in one state, with or
 *  without a target; taken is what xstate executed. Machines that are made anew for every host or
 *  provided anew for every page count as one. */
import type { AnyStateNode, InspectionEvent } from "xstate";
import { everyMachine, machineName } from "./everyMachine.ts";

/** How often each transition was taken, by name; those that were not are left out. */
export type TakenCounts = Readonly<Record<string, number>>;

type Definition = Extract<InspectionEvent, { type: "@xstate.microstep" }>["_transitions"][number];

export class Coverage {
  /** all there are, in the order of definition; machine by machine */
  readonly #counts = new Map<string, { readonly machine: string; times: number }>();
  /** what was looked up once, by identity: machines live as long as their actors */
  readonly #known = new WeakMap<Definition, { times: number }>();

  constructor() {
    for (const [machine, { root }] of everyMachine())
      for (const transition of transitionsOf(root))
        this.#counts.set(nameOf(transition), { machine, times: 0 });
  }

  /** To be handed in wherever a root takes `inspect`.
   *  @throws RangeError for a machine that `everyMachine` does not list */
  readonly watch = (event: InspectionEvent): void => {
    if (event.type !== "@xstate.microstep") return;
    for (const transition of event._transitions) this.#countOf(transition).times++;
  };

  get taken(): number {
    return [...this.#counts.values()].filter(({ times }) => times > 0).length;
  }
  get total(): number {
    return this.#counts.size;
  }

  /** Names of those that were never taken, machine by machine. */
  missing(): string[] {
    return [...this.#counts].filter(([, { times }]) => times === 0).map(([name]) => name);
  }

  /** What another process can `merge`. */
  serialise(): TakenCounts {
    const taken = [...this.#counts].filter(([, { times }]) => times > 0);
    return Object.fromEntries(taken.map(([name, { times }]) => [name, times]));
  }

  /** Adds what was counted elsewhere. @throws RangeError for a name that no machine here has */
  merge(counts: TakenCounts): void {
    for (const [name, times] of Object.entries(counts)) this.#named(name).times += times;
  }

  /** One line: `transitions 231 of 240 (96.3 %)`. */
  line(): string {
    return `transitions ${share(this.taken, this.total)}`;
  }

  /** One line per machine. */
  table(): string {
    const machines = new Map<string, { taken: number; total: number }>();
    for (const { machine, times } of this.#counts.values()) {
      const row = machines.get(machine) ?? { taken: 0, total: 0 };
      machines.set(machine, { taken: row.taken + Number(times > 0), total: row.total + 1 });
    }
    const width = Math.max(...[...machines.keys()].map((name) => name.length));
    return [...machines]
      .map(([name, { taken, total }]) => `${name.padEnd(width)}  ${share(taken, total)}`)
      .join("\n");
  }

  #countOf(transition: Definition): { times: number } {
    const known = this.#known.get(transition);
    if (known) return known;
    const count = this.#named(nameOf(transition));
    this.#known.set(transition, count);
    return count;
  }

  #named(name: string): { times: number } {
    const count = this.#counts.get(name);
    if (!count) throw new RangeError(`no machine of the list has the transition "${name}"`);
    return count;
  }
}

function* transitionsOf(node: AnyStateNode): Iterable<Definition> {
  for (const branches of node.transitions.values()) yield* branches;
  yield* node.always ?? [];
  for (const child of Object.values(node.states)) yield* transitionsOf(child as AnyStateNode);
}

/** `link open.connecting: socket.opened [1]`; the number is that of the branch, where there are several. */
function nameOf(transition: Definition): string {
  const node = transition.source as AnyStateNode;
  const { eventType } = transition;
  const branches = (eventType === "" ? node.always : node.transitions.get(eventType)) ?? [];
  const place = [machineName(node.machine.id), node.path.join(".")].filter(Boolean).join(" ");
  const branch = branches.length > 1 ? ` [${branches.indexOf(transition)}]` : "";
  return `${place}: ${eventName(eventType)}${branch}`;
}

function eventName(eventType: string): string {
  if (eventType === "") return "always";
  // `xstate.after.heartbeat.link.open.live`: the state is named already
  return eventType.replace(/^xstate\.after\.([^.]+)\..*$/, "after $1");
}

function share(taken: number, total: number): string {
  return `${taken} of ${total} (${((100 * taken) / total).toFixed(1)} %)`;
}
