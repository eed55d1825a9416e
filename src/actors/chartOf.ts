/** The chart of a machine as plain data: what docs/machines holds and `/inspect` draws. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from "xstate";
import { stateText } from "./watchActors.ts";

export type ChartState = {
  /** names from the outermost state to this one, joined by dots; unique in a chart */
  readonly path: string;
  /** path of the state around it; null for an outermost one */
  readonly parent: string | null;
  readonly kind: "atomic" | "compound" | "parallel" | "final" | "history";
  /** whether the state around it begins here */
  readonly isInitial: boolean;
  readonly description: string | null;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
};

export type ChartTransition = {
  /** path of the state that hears the event; empty for the machine itself */
  readonly from: string;
  /** paths; empty when no state is left */
  readonly to: readonly string[];
  /** type of an event; `always`; `after …` with the name of a delay or its milliseconds */
  readonly event: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
  readonly description: string | null;
};

export type Chart = {
  readonly id: string;
  readonly description: string | null;
  /** whether the outermost states are active at once */
  readonly isParallel: boolean;
  /** outer ones before those in them */
  readonly states: readonly ChartState[];
  /** in the order in which xstate tries them */
  readonly transitions: readonly ChartTransition[];
};

/** @returns what the machine's definition says; nothing of it is run */
export function chartOf(machine: AnyStateMachine): Chart {
  const { root } = machine;
  const nodes = nodesBelow(root);
  return {
    id: machine.id,
    description: root.description ?? null,
    isParallel: root.type === "parallel",
    states: nodes.map(stateOf),
    transitions: [root, ...nodes].flatMap(transitionsOf),
  };
}

/** `a and not b` for a guard that is put together from others.
 *  @throws RangeError for a function: a guard has a name (a bug) */
export function guardText(guard: unknown): string {
  if (typeof guard === "string") return guard;
  const { type, check, guards, stateValue } = guard as {
    readonly type?: unknown;
    readonly check?: { readonly name: string };
    readonly guards?: readonly unknown[];
    readonly stateValue?: unknown;
  };
  if (check && guards) {
    const parts = guards.map((each) => bracketed(guardText(each)));
    if (check.name === "checkNot") return `not ${parts.join()}`;
    return parts.join(check.name === "checkOr" ? " or " : " and ");
  }
  if (stateValue !== undefined) return `in ${stateText(stateValue)}`;
  if (typeof type === "string") return type;
  throw new RangeError("a guard without a name");
}

function bracketed(text: string): string {
  return text.includes(" or ") || text.includes(" and ") ? `(${text})` : text;
}

function nodesBelow(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values<AnyStateNode>(node.states).flatMap((each) => [each, ...nodesBelow(each)]);
}

function pathOf(node: AnyStateNode): string {
  return node.path.join(".");
}

function stateOf(node: AnyStateNode): ChartState {
  const parent = node.parent!;
  const first = parent.type === "compound" ? parent.initial.target : undefined;
  return {
    path: pathOf(node),
    parent: parent.parent ? pathOf(parent) : null,
    kind: node.type,
    isInitial: first?.includes(node) ?? false,
    description: node.description ?? null,
    entry: actionNames(node.entry),
    exit: actionNames(node.exit),
  };
}

function transitionsOf(node: AnyStateNode): readonly ChartTransition[] {
  const all = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return all.map((transition) => {
    const { target, guard, actions, description } = transition;
    return {
      from: pathOf(node),
      to: (target ?? []).map(pathOf),
      event: eventOf(transition),
      guard: guard === undefined ? null : guardText(guard),
      actions: actionNames(actions),
      description: description ?? null,
    };
  });
}

/** What a chart calls the event of a transition: its type, `always`, or `after …`. */
export function eventOf(transition: AnyTransitionDefinition): string {
  const { source, eventType } = transition;
  if (source.always?.includes(transition as never)) return "always";
  const timer = source.after.find((each) => each.eventType === eventType);
  if (timer) return `after ${String(timer.delay)}`;
  return eventType.replace(/^xstate\.(done|error)\.actor\..*$/, "$1 of a child");
}

/** Names of actions; timers of delayed transitions are left out, as the transitions tell of them. */
function actionNames(actions: readonly unknown[]): readonly string[] {
  return actions.flatMap((action) => {
    if (typeof action === "string") return [action];
    const { type, name } = action as { readonly type?: string; readonly name?: string };
    const text = type ?? name ?? "an action";
    return text === "xstate.raise" || text === "xstate.cancel" ? [] : [text];
  });
}
