/** What of a machine a walk has seen: its states, its transitions, and its guards saying no. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition, SnapshotFrom } from "xstate";

export type AnyTransition = AnyTransitionDefinition;

export class Coverage {
  /** name → how often seen; `state …`, `transition …`, `refusal …` */
  readonly seen = new Map<string, number>();
  /** places that could be told apart, and steps between them that were tried */
  places = 0;
  steps = 0;
  readonly #id: string;

  constructor(machine: AnyStateMachine) {
    this.#id = machine.id;
    for (const node of nodesOf(machine.root)) {
      if (node.type !== "history" && node.parent) this.seen.set(stateName(node), 0);
      for (const transition of transitionsOf(node)) {
        this.seen.set(transitionName(transition), 0);
        if (transition.guard !== undefined) this.seen.set(refusalName(transition), 0);
      }
    }
  }

  /** @param step what was tried; null for the way into the first state
   *  @param microsteps the transitions that xstate took, the first for the event itself
   *  @throws Error when two transitions were selected of which one undoes the other */
  see(
    after: SnapshotFrom<AnyStateMachine>,
    step: {
      readonly before: SnapshotFrom<AnyStateMachine>;
      readonly event: { readonly type: string };
    } | null,
    microsteps: readonly (readonly AnyTransition[])[],
  ): void {
    this.steps += step ? 1 : 0;
    for (const transitions of microsteps) {
      const conflict = conflictAmong(transitions);
      if (conflict) throw new Error(`${this.#id}: ${conflict}`);
      for (const transition of transitions) {
        this.#count(transitionName(transition));
        // a state that is left in the same macrostep was entered all the same
        for (const target of transition.target ?? [])
          for (const node of upwards(target)) this.#count(stateName(node));
      }
    }
    for (const node of after._nodes) {
      if (node.parent) this.#count(stateName(node));
      if (after.status === "active") for (const each of node.always ?? []) this.#refuse(each);
    }
    if (step) this.#seeRefusals(step.before, step.event.type, microsteps[0] ?? []);
  }

  /** Guards of the states that heard the event and said no: neither an inner state nor an earlier
   *  branch took it. */
  #seeRefusals(
    before: SnapshotFrom<AnyStateMachine>,
    type: string,
    taken: readonly AnyTransition[],
  ): void {
    const took = new Set(taken.map(transitionName));
    for (const node of before._nodes) {
      if (taken.some(({ source }) => source !== node && upwards(source).includes(node))) continue;
      for (const [descriptor, branches] of node.transitions) {
        if (!isMatch(descriptor, type)) continue;
        for (const branch of branches) {
          if (took.has(transitionName(branch))) break;
          this.#refuse(branch);
        }
      }
    }
  }

  #refuse(transition: AnyTransition): void {
    if (transition.guard !== undefined) this.#count(refusalName(transition));
  }

  #count(name: string): void {
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
  }

  unseen(): readonly string[] {
    return [...this.seen].filter(([, times]) => times === 0).map(([name]) => name);
  }

  /** `queue: 3/3 states, 9/9 transitions, 7/7 guards refused (120 places, 1440 steps)` */
  line(): string {
    const share = (kind: string): string => {
      const all = [...this.seen].filter(([name]) => name.startsWith(`${kind} `));
      return `${all.filter(([, times]) => times > 0).length}/${all.length}`;
    };
    const counts = `${share("state")} states, ${share("transition")} transitions, ${share("refusal")} guards refused`;
    return `${this.#id}: ${counts} (${this.places} places, ${this.steps} steps)`;
  }
}

/** Prints the line and holds the walk to it.
 *  @param exempt name → why it cannot be seen
 *  @throws Error that names what was not seen, and exemptions that are none */
export function reportCoverage(
  coverage: Coverage,
  exempt: Readonly<Record<string, string>> = {},
): void {
  console.log(coverage.line());
  const unseen = coverage.unseen();
  const wrong = [
    ...unseen.filter((name) => !(name in exempt)).map((name) => `never seen: ${name}`),
    ...Object.keys(exempt)
      .filter((name) => !unseen.includes(name))
      .map((name) => `exempt, yet seen or unknown: ${name}`),
  ];
  if (wrong.length > 0) throw new Error(`${coverage.line()}\n${wrong.join("\n")}`);
}

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values<AnyStateNode>(node.states).flatMap(nodesOf)];
}

function transitionsOf(node: AnyStateNode): readonly AnyTransition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

function pathOf(node: AnyStateNode): string {
  return node.path.join(".") || "(root)";
}

function stateName(node: AnyStateNode): string {
  return `state ${pathOf(node)}`;
}

const names = new WeakMap<AnyTransition, string>();

function transitionName(transition: AnyTransition): string {
  const known = names.get(transition);
  if (known !== undefined) return known;
  const { source, eventType } = transition;
  const isAlways = source.always?.includes(transition as never) ?? false;
  const branches = isAlways ? source.always! : (source.transitions.get(eventType) ?? []);
  const delay = source.after.find((each) => each.eventType === eventType)?.delay;
  const event = isAlways ? "always" : delay === undefined ? eventType : `after ${String(delay)}`;
  const at = branches.length > 1 ? `[${branches.indexOf(transition as never)}]` : "";
  const name = `transition ${pathOf(source)} ${event}${at}`;
  names.set(transition, name);
  return name;
}

function refusalName(transition: AnyTransition): string {
  return transitionName(transition).replace("transition", "refusal");
}

/** The node and those around it, without the root. */
function upwards(node: AnyStateNode): readonly AnyStateNode[] {
  const found: AnyStateNode[] = [];
  for (let at: AnyStateNode | undefined = node; at?.parent; at = at.parent) found.push(at);
  return found;
}

function isMatch(descriptor: string, type: string): boolean {
  if (descriptor === type || descriptor === "*") return true;
  return descriptor.endsWith(".*") && type.startsWith(descriptor.slice(0, -1));
}

/** xstate drops one of two selected transitions when both would leave a state. */
function conflictAmong(transitions: readonly AnyTransition[]): string | null {
  const moving = transitions.filter(({ target }) => target !== undefined);
  for (const one of moving)
    for (const other of moving)
      if (one !== other && upwardsWithRoot(domainOf(one)).includes(domainOf(other)))
        return `${transitionName(one)} and ${transitionName(other)} undo each other`;
  return null;
}

/** The innermost state that the transition does not leave. */
function domainOf({ source, target, reenter }: AnyTransition): AnyStateNode {
  const ends = [...(target ?? []), source];
  if (!reenter && (target ?? []).every((end) => upwardsWithRoot(end).includes(source)))
    return source;
  return upwardsWithRoot(source)
    .slice(1)
    .find((node) => ends.every((end) => upwardsWithRoot(end).includes(node)))!;
}

function upwardsWithRoot(node: AnyStateNode): readonly AnyStateNode[] {
  return [...upwards(node), node.machine.root];
}
