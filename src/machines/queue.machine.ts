/** Queue: which track comes next. The list itself is a plain array beside the machine; the context
 *  holds its length, the place in it and a revision.
 *
 *    empty ⇄ waiting (tracks, none chosen) → standing (one is chosen)
 *
 *  Where to go is worked out beside the machine, past tracks that are known to be broken; null means
 *  that there is nothing that way.
 *  Invariants: nothing that sounds already is loaded; every `load` names the place chosen last; intermediate places of quick Nexts are
 *  merged by the player; the place follows its track when the list changes, and is half a place, between
 *  two, when the track left it; a track that fails is
 *  passed over when nobody chose it, and left standing, with its fault, when somebody did: Next and
 *  Previous count from it, and what follows a track that goes on all the same counts from that one. */
import { assign, setup } from "xstate";
import { unprovidedAction } from "./unprovidedAction.ts";

export type QueueEvent =
  | { readonly type: "tracks.listed"; readonly length: number; readonly place: number | null }
  | { readonly type: "place.choose"; readonly place: number }
  | { readonly type: "queue.next"; readonly place: number | null }
  | { readonly type: "queue.previous"; readonly place: number | null }
  /** the track ended by itself */
  | { readonly type: "track.ended"; readonly place: number | null }
  /** the track there has followed the one before it already, without a gap */
  | { readonly type: "track.succeeded"; readonly place: number | null }
  /** the track that was to be heard cannot be */
  | { readonly type: "track.failed"; readonly place: number | null };

export type QueueContext = {
  readonly length: number;
  readonly place: number | null;
  readonly revision: number;
  /** nobody chose this track: it follows one that ended, or is just the first */
  readonly unattended: boolean;
};

export const queueMachine = setup({
  types: { context: {} as QueueContext, events: {} as QueueEvent },
  guards: {
    hasPlace: ({ event }) => "place" in event && event.place !== null,
    isPassedOver: ({ context, event }) =>
      event.type === "track.failed" && context.unattended && event.place !== null,
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
    setPlace: assign(({ context, event }) => ({
      place: "place" in event ? event.place : context.place,
      unattended: event.type.startsWith("track."),
    })),
    noteUnattended: assign({ unattended: true }),
    load: unprovidedAction<undefined>("load"),
  },
}).createMachine({
  id: "queue",
  context: { length: 0, place: null, revision: 0, unattended: false },
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
      on: {
        // the first there is, whichever that be
        "queue.next": {
          guard: "hasPlace",
          target: "standing",
          actions: ["setPlace", "noteUnattended", "load"],
        },
      },
    },
    standing: {
      description: "One of the tracks is chosen.",
      on: {
        "queue.next": { guard: "hasPlace", actions: ["setPlace", "load"] },
        "queue.previous": { guard: "hasPlace", actions: ["setPlace", "load"] },
        "track.ended": { guard: "hasPlace", actions: ["setPlace", "load"] },
        "track.succeeded": { guard: "hasPlace", actions: "setPlace" },
        "track.failed": { guard: "isPassedOver", actions: ["setPlace", "load"] },
      },
    },
  },
});
