/** Queue: which track comes next. The list itself is a plain array beside the machine; the context
 *  holds its length, the place in it and a revision.
 *
 *    empty ⇄ waiting (tracks, none chosen) → standing (one is chosen)
 *
 *  Invariants: every `load` names the place chosen last; intermediate places of quick Nexts are
 *  merged by the player; the place follows its track when the list changes. */
import { assign, setup } from "xstate";
import { unprovidedAction } from "./unprovidedAction.ts";

export type QueueEvent =
  | { readonly type: "tracks.listed"; readonly length: number; readonly place: number | null }
  | { readonly type: "place.choose"; readonly place: number }
  | { readonly type: "queue.next" }
  | { readonly type: "queue.previous" }
  /** the track ended by itself */
  | { readonly type: "track.ended" };

export type QueueContext = {
  readonly length: number;
  readonly place: number | null;
  readonly revision: number;
};

export const queueMachine = setup({
  types: { context: {} as QueueContext, events: {} as QueueEvent },
  guards: {
    hasNext: ({ context }) => (context.place ?? -1) + 1 < context.length,
    hasPrevious: ({ context }) => (context.place ?? 0) > 0,
    isListEmpty: ({ event }) => event.type === "tracks.listed" && event.length === 0,
    isPlaceKnown: ({ event }) => event.type === "tracks.listed" && event.place !== null,
    isInside: ({ context, event }) =>
      event.type === "place.choose" && event.place >= 0 && event.place < context.length,
  },
  actions: {
    relist: assign(({ context, event }) =>
      event.type === "tracks.listed"
        ? { length: event.length, place: event.place, revision: context.revision + 1 }
        : {},
    ),
    setPlace: assign(({ event }) => (event.type === "place.choose" ? { place: event.place } : {})),
    stepForward: assign(({ context }) => ({ place: (context.place ?? -1) + 1 })),
    stepBack: assign(({ context }) => ({ place: Math.max(0, (context.place ?? 0) - 1) })),
    load: unprovidedAction<undefined>("load"),
  },
}).createMachine({
  id: "queue",
  context: { length: 0, place: null, revision: 0 },
  initial: "empty",
  on: {
    "tracks.listed": [
      { guard: "isListEmpty", target: ".empty", actions: "relist" },
      { guard: "isPlaceKnown", target: ".standing", actions: "relist" },
      { target: ".waiting", actions: "relist" },
    ],
    "place.choose": { guard: "isInside", target: ".standing", actions: ["setPlace", "load"] },
  },
  states: {
    empty: { description: "The library holds no track (yet)." },
    waiting: {
      description: "There are tracks; none was chosen.",
      on: { "queue.next": { target: "standing", actions: ["stepForward", "load"] } },
    },
    standing: {
      on: {
        "queue.next": { guard: "hasNext", actions: ["stepForward", "load"] },
        "queue.previous": { actions: ["stepBack", "load"] },
        "track.ended": { guard: "hasNext", actions: ["stepForward", "load"] },
      },
    },
  },
});
