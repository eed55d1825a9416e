/** Surveyor: when the tracks of the library are decoded and analysed for nobody yet: while the host is idle.
 *
 *    inUse ⇄ idle: quiet ─ for a while → looking ─ a track lacks its fingerprint → surveying
 *                                          ↑ └ none does → content                    │
 *                                          └──── after a rest ─ resting ←─────────────┘
 *                               (content → resting when the library has changed)
 *    any of them ─ survey.close → closed
 *
 *  Invariants: one track at a time, and none while somebody plays or waits for anything: it is given back in the
 *  very step in which that is heard of; a track is given back exactly once, however its survey ends; what fails
 *  again and again is rested from longer each time. */
import { assign, setup } from "xstate";
import type { TrackId } from "../protocol/limits.ts";

export type SurveyorEvent =
  /** somebody plays, or waits for something */
  | { readonly type: "use.began" }
  | { readonly type: "use.ended" }
  | { readonly type: "library.changed" }
  /** the look is over: this track has no fingerprint, every one has, or that could not be found out */
  | { readonly type: "track.lacking"; readonly track: TrackId }
  | { readonly type: "library.known" }
  | { readonly type: "look.failed" }
  /** the track that is surveyed has its fingerprint */
  | { readonly type: "track.known" }
  /** it cannot have one; `mayPass`: not now */
  | { readonly type: "track.failed"; readonly mayPass: boolean }
  /** somebody else needs what it takes */
  | { readonly type: "track.withdrawn" }
  | { readonly type: "survey.close" };

export type SurveyorContext = {
  readonly track: TrackId | null;
  /** surveys and looks in a row that failed and may not for ever */
  readonly failures: number;
};

export type SurveyorOrders = {
  /** finds out which track lacks a fingerprint; answered by an event */
  readonly look: () => void;
  readonly stopLooking: () => void;
  /** takes a track and follows it until it is known or has failed */
  readonly take: (track: TrackId) => void;
  /** gives it back, and what was decoded for it */
  readonly giveBack: (track: TrackId) => void;
};

export type SurveyorDelays = {
  /** ms without use before anything is begun */
  readonly quietMs: number;
  /** ms between two tracks; doubled with each failure that may pass */
  readonly restMs: number;
};

/** the rest is doubled at most so often */
const doublingsMax = 10;

/** Makes the machine around its shell. */
export function surveyorMachine({ quietMs, restMs }: SurveyorDelays, orders: SurveyorOrders) {
  return setup({
    types: { context: {} as SurveyorContext, events: {} as SurveyorEvent },
    guards: {
      mayPass: (_, mayPass: boolean) => mayPass,
    },
    actions: {
      look: () => orders.look(),
      stopLooking: () => orders.stopLooking(),
      take: (_, track: TrackId | null) => orders.take(track!),
      giveBack: (_, track: TrackId | null) => orders.giveBack(track!),
      noteTrack: assign({ track: (_, track: TrackId) => track }),
      forgetTrack: assign({ track: null }),
      countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
      forgetFailures: assign({ failures: 0 }),
    },
    delays: {
      quiet: quietMs,
      rest: ({ context }) => restMs * 2 ** Math.min(context.failures, doublingsMax),
    },
  }).createMachine({
    id: "surveyor",
    context: { track: null, failures: 0 },
    initial: "idle",
    on: { "survey.close": ".closed" },
    states: {
      inUse: {
        description: "Somebody plays, or waits for something: nothing is surveyed.",
        on: { "use.ended": "idle" },
      },
      idle: {
        description: "Nobody needs the machine.",
        initial: "quiet",
        on: { "use.began": "inUse" },
        states: {
          quiet: {
            description: "It may only be for a moment.",
            after: { quiet: "looking" },
          },
          looking: {
            description: "A track without a fingerprint is looked for.",
            entry: "look",
            exit: "stopLooking",
            on: {
              "track.lacking": {
                target: "surveying",
                actions: { type: "noteTrack", params: ({ event }) => event.track },
              },
              "library.known": { target: "content", actions: "forgetFailures" },
              "look.failed": { target: "resting", actions: "countFailure" },
            },
          },
          surveying: {
            description: "One track is decoded and analysed.",
            entry: { type: "take", params: ({ context }) => context.track },
            exit: [{ type: "giveBack", params: ({ context }) => context.track }, "forgetTrack"],
            on: {
              "track.known": { target: "resting", actions: "forgetFailures" },
              "track.failed": [
                {
                  guard: { type: "mayPass", params: ({ event }) => event.mayPass },
                  target: "resting",
                  actions: "countFailure",
                },
                { target: "resting" },
              ],
              "track.withdrawn": "quiet",
            },
          },
          resting: {
            description: "The machine is left alone for a moment.",
            after: { rest: "looking" },
          },
          content: {
            description: "Every track has its fingerprint, as far as it can have one.",
            on: { "library.changed": "resting" },
          },
        },
      },
      closed: { description: "The host leaves.", type: "final" },
    },
  });
}
