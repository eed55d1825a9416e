/** Link: the page worker's connection to the host.
 *
 *    idle → connecting → handshaking ─→ live ─→ backingOff → connecting → resuming → live
 *                      ↘ refused (the host said no; only a new page tries again)
 *
 *  Invariants: one socket at a time, named by a number; what an older socket says is not heard
 *  (LINK-3); every break leads to backingOff with jitter, never straight to connecting; silence
 *  beyond the adaptive timeout counts as a break (LINK-5). */
import { and, assign, setup } from "xstate";
import type { Epoch } from "../protocol/limits.ts";
import type { LinkState } from "../protocol/pageMessages.ts";
import { withSample, type RoundTrip } from "./roundTrip.ts";
import { unprovidedAction } from "./unprovidedAction.ts";

export type LinkEvent =
  | { readonly type: "link.open" }
  | { readonly type: "link.leave" }
  | { readonly type: "socket.opened"; readonly connection: number }
  | { readonly type: "socket.closed"; readonly connection: number }
  | { readonly type: "socket.violated"; readonly connection: number; readonly detail: string }
  | {
      readonly type: "welcome.received";
      readonly connection: number;
      readonly epoch: Epoch;
      readonly resumed: boolean;
    }
  | { readonly type: "hello.refused"; readonly connection: number }
  | { readonly type: "pong.received"; readonly connection: number; readonly roundTripMs: number }
  | { readonly type: "silence.noticed"; readonly connection: number };

export type LinkContext = {
  readonly connection: number;
  readonly attempts: number;
  readonly epoch: Epoch | null;
  readonly roundTrip: RoundTrip;
  readonly config: LinkConfig;
};
export type LinkConfig = {
  readonly heartbeatMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** ms a socket may take to open or to answer `hello` */
  readonly handshakeMs: number;
};

export const linkMachine = setup({
  types: {
    context: {} as LinkContext,
    events: {} as LinkEvent,
    input: {} as LinkConfig,
  },
  guards: {
    isCurrent: ({ context, event }) =>
      !("connection" in event) || event.connection === context.connection,
    hasBeenLive: ({ context }) => context.epoch !== null,
  },
  actions: {
    nextConnection: assign({ connection: ({ context }) => context.connection + 1 }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    forgetAttempts: assign({ attempts: 0 }),
    rememberEpoch: assign({
      epoch: ({ context, event }) =>
        event.type === "welcome.received" ? event.epoch : context.epoch,
    }),
    rememberRoundTrip: assign({
      roundTrip: ({ context, event }) =>
        event.type === "pong.received"
          ? withSample(context.roundTrip, event.roundTripMs)
          : context.roundTrip,
    }),
    openSocket: unprovidedAction<undefined>("openSocket"),
    closeSocket: unprovidedAction<undefined>("closeSocket"),
    sayHello: unprovidedAction<undefined>("sayHello"),
    beat: unprovidedAction<undefined>("beat"),
    /** the player side resyncs: demand, credit */
    resync: unprovidedAction<undefined>("resync"),
  },
  delays: {
    heartbeat: ({ context }) => context.config.heartbeatMs,
    handshake: ({ context }) => context.config.handshakeMs,
    /** exponential with full jitter above the minimum; replaced by the shell, which has randomness */
    backoff: ({ context }) =>
      Math.min(
        context.config.backoffMaxMs,
        context.config.backoffMinMs * 2 ** Math.min(context.attempts, 16),
      ),
  },
}).createMachine({
  id: "link",
  context: ({ input }) => ({
    connection: 0,
    attempts: 0,
    epoch: null,
    roundTrip: null,
    config: input,
  }),
  initial: "idle",
  on: { "link.leave": { target: ".idle" } },
  states: {
    idle: { description: "No connection is wanted.", on: { "link.open": "open" } },
    open: {
      description: "A socket exists; leaving this state closes it.",
      initial: "connecting",
      exit: "closeSocket",
      on: {
        "socket.closed": { guard: "isCurrent", target: "backingOff" },
        "socket.violated": { guard: "isCurrent", target: "backingOff" },
        "silence.noticed": { guard: "isCurrent", target: "backingOff" },
        "hello.refused": { guard: "isCurrent", target: "refused" },
      },
      states: {
        connecting: {
          description: "A socket was opened; it has not said so yet.",
          entry: ["nextConnection", "openSocket"],
          after: { handshake: "#backingOff" },
          on: {
            "socket.opened": [
              { guard: and(["isCurrent", "hasBeenLive"]), target: "resuming" },
              { guard: "isCurrent", target: "handshaking" },
            ],
          },
        },
        handshaking: {
          description: "First contact: hello is said, welcome awaited.",
          entry: "sayHello",
          after: { handshake: "#backingOff" },
          on: {
            "welcome.received": { guard: "isCurrent", target: "live", actions: "rememberEpoch" },
          },
        },
        resuming: {
          description: "After a break: hello with epoch and inventory is said, welcome awaited.",
          entry: "sayHello",
          after: { handshake: "#backingOff" },
          on: {
            "welcome.received": { guard: "isCurrent", target: "live", actions: "rememberEpoch" },
          },
        },
        live: {
          description: "Both sides know each other; everything may be said.",
          entry: ["forgetAttempts", "resync"],
          initial: "listening",
          on: { "pong.received": { guard: "isCurrent", actions: "rememberRoundTrip" } },
          states: {
            listening: {
              description: "Asks for a sign of life in every beat.",
              after: { heartbeat: { target: "listening", reenter: true, actions: "beat" } },
            },
          },
        },
      },
    },
    backingOff: {
      description:
        "The connection broke; a pause that grows, its length by chance, comes before the next.",
      id: "backingOff",
      entry: "countAttempt",
      after: { backoff: "open" },
    },
    refused: {
      description: "The host does not speak with us; nothing is retried.",
    },
  },
});

/** State name as the page shows it. */
export function linkState(value: unknown): LinkState {
  if (typeof value === "string") return value as LinkState;
  const open = (value as { open?: unknown }).open;
  if (typeof open === "string") return open as LinkState;
  return "live";
}
