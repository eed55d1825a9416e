/** Element player: plays `stream.wav` in an audio element, where the browser lacks what the engine needs.
 *
 *    wish     paused ⇄ playing
 *    source   empty → loading → ready ⇄ starved, ready → ended
 *             ready → preparing → loading (another track or variant: what sounds goes on until it can be had)
 *             preparing → waiting → preparing (not yet: decoding), preparing → failed
 *
 *  Invariants:
 *  - the newest target is the only one that is asked for and opened;
 *  - what sounds goes on until the host has said that the target can be had, and when it cannot;
 *  - `loaded` is what the element holds, null while it holds nothing that can be heard;
 *  - an element that fails is given the same address again, at the same place, three times at most;
 *  - a host that says "not yet" is asked again as late as it says, and later every time. */
import { assign, enqueueActions, setup } from "xstate";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { unprovidedAction } from "#engine/machines/unprovidedAction.ts";

export type Source = { readonly track: TrackId; readonly variant: VariantName };
export type ElementTarget = Source & {
  /** where to begin; null: where the element is then */
  readonly seconds: number | null;
};

export type ElementPlayerContext = {
  readonly target: ElementTarget | null;
  readonly loaded: Source | null;
  /** failures of the element since it last played for a while */
  readonly attempts: number;
  /** how often the host has said "not yet", 0…`delaysMax` */
  readonly delays: number;
  /** until the host is asked again */
  readonly afterMs: number;
  readonly fault: Fault | null;
};

export type ElementPlayerEvent =
  | { readonly type: "transport.play" }
  | { readonly type: "transport.pause" }
  | { readonly type: "transport.seek"; readonly seconds: number }
  | { readonly type: "track.load"; readonly target: Source & { readonly seconds: number } }
  | { readonly type: "variant.choose"; readonly variant: VariantName }
  /** enough is there to go on */
  | { readonly type: "media.ready" }
  | { readonly type: "media.starved" }
  | { readonly type: "media.ended" }
  | { readonly type: "media.failed"; readonly seconds: number }
  /** the system paused it, or the browser wants a click first */
  | { readonly type: "media.stopped" }
  /** what the host says of the target's address */
  | { readonly type: "source.available" }
  | { readonly type: "source.delayed"; readonly afterMs: number }
  | { readonly type: "source.refused"; readonly fault: Fault };

const attemptsMax = 3;
const delaysMax = 5;
const delayMinMs = 500;
const fresh = { attempts: 0, delays: 0, fault: null } as const;

export const elementPlayerMachine = setup({
  types: { context: {} as ElementPlayerContext, events: {} as ElementPlayerEvent },
  guards: {
    isHopeless: ({ context }) => context.attempts >= attemptsMax,
    isLoaded: ({ context }) => context.loaded !== null,
    isOther: ({ context, event }) =>
      event.type === "variant.choose" &&
      context.target !== null &&
      event.variant !== context.target.variant,
    isLoadedVariant: ({ context, event }) =>
      event.type === "variant.choose" &&
      context.loaded !== null &&
      event.variant === context.loaded.variant &&
      context.loaded.track === context.target?.track,
    isLoadedTarget: ({ context }) =>
      context.loaded?.track === context.target?.track &&
      context.loaded?.variant === context.target?.variant,
    isLoadedTrack: ({ context }) => context.loaded?.track === context.target?.track,
  },
  actions: {
    aimAtTrack: assign(({ event }) =>
      event.type === "track.load" ? { target: event.target, ...fresh } : {},
    ),
    aimAtVariant: assign(({ context, event }) =>
      event.type === "variant.choose" && context.target
        ? {
            target: {
              ...context.target,
              variant: event.variant,
              seconds:
                context.loaded?.track === context.target.track ? null : context.target.seconds,
            },
            ...fresh,
          }
        : {},
    ),
    aimAtSeconds: assign(({ context, event }) =>
      event.type === "transport.seek" && context.target
        ? { target: { ...context.target, seconds: event.seconds }, fault: null }
        : {},
    ),
    /** what sounds is what is meant again */
    aimBack: assign(({ context }) => ({
      target: context.loaded ? { ...context.loaded, seconds: null } : context.target,
    })),
    recordFailure: assign(({ context, event }) =>
      event.type === "media.failed" && context.target
        ? {
            target: { ...context.target, seconds: event.seconds },
            loaded: null,
            attempts: context.attempts + 1,
          }
        : {},
    ),
    /** what sounded is lost while something else is asked for */
    recordLoss: assign(({ context, event }) =>
      event.type === "media.failed" && context.target
        ? {
            target: { ...context.target, seconds: context.target.seconds ?? event.seconds },
            loaded: null,
          }
        : {},
    ),
    recordDelay: assign(({ context, event }) =>
      event.type === "source.delayed"
        ? {
            afterMs: Math.max(event.afterMs, delayMinMs * 2 ** context.delays),
            delays: Math.min(delaysMax, context.delays + 1),
          }
        : {},
    ),
    aimAtStart: assign(({ context }) =>
      context.target ? { target: { ...context.target, seconds: 0 } } : {},
    ),
    /** what the element held cannot be heard again */
    forgetLoaded: assign({ loaded: null }),
    recordRefusal: assign(({ event }) =>
      event.type === "source.refused" ? { fault: event.fault } : {},
    ),
    recordHopeless: assign({
      fault: fault("audio-unavailable", "The browser cannot play this track."),
    }),
    recordReady: assign({ delays: 0 }),
    forgiveFailures: assign({ attempts: 0 }),
    beginAnew: assign(fresh),
    open: enqueueActions(({ context, enqueue }) => {
      if (!context.target) return;
      enqueue("openElement");
      const { track, variant } = context.target;
      enqueue.assign({ loaded: { track, variant } });
    }),
    openElement: unprovidedAction<undefined>("openElement"),
    playElement: unprovidedAction<undefined>("playElement"),
    pauseElement: unprovidedAction<undefined>("pauseElement"),
    seekElement: unprovidedAction<undefined>("seekElement"),
    restartElement: unprovidedAction<undefined>("restartElement"),
    closeElement: unprovidedAction<undefined>("closeElement"),
    ask: unprovidedAction<undefined>("ask"),
    cancelAsk: unprovidedAction<undefined>("cancelAsk"),
    advance: unprovidedAction<undefined>("advance"),
    passOver: unprovidedAction<undefined>("passOver"),
  },
  delays: { retry: ({ context }) => context.afterMs, steady: 10_000 },
}).createMachine({
  id: "elementPlayer",
  type: "parallel",
  context: { target: null, loaded: null, afterMs: 0, ...fresh },
  states: {
    wish: {
      description: "What the listener has asked for last: sound, or none.",
      initial: "paused",
      states: {
        paused: {
          description: "The element is paused, whatever it holds.",
          on: { "transport.play": { target: "playing", actions: "playElement" } },
        },
        playing: {
          description: "The element plays as soon as it can.",
          on: {
            "transport.pause": { target: "paused", actions: "pauseElement" },
            "media.stopped": { target: "paused", actions: "pauseElement" },
          },
        },
      },
    },
    source: {
      description: "What the element holds, and what it is to hold next.",
      initial: "empty",
      states: {
        empty: {
          description: "Nothing was chosen.",
          on: { "track.load": { target: "loading", actions: "aimAtTrack" } },
        },
        loading: {
          description: "The element has the address; the host may still be decoding.",
          entry: "open",
          on: {
            "track.load": { target: "loading", reenter: true, actions: "aimAtTrack" },
            "variant.choose": {
              guard: "isOther",
              target: "loading",
              reenter: true,
              actions: "aimAtVariant",
            },
            "transport.seek": { actions: ["aimAtSeconds", "seekElement"] },
            "media.ready": { target: "ready", actions: "recordReady" },
            "media.ended": { target: "ended", actions: "advance" },
            "media.failed": { target: "preparing", actions: "recordFailure" },
          },
        },
        ready: {
          description: "The element has something to play.",
          after: { steady: { actions: "forgiveFailures" } },
          on: {
            "track.load": { target: "preparing", actions: "aimAtTrack" },
            "variant.choose": { guard: "isOther", target: "preparing", actions: "aimAtVariant" },
            "transport.seek": { actions: "seekElement" },
            "media.starved": "starved",
            "media.ended": { target: "ended", actions: "advance" },
            "media.failed": { target: "preparing", actions: "recordFailure" },
          },
        },
        starved: {
          description: "The element waits for more of it.",
          on: {
            "track.load": { target: "loading", actions: "aimAtTrack" },
            "variant.choose": { guard: "isOther", target: "preparing", actions: "aimAtVariant" },
            "transport.seek": { actions: "seekElement" },
            "media.ready": { target: "ready", actions: "recordReady" },
            "media.ended": { target: "ended", actions: "advance" },
            "media.failed": { target: "preparing", actions: "recordFailure" },
          },
        },
        preparing: {
          description: "The host is asked whether the target can be had.",
          entry: "ask",
          exit: "cancelAsk",
          on: {
            "track.load": { target: "preparing", reenter: true, actions: "aimAtTrack" },
            "variant.choose": [
              { guard: "isLoadedVariant", target: "ready", actions: "aimBack" },
              {
                guard: "isOther",
                target: "preparing",
                reenter: true,
                actions: "aimAtVariant",
              },
            ],
            "transport.seek": { actions: ["aimAtSeconds", "seekElement"] },
            "media.failed": { actions: "recordLoss" },
            "media.ended": [
              { guard: "isLoadedTrack", target: "ended", actions: "advance" },
              { actions: "forgetLoaded" },
            ],
            "source.available": [
              { guard: "isHopeless", target: "failed", actions: ["recordHopeless", "passOver"] },
              { target: "loading" },
            ],
            "source.delayed": { target: "waiting", actions: "recordDelay" },
            "source.refused": [
              { guard: "isLoaded", target: "ready", actions: ["recordRefusal", "aimBack"] },
              { target: "failed", actions: ["recordRefusal", "passOver"] },
            ],
          },
        },
        waiting: {
          description: "The host said: not yet.",
          after: { retry: "preparing" },
          on: {
            "track.load": { target: "preparing", actions: "aimAtTrack" },
            "variant.choose": [
              { guard: "isLoadedVariant", target: "ready", actions: "aimBack" },
              { guard: "isOther", target: "preparing", actions: "aimAtVariant" },
            ],
            "transport.seek": { actions: ["aimAtSeconds", "seekElement"] },
            "media.failed": { actions: "recordLoss" },
            "media.ended": [
              { guard: "isLoadedTrack", target: "ended", actions: "advance" },
              { actions: "forgetLoaded" },
            ],
          },
        },
        ended: {
          description: "The last frame of the track has sounded.",
          on: {
            "track.load": { target: "loading", actions: "aimAtTrack" },
            "variant.choose": { guard: "isOther", actions: "aimAtVariant" },
            "media.failed": { actions: "forgetLoaded" },
            "transport.seek": [
              { guard: "isLoadedTarget", target: "ready", actions: "seekElement" },
              { target: "loading", actions: "aimAtSeconds" },
            ],
            "transport.play": [
              { guard: "isLoadedTarget", target: "ready", actions: "restartElement" },
              { target: "loading", actions: "aimAtStart" },
            ],
          },
        },
        failed: {
          description: "Nothing can be heard of the target.",
          entry: "closeElement",
          on: {
            "track.load": { target: "loading", actions: "aimAtTrack" },
            "variant.choose": { guard: "isOther", target: "loading", actions: "aimAtVariant" },
            "transport.seek": { target: "loading", actions: ["aimAtSeconds", "beginAnew"] },
            "transport.play": { target: "loading", actions: "beginAnew" },
          },
        },
      },
    },
  },
});
