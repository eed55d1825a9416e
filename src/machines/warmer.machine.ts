/** Warmer: what one listener will probably want next is made before he asks.
 *
 *    resting ─ plays → following ─ after a while of play → spreading
 *       ↑                  ↑ he is somewhere else, or hears something else ┘
 *       └──── pauses, leaves ─────┘
 *    any of them ─ warmer.close → closed
 *
 *  following: both sides of A/B around the head, and the beginning of the track that follows;
 *  spreading: the rest of the track as well. What exactly, and in which order, is `warmPlan.ts`.
 *
 *  Invariants: nothing is warmed in a pause, before the first word of a player, or after its last; a play, a
 *  seek and a switch begin anew with what is near; what was warmed in vain is not warmed again before. */
import { assign, setup } from "xstate";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";

/** Where a listener is, as he said it. */
export type HeardAt = {
  readonly track: TrackId;
  readonly variant: VariantName;
  readonly frame: number;
  /** Hz */
  readonly rate: number;
  /** clock ms at which it was said */
  readonly atMs: number;
};

type Said = HeardAt & { readonly playing: boolean };

export type WarmerEvent =
  | ({ readonly type: "listener.heard" } & Said)
  | { readonly type: "listener.left" }
  /** something can be warmed that could not before, or has been */
  | { readonly type: "supply.changed" }
  | { readonly type: "warmer.close" };

export type WarmerContext = { readonly heard: HeardAt | null };

export type WarmerOrders = {
  /** forgets what was warmed and is gone */
  readonly forget: () => void;
  /** asks for what is lacking, and gives back what is not worth it any more */
  readonly warm: (isSpreading: boolean) => void;
  /** gives everything back */
  readonly rest: () => void;
};

/** a listener who is farther than this from where he would have got to has sought */
const slackMs = 3000;

/** Makes the machine around its shell. @param spreadMs play before the rest of the track is warmed */
export function warmerMachine(spreadMs: number, orders: WarmerOrders) {
  return setup({
    types: { context: {} as WarmerContext, events: {} as WarmerEvent },
    guards: {
      isPlaying: (_, { playing }: Said) => playing,
      isGoingOn: ({ context }, now: Said) =>
        now.playing && context.heard !== null && goesOn(context.heard, now),
    },
    actions: {
      note: assign({
        heard: (_, { track, variant, frame, rate, atMs }: HeardAt) => {
          return { track, variant, frame, rate, atMs };
        },
      }),
      forget: () => orders.forget(),
      warm: (_, isSpreading: boolean) => orders.warm(isSpreading),
      rest: () => orders.rest(),
    },
    delays: { spread: spreadMs },
  }).createMachine({
    id: "warmer",
    context: { heard: null },
    initial: "resting",
    on: { "warmer.close": ".closed" },
    states: {
      resting: {
        description: "The listener pauses: nothing is made ahead.",
        on: {
          "listener.heard": {
            guard: { type: "isPlaying", params: ({ event }) => event },
            target: "playing",
            actions: { type: "note", params: ({ event }) => event },
          },
        },
      },
      playing: {
        description: "The listener hears something.",
        initial: "following",
        exit: "rest",
        on: {
          "listener.left": "resting",
          "listener.heard": [
            {
              guard: { type: "isPlaying", params: ({ event }) => event },
              // by another way: it is left and entered anew
              target: ".following",
              actions: { type: "note", params: ({ event }) => event },
            },
            { target: "resting" },
          ],
        },
        states: {
          following: {
            description: "What is near is made ahead, on both sides of the switch.",
            entry: ["forget", { type: "warm", params: false }],
            after: { spread: "spreading" },
            on: {
              "supply.changed": { actions: { type: "warm", params: false } },
              "listener.heard": {
                guard: { type: "isGoingOn", params: ({ event }) => event },
                actions: [
                  { type: "note", params: ({ event }) => event },
                  { type: "warm", params: false },
                ],
              },
            },
          },
          spreading: {
            description: "He has stayed for a while: the rest of the track is made, too.",
            entry: { type: "warm", params: true },
            on: {
              "supply.changed": { actions: { type: "warm", params: true } },
              "listener.heard": {
                guard: { type: "isGoingOn", params: ({ event }) => event },
                actions: [
                  { type: "note", params: ({ event }) => event },
                  { type: "warm", params: true },
                ],
              },
            },
          },
        },
      },
      closed: { description: "The listener has left.", type: "final" },
    },
  });
}

/** Whether somebody who was there before would be here by now, or has waited on the way. */
export function goesOn(before: HeardAt, now: HeardAt): boolean {
  const { track, variant, rate } = before;
  if (now.track !== track || now.variant !== variant || now.rate !== rate) return false;
  const aheadMs = ((now.frame - before.frame) * 1000) / rate;
  return aheadMs >= -slackMs && aheadMs <= now.atMs - before.atMs + slackMs;
}
