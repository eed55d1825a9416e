/** Host process: a host of the player's own, kept running while it plays.
 *
 *    starting → running → waiting → restarting → running …
 *       └ failed             └ it died too often → failed
 *    leave: ending → ended
 *
 *  Invariants:
 *  - one process at most; a new one is started only when the one before has exited;
 *  - one that ends before it ever listened is not tried again: what it said is why;
 *  - one that dies behind that is, `deathsMax` times in a row at most, each a little later; a minute of
 *    running forgives them all;
 *  - nothing is left: `ended` and `failed` are entered only when the process has exited. */
import { assign, setup } from "xstate";
import { unprovidedAction } from "#engine/machines/unprovidedAction.ts";

export type HostProcessEvent =
  | { readonly type: "host.listening" }
  | { readonly type: "host.exited" }
  | { readonly type: "host.leave" };

export type HostProcessContext = { readonly deaths: number };

const deathsMax = 5;

export const hostProcessMachine = setup({
  types: { context: {} as HostProcessContext, events: {} as HostProcessEvent },
  guards: {
    diesTooOften: ({ context }) => context.deaths >= deathsMax,
  },
  actions: {
    spawn: unprovidedAction<undefined>("spawn"),
    interrupt: unprovidedAction<undefined>("interrupt"),
    tellRunning: unprovidedAction<undefined>("tellRunning"),
    tellDeath: unprovidedAction<undefined>("tellDeath"),
    tellGivenUp: unprovidedAction<undefined>("tellGivenUp"),
    countDeath: assign({ deaths: ({ context }) => context.deaths + 1 }),
    forgive: assign({ deaths: 0 }),
  },
  delays: {
    pause: ({ context }) => 500 * context.deaths,
    steady: 60_000,
  },
}).createMachine({
  id: "hostProcess",
  context: { deaths: 0 },
  initial: "starting",
  states: {
    starting: {
      description: "The first process has begun; it does not listen yet.",
      entry: "spawn",
      on: {
        "host.listening": { target: "running", actions: "tellRunning" },
        "host.exited": "failed",
        "host.leave": "ending",
      },
    },
    restarting: {
      description: "Another one has begun; it does not listen yet.",
      entry: "spawn",
      on: {
        "host.listening": { target: "running", actions: "tellRunning" },
        "host.exited": { target: "waiting", actions: ["countDeath", "tellDeath"] },
        "host.leave": "ending",
      },
    },
    running: {
      description: "It listens.",
      after: { steady: { actions: "forgive" } },
      on: {
        "host.exited": { target: "waiting", actions: ["countDeath", "tellDeath"] },
        "host.leave": "ending",
      },
    },
    waiting: {
      description: "It has exited; another one is started soon.",
      always: { guard: "diesTooOften", target: "failed", actions: "tellGivenUp" },
      after: { pause: "restarting" },
      on: { "host.leave": "ended" },
    },
    ending: {
      description: "It was told to end.",
      entry: "interrupt",
      on: { "host.exited": "ended" },
    },
    ended: { description: "It has exited, as it was told.", type: "final" },
    failed: { description: "It has exited, and is not started again.", type: "final" },
  },
});
