/** A machine's definition as JSON that `createMachine` and the Stately editor take: names of guards, actions
 *  and delays instead of their code. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import { eventOf, guardText } from "#engine/actors/chartOf.ts";
import { meaningOf } from "./meaningOf.ts";

type Json = Readonly<Record<string, unknown>>;

export function definitionOf({ root }: AnyStateMachine): Json {
  return nodeOf(root);
}

function nodeOf(node: AnyStateNode): Json {
  const delays = new Map(node.after.map(({ eventType, delay }) => [eventType, String(delay)]));
  const heard: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const [event, branches] of node.transitions) {
    const delay = delays.get(event);
    if (delay === undefined) heard[event] = branches.map(transitionOf);
    else after[delay] = branches.map(transitionOf);
  }
  const { type, description, initial } = node;
  return without({
    id: node.id,
    type: type === "parallel" || type === "final" || type === "history" ? type : undefined,
    description,
    initial: type === "compound" ? initial.target?.[0]?.key : undefined,
    entry: actionsOf(node.entry),
    exit: actionsOf(node.exit),
    always: node.always?.map(transitionOf),
    after,
    on: heard,
    states: Object.fromEntries(
      Object.entries<AnyStateNode>(node.states).map(([name, each]) => [name, nodeOf(each)]),
    ),
  });
}

function transitionOf(transition: AnyTransitionDefinition): Json {
  const { target, guard, actions, reenter, description, source } = transition;
  return without({
    target: target?.map(({ id }) => `#${id}`),
    guard: guard === undefined ? undefined : guardText(guard),
    actions: actionsOf(actions),
    reenter: reenter || undefined,
    description: description ?? meaningOf(source.machine.id, eventOf(transition)) ?? undefined,
  });
}

/** Names; timers of delayed transitions are left out, `after` makes them. */
function actionsOf(actions: readonly unknown[]): readonly string[] {
  return actions
    .map((action) => (typeof action === "string" ? action : (action as { type: string }).type))
    .filter((name) => name !== "xstate.raise" && name !== "xstate.cancel");
}

/** What is undefined or empty says nothing. */
function without(json: Json): Json {
  return Object.fromEntries(
    Object.entries(json).filter(
      ([, value]) =>
        value !== undefined && !(typeof value === "object" && Object.keys(value!).length === 0),
    ),
  );
}
