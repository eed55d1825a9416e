/** Host root: the parent of every actor of the host, so that there is one system with one clock.
 *
 *    serving ─ host.stop → stopped
 *
 *  It keeps who lives: the cache, its tiers and the scheduler from the start, sessions and tracks as
 *  they come and go. Invariant: a child that ended is no longer among the children. */
import { assign, enqueueActions, setup, stopChild, type AnyActorLogic } from "xstate";

export type HostEvent =
  | { readonly type: "child.open"; readonly id: string }
  | { readonly type: "child.end"; readonly id: string }
  | { readonly type: "host.stop" };

/** What a child is made of; kept beside the machine until the child has begun. */
export type ChildPlan = { readonly logic: AnyActorLogic; readonly input?: unknown };

/** @param takePlan hands over the plan of a child that is to begin */
export function hostMachine(takePlan: (id: string) => ChildPlan) {
  return setup({
    types: { context: {} as { readonly opened: number }, events: {} as HostEvent },
    actions: {
      spawnChild: enqueueActions(({ enqueue }, child: string) => {
        const { logic, input } = takePlan(child);
        // children are named at run time, which the types of `setup` have no word for
        const options: { id?: undefined } = { id: child as never };
        enqueue.spawnChild(logic, { ...options, input });
      }),
      endChild: stopChild((_, child: string) => child),
      countOpened: assign({ opened: ({ context }) => context.opened + 1 }),
    },
  }).createMachine({
    id: "host",
    context: { opened: 0 },
    initial: "serving",
    states: {
      serving: {
        description: "Children come and go.",
        on: {
          "child.open": {
            actions: [{ type: "spawnChild", params: ({ event }) => event.id }, "countOpened"],
          },
          "child.end": { actions: { type: "endChild", params: ({ event }) => event.id } },
          "host.stop": "stopped",
        },
      },
      stopped: { description: "All children were stopped with their parent.", type: "final" },
    },
  });
}
