/** What an actor can be sent from its chart, and why not. */
import type { Chart } from "#engine/actors/chartOf.ts";
import { sendable, whyUnsendable } from "#engine/actors/sendableEvents.ts";
import type { Actor, Step } from "./inspectionStore.ts";

/** @returns whether a state, or one in it, is active; the machine itself always is. @param state as actors tell it */
export function isActive(state: string, path: string): boolean {
  return (
    path === "" || state.split(" ").some((each) => each === path || each.startsWith(`${path}.`))
  );
}

/** Why an actor cannot be sent the event of a transition, in a sentence; null: it can.
 *  @param machine as the actor calls it @param event as the chart calls it */
export function whyNot(
  { machine, state }: Pick<Actor, "machine" | "state">,
  { from, event, guard }: Chart["transitions"][number],
): string | null {
  const reason = whyUnsendable(machine, event);
  if (reason !== null) return reason;
  const absent = [from, ...statesAskedFor(guard)].find((path) => !isActive(state, path));
  return absent === undefined ? null : `It is not in ${absent}.`;
}

/** States without which a guard lets nothing through. What else it looks at only the actor knows, which is asked when
 *  something is sent. @param guard as the chart calls it: `in supply.ended and isLast` */
function statesAskedFor(guard: string | null): readonly string[] {
  if (guard === null || /\bor\b|\(/.test(guard)) return [];
  return guard.split(" and ").flatMap((each) => /^in (\S+)$/.exec(each)?.slice(1) ?? []);
}

/** Transitions that it takes in the state that it is in and whose event can be sent, by their places in its chart. */
export function offered(
  actor: Pick<Actor, "machine" | "state">,
  { transitions }: Chart,
): readonly number[] {
  return transitions.flatMap((each, at) => (whyNot(actor, each) === null ? [at] : []));
}

/** What an event may carry, as JSON: what this actor heard with it last, else an example; empty: it carries nothing,
 *  or nobody knows what. */
export function dataFor(
  { key, machine }: Pick<Actor, "key" | "machine">,
  event: string,
  steps: readonly Step[],
): string {
  const found = sendable(machine, event);
  if (!found || isBare(machine, event)) return "";
  const fits = ({ data }: Step): boolean => {
    try {
      return found.schema.safeParse(JSON.parse(data)).success;
    } catch {
      return false; // it was shortened on its way here
    }
  };
  const last = steps.findLast((step) => step.key === key && step.event === event && fits(step));
  if (last) return last.data;
  return found.example === null ? "" : JSON.stringify(found.example);
}

/** Whether an event carries nothing. */
export function isBare(machine: string, event: string): boolean {
  return sendable(machine, event)?.schema.safeParse({}).success === true;
}
