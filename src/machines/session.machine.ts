/** Session: one player on one socket. Decides when it may speak, when slices flow, when it is over.
 *
 *    talking:  talk: greeting ─ hello → live
 *                flow: open ⇄ blocked (the socket has enough; looked at again after a moment,
 *                      later and later while nothing leaves it)
 *                news: quiet ⇄ gathering (small changes are told together, ten times a second; while the
 *                      player does not read, when it does again)
 *              hearing: silence beyond `silenceMs` ends the session
 *    closed:   the player is gone, moved, broke the protocol, fell silent; or the host leaves
 *
 *  Invariants: nothing but `hello` is heard before the welcome, and it is heard once; slices leave
 *  only while live; `end` is ordered exactly once, and afterwards nothing is sent. */
import { assign, raise, setup } from "xstate";
import type { Fault } from "../protocol/faults.ts";
import { fault } from "../protocol/faults.ts";
import type { ClientMessage } from "../protocol/clientMessages.ts";

type Said<Type extends ClientMessage["type"]> = Extract<ClientMessage, { readonly type: Type }>;

export type SessionEvent =
  | { readonly type: "hello.received"; readonly message: Said<"hello"> }
  | { readonly type: "demand.received"; readonly message: Said<"demand"> }
  | { readonly type: "credit.received"; readonly message: Said<"credit"> }
  | { readonly type: "cancel.received"; readonly message: Said<"cancel"> }
  | { readonly type: "ping.received"; readonly message: Said<"ping"> }
  | { readonly type: "peer.violated"; readonly why: Fault }
  | { readonly type: "socket.closed" }
  /** more bytes of what is wanted are there, or a rendition changed */
  | { readonly type: "supply.changed" }
  /** the socket has enough; `hasSent`: some of it since it had enough before */
  | { readonly type: "socket.filled"; readonly hasSent: boolean }
  /** something small changed that the player should hear of soon */
  | { readonly type: "news.arisen" }
  | { readonly type: "retry.due" }
  /** the player has come back on another socket */
  | { readonly type: "player.moved" }
  | { readonly type: "host.left" };

export type SessionInput = {
  readonly token: string | null;
  readonly silenceMs: number;
};

export type SessionContext = SessionInput & {
  readonly player: string | null;
  /** number of the newest demand taken */
  readonly demand: number;
  /** ms for which the socket has let go of nothing that makes room, as far as it was looked at */
  readonly stuckMs: number;
  readonly fault: Fault | null;
};

export type SessionOrders = {
  readonly welcome: (hello: Said<"hello">) => void;
  readonly demand: (demand: Said<"demand">) => void;
  readonly grant: (credit: Said<"credit">) => void;
  readonly cancel: (cancel: Said<"cancel">) => void;
  readonly pong: (ping: Said<"ping">) => void;
  /** sends what may be sent; orders `socket.filled` when the socket has enough */
  readonly pump: () => void;
  readonly tellNews: () => void;
  /** whether the socket has let go of more than it may be handed at once */
  readonly hasRoom: () => boolean;
  /** gives everything back; with a fault the player is told and the socket closed */
  readonly end: (why: Fault | null) => void;
};

/** ms between looks at a socket that had enough. While nothing leaves it the next look comes after twice the time of the
 *  one before: what is to be sent waits no longer than twice what was in its way took. */
const lookMs = 5;
const lookMsMax = 80;
/** ms between bundles of small news */
const newsMs = 100;

/** Makes the machine of one session around its shell. */
export function sessionMachine(orders: SessionOrders) {
  const early = fault("protocol-violation", "The first message has to be hello.");
  const again = fault("protocol-violation", "hello is said once.");
  const refused = fault("token-refused", "The token of this player is not ours.");
  return setup({
    types: {
      context: {} as SessionContext,
      events: {} as SessionEvent,
      input: {} as SessionInput,
    },
    guards: {
      hasToken: ({ context }, hello: Said<"hello">) =>
        context.token === null || hello.token === context.token,
      hasRoom: () => orders.hasRoom(),
      isSaid: (_, { type }: SessionEvent) => /^(demand|credit|cancel|ping)\.received$/.test(type),
    },
    actions: {
      notePlayer: assign({ player: (_, hello: Said<"hello">) => hello.player }),
      welcome: (_, hello: Said<"hello">) => orders.welcome(hello),
      heedDemand: (_, demand: Said<"demand">) => orders.demand(demand),
      noteDemand: assign({ demand: (_, { demand }: Said<"demand">) => demand }),
      grant: (_, credit: Said<"credit">) => orders.grant(credit),
      cancel: (_, cancel: Said<"cancel">) => orders.cancel(cancel),
      pong: (_, ping: Said<"ping">) => orders.pong(ping),
      tellNews: () => orders.tellNews(),
      pump: () => orders.pump(),
      countLook: assign({
        stuckMs: ({ context: { stuckMs } }, hasSent: boolean) =>
          hasSent ? 0 : Math.min(lookMsMax, Math.max(lookMs, 2 * stuckMs)),
      }),
      noteFault: assign({ fault: (_, why: Fault) => why }),
      end: ({ context }) => orders.end(context.fault),
    },
    delays: {
      silence: ({ context }) => context.silenceMs,
      look: ({ context }) => Math.max(lookMs, context.stuckMs),
      news: newsMs,
    },
  }).createMachine({
    id: "session",
    context: ({ input }) => ({ ...input, player: null, demand: -1, stuckMs: 0, fault: null }),
    initial: "talking",
    on: {
      "socket.closed": ".closed",
      "host.left": ".closed",
      "player.moved": ".closed",
      "peer.violated": {
        target: ".closed",
        actions: { type: "noteFault", params: ({ event }) => event.why },
      },
    },
    states: {
      talking: {
        description: "The socket is open.",
        type: "parallel",
        states: {
          talk: {
            description: "What may be said.",
            initial: "greeting",
            states: {
              greeting: {
                description: "Nothing but hello is heard.",
                on: {
                  "hello.received": [
                    {
                      guard: { type: "hasToken", params: ({ event }) => event.message },
                      target: "live",
                      actions: [
                        { type: "notePlayer", params: ({ event }) => event.message },
                        { type: "welcome", params: ({ event }) => event.message },
                      ],
                    },
                    { actions: raise({ type: "peer.violated", why: refused }) },
                  ],
                  "*": {
                    guard: { type: "isSaid", params: ({ event }) => event },
                    actions: raise({ type: "peer.violated", why: early }),
                  },
                },
              },
              live: {
                description: "The player is known; it is welcome.",
                type: "parallel",
                states: {
                  voice: {
                    description: "What the player says is heeded.",
                    on: {
                      "hello.received": { actions: raise({ type: "peer.violated", why: again }) },
                      "demand.received": {
                        actions: [
                          { type: "heedDemand", params: ({ event }) => event.message },
                          { type: "noteDemand", params: ({ event }) => event.message },
                        ],
                      },
                      "credit.received": {
                        actions: { type: "grant", params: ({ event }) => event.message },
                      },
                      "cancel.received": {
                        actions: { type: "cancel", params: ({ event }) => event.message },
                      },
                      "ping.received": {
                        actions: { type: "pong", params: ({ event }) => event.message },
                      },
                    },
                  },
                  flow: {
                    description: "Whether slices may leave.",
                    initial: "open",
                    states: {
                      open: {
                        description: "Slices leave as they come.",
                        on: {
                          "socket.filled": {
                            target: "blocked",
                            actions: { type: "countLook", params: ({ event }) => event.hasSent },
                          },
                          "supply.changed": { actions: "pump" },
                          "retry.due": { actions: "pump" },
                          "demand.received": { actions: "pump" },
                          "credit.received": { actions: "pump" },
                        },
                      },
                      blocked: {
                        description:
                          "The socket holds enough that has not left; looked at again after a moment, later and later.",
                        after: { look: { target: "open", actions: "pump" } },
                      },
                    },
                  },
                  news: {
                    description: "When small changes are told.",
                    initial: "quiet",
                    states: {
                      quiet: {
                        description: "Nothing has changed since it was told last.",
                        on: { "news.arisen": "gathering" },
                      },
                      gathering: {
                        description:
                          "Something has changed; what changes within a moment is told with it.",
                        after: {
                          news: [
                            { guard: "hasRoom", target: "quiet", actions: "tellNews" },
                            { target: "gathering", reenter: true },
                          ],
                        },
                      },
                    },
                  },
                },
              },
            },
          },
          hearing: {
            description: "Whether the player is still there.",
            initial: "listening",
            states: {
              listening: {
                description:
                  "Every word of the player starts the time anew after which it counts as gone.",
                after: { silence: "#session.closed" },
                on: {
                  "hello.received": { target: "listening", reenter: true },
                  "demand.received": { target: "listening", reenter: true },
                  "credit.received": { target: "listening", reenter: true },
                  "cancel.received": { target: "listening", reenter: true },
                  "ping.received": { target: "listening", reenter: true },
                },
              },
            },
          },
        },
      },
      closed: { description: "Nothing is sent any more.", type: "final", entry: "end" },
    },
  });
}
