/** Output: the life of the AudioContext. Readiness is an event, never polled.
 *
 *    absent → locked → starting → running ⇄ suspended / interrupted
 *    closed or frozen → rebuilding → locked or starting
 *
 *  Invariants: one device at a time; a context whose clock stands still for a second while it says
 *  `running` is rebuilt (OUT-3); once woken, every new device is woken too. */
import { assign, setup } from "xstate";
import type { Fault } from "../protocol/faults.ts";
import { unprovidedAction } from "./unprovidedAction.ts";

export type OutputEvent =
  | { readonly type: "output.open"; readonly rate: number }
  /** a wish to hear something; in a browser this happens inside the gesture */
  | { readonly type: "output.wake" }
  | { readonly type: "output.rebuild"; readonly rate: number }
  | { readonly type: "output.leave" }
  | { readonly type: "device.created"; readonly rate: number }
  | { readonly type: "device.failed"; readonly fault: Fault }
  | { readonly type: "context.running" }
  | { readonly type: "context.suspended" }
  | { readonly type: "context.interrupted" }
  | { readonly type: "context.closed" }
  | { readonly type: "clock.moved" };

export type OutputContext = {
  readonly rate: number;
  readonly wanted: boolean;
  readonly rebuilds: number;
  readonly fault: Fault | null;
};

export const outputMachine = setup({
  types: { context: {} as OutputContext, events: {} as OutputEvent },
  guards: {
    isWanted: ({ context }) => context.wanted,
    hasRate: ({ context }) => context.rate > 0,
  },
  actions: {
    setRate: assign({
      rate: ({ context, event }) => ("rate" in event ? event.rate : context.rate),
    }),
    want: assign({ wanted: true }),
    countRebuild: assign({ rebuilds: ({ context }) => context.rebuilds + 1 }),
    recordFault: assign({
      fault: ({ event }) => (event.type === "device.failed" ? event.fault : null),
    }),
    openDevice: unprovidedAction<undefined>("openDevice"),
    closeDevice: unprovidedAction<undefined>("closeDevice"),
    resumeDevice: unprovidedAction<undefined>("resumeDevice"),
    /** a mixer exists and is empty: the player has to intend anew */
    tellCreated: unprovidedAction<undefined>("tellCreated"),
  },
  delays: { frozen: 1000, patience: 2000 },
}).createMachine({
  id: "output",
  context: { rate: 0, wanted: false, rebuilds: 0, fault: null },
  initial: "absent",
  on: {
    "output.leave": { target: ".absent", actions: "closeDevice" },
    "output.rebuild": { target: ".rebuilding", actions: ["setRate", "closeDevice"] },
    "context.closed": { target: ".closed", actions: "closeDevice" },
    "output.wake": { actions: "want" },
  },
  states: {
    absent: {
      description: "No context yet, or none can be had.",
      on: {
        "output.open": { target: "rebuilding", actions: "setRate" },
        "output.wake": {
          guard: "hasRate",
          target: "rebuilding",
          actions: "want",
        },
        "output.rebuild": { target: "rebuilding", actions: "setRate" },
      },
    },
    rebuilding: {
      description: "A context and its mixer are being made.",
      entry: "openDevice",
      on: {
        "device.created": [
          { guard: "isWanted", target: "starting", actions: ["setRate", "tellCreated"] },
          { target: "locked", actions: ["setRate", "tellCreated"] },
        ],
        "device.failed": { target: "absent", actions: ["recordFault", "closeDevice"] },
      },
    },
    locked: {
      description: "Made, and silent until the listener clicks Play.",
      on: {
        "output.wake": { target: "starting", actions: "want" },
        "context.running": "running",
      },
    },
    starting: {
      description: "The context was asked to run; it has not said that it does.",
      entry: "resumeDevice",
      after: { patience: "locked" },
      on: { "context.running": "running", "output.wake": { target: "starting", reenter: true } },
    },
    running: {
      description: "The clock moves; every tick of it puts off the suspicion that it is frozen.",
      after: { frozen: "frozen" },
      on: {
        "clock.moved": { target: "running", reenter: true },
        "context.suspended": "suspended",
        "context.interrupted": "interrupted",
      },
    },
    suspended: {
      description: "The system or the browser stopped the context.",
      on: {
        "context.running": "running",
        "context.interrupted": "interrupted",
        "output.wake": { target: "starting", actions: "want" },
      },
    },
    interrupted: {
      description: "Another application has the device; it is given back.",
      on: {
        "context.running": "running",
        "context.suspended": "suspended",
        "output.wake": { actions: ["want", "resumeDevice"] },
      },
    },
    frozen: {
      description: "Says running, but its clock stands still.",
      always: { target: "rebuilding", actions: ["countRebuild", "closeDevice"] },
    },
    closed: {
      description: "The context is gone for good; another is made when it can be.",
      always: { target: "rebuilding", actions: "countRebuild" },
    },
  },
});
