/** Track processor: one open track. Finds its file, has it decoded once and analysed once, and has
 *  the loudness of every enhanced variant that is asked for measured.
 *
 *    life: closed → probing → opening → decoding → fingerprinting ⇄ recovering (a pause after a lost worker)
 *                                                        └⇄ serving (back when an analysis may yet succeed)
 *          any of them → failed (file, decoder) | expired (the file is another now)
 *    use:  idle ─ unused for a while → closing;  idle ⇄ leased
 *          (at once, when it is still being prepared and somebody waits for another track, or when it was opened for
 *          its fingerprint alone)
 *
 *  Its file is followed from the first look on, until it fails, expires or is closed. Its edition, what
 *  it shares with the tracks of its album, is offered by its shell and taken in one transition.
 *
 *  Invariants: one decode per life, and one analysis at a time until one succeeds; one measurement at a
 *  time, newest variant first, never of a variant that nobody asks for or of a plan that is no longer the
 *  edition's; after failed or expired nothing of it is served, and what ran has been cancelled. */
import { assign, setup } from "xstate";
import type { Fault } from "../protocol/faults.ts";
import type { Frames } from "../protocol/geometry.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { TrackSource } from "../ports/catalogue.ts";
import { isBeingPrepared, type TrackContext } from "./trackContext.ts";
import type { TrackEvent } from "./trackEvents.ts";
import type { TrackParts } from "./trackOrders.ts";

/** analyses that may fail in a row before those who wait are told; the next one who asks has it tried
 *  again */
const analysesMax = 3;
/** ms before the second; doubles */
const recoverMs = 1000;

/** Makes the machine of all processors of a host.
 *  @param partsOf the parts of one, by its number */
export function trackProcessorMachine(idleMs: number, partsOf: (serial: number) => TrackParts) {
  const ordersOf = ({ serial }: TrackContext) => partsOf(serial).orders;
  const bookOf = ({ serial }: TrackContext) => partsOf(serial).book;
  return setup({
    types: {
      context: {} as TrackContext,
      events: {} as TrackEvent,
    },
    guards: {
      isKnown: ({ context }) => context.fingerprint === "known",
      isBeingPrepared: ({ context }) => isBeingPrepared(context),
      isExact: (_, { exact }: { readonly exact: boolean }) => exact,
      isLastTaker: ({ context }) => context.takers === 1,
      mayRecover: ({ context }, why: Fault) =>
        why.retryable && context.failedAnalyses + 1 < analysesMax,
      isAnalysisWanted: ({ context }, variant: VariantName) =>
        variant !== "original" && context.analysisFault?.retryable === true,
      isMeasured: ({ context }, variant: VariantName) => context.measuring === variant,
    },
    actions: {
      check: ({ context }) => ordersOf(context).check(),
      follow: ({ context }, source: TrackSource) => ordersOf(context).follow(source),
      decode: ({ context }, source: TrackSource) => ordersOf(context).decode(source),
      seekFingerprint: ({ context }) => {
        if (context.source) ordersOf(context).seekFingerprint(context.source);
      },
      analyse: ({ context }) => {
        if (context.source && context.total !== null && context.fingerprint === "absent")
          ordersOf(context).analyse(context.source, context.total);
      },
      leaveVariant: ({ context }, variant: VariantName) => bookOf(context).leave(variant),
      askVariant: ({ context }, variant: VariantName) => bookOf(context).ask(variant),
      dropMeasure: assign({
        measuring: ({ context }) => {
          if (context.measuring === null || bookOf(context).isAsked(context.measuring))
            return context.measuring;
          ordersOf(context).cancelMeasure();
          return null;
        },
      }),
      takeEdition: assign({
        measuring: ({ context }) => {
          if (!bookOf(context).takeEdition() || context.measuring === null)
            return context.measuring;
          ordersOf(context).cancelMeasure();
          return null;
        },
      }),
      measureNext: assign({
        measuring: ({ context }) => {
          const { source, total, measuring, fingerprint, fault } = context;
          if (measuring !== null || source === null || fault !== null) return measuring;
          if (fingerprint !== "known") return null;
          const next = bookOf(context).nextToMeasure(total !== null);
          if (next !== undefined) ordersOf(context).measure(source, total, next);
          return next ?? null;
        },
      }),
      endMeasure: assign({ measuring: null }),
      noteTrack: assign({
        serial: (_, opened: Extract<TrackEvent, { type: "track.open" }>) => opened.serial,
        track: (_, { track }) => track,
      }),
      noteSignature: assign({ signature: (_, { signature }: TrackSource) => signature }),
      noteDecoded: assign({ decoded: (_, decoded: Frames) => decoded }),
      noteSought: assign({
        fingerprint: (_, isKnown: boolean) => (isKnown ? "known" : "absent"),
      }),
      countFailedAnalysis: assign({
        failedAnalyses: ({ context }) => context.failedAnalyses + 1,
      }),
      noteAnalysisFault: assign({ analysisFault: (_, why: Fault) => why }),
      forgetFailedAnalyses: assign({ analysisFault: null, failedAnalyses: 0 }),
      noteSource: assign({
        source: (_, probed: Extract<TrackEvent, { type: "decode.probed" }>) => probed.info,
        decoded: (_, { decoded }) => decoded,
        total: (_, { exact, decoded }) => (exact ? decoded : null),
      }),
      noteTotal: assign({
        decoded: (_, total: Frames) => total,
        total: (_, total: Frames) => total,
      }),
      noteFault: assign({ fault: (_, why: Fault) => why }),
      cancelAll: ({ context }) => ordersOf(context).cancelAll(),
      close: ({ context }) => ordersOf(context).close(),
      countTaker: assign({ takers: ({ context }, by: number) => context.takers + by }),
    },
    delays: {
      idle: idleMs,
      recover: ({ context }) => recoverMs * 2 ** (context.failedAnalyses - 1),
    },
  }).createMachine({
    id: "trackProcessor",
    type: "parallel",
    // not made from input: tracks are opened inside actions of sessions, where xstate warns of that
    context: {
      serial: -1,
      track: "",
      signature: null,
      source: null,
      decoded: 0 as Frames,
      total: null,
      fingerprint: "unsought",
      measuring: null,
      takers: 0,
      fault: null,
      analysisFault: null,
      failedAnalyses: 0,
    },
    states: {
      life: {
        description: "How much is known of the track.",
        initial: "closed",
        on: {
          "source.changed": {
            target: ".expired",
            actions: { type: "noteFault", params: ({ event }) => event.why },
          },
          "variant.ask": {
            actions: [{ type: "askVariant", params: ({ event }) => event.variant }, "measureNext"],
          },
          "variant.leave": {
            actions: [
              { type: "leaveVariant", params: ({ event }) => event.variant },
              "dropMeasure",
              "measureNext",
            ],
          },
          "loudness.known": {
            guard: { type: "isMeasured", params: ({ event }) => event.variant },
            actions: ["endMeasure", "measureNext"],
          },
          "edition.take": { actions: ["takeEdition", "measureNext"] },
          "decode.failed": {
            target: ".failed",
            actions: { type: "noteFault", params: ({ event }) => event.why },
          },
        },
        states: {
          closed: {
            description: "Not opened yet.",
            on: {
              "track.open": {
                target: "probing",
                actions: { type: "noteTrack", params: ({ event }) => event },
              },
            },
          },
          probing: {
            description: "Its file is looked for.",
            entry: "check",
            on: {
              "source.found": {
                target: "opening",
                actions: [
                  { type: "noteSignature", params: ({ event }) => event.source },
                  { type: "follow", params: ({ event }) => event.source },
                  { type: "decode", params: ({ event }) => event.source },
                ],
              },
              "source.missing": {
                target: "failed",
                actions: { type: "noteFault", params: ({ event }) => event.why },
              },
            },
          },
          opening: {
            description: "The decoder looks at the beginning of the file.",
            on: {
              "decode.probed": [
                {
                  guard: { type: "isExact", params: ({ event }) => event },
                  target: "fingerprinting",
                  actions: [
                    { type: "noteSource", params: ({ event }) => event },
                    "seekFingerprint",
                  ],
                },
                {
                  target: "decoding",
                  actions: [
                    { type: "noteSource", params: ({ event }) => event },
                    "seekFingerprint",
                  ],
                },
              ],
            },
          },
          decoding: {
            description: "Samples come, from the beginning on; what has come can be heard.",
            on: {
              "decode.advanced": {
                actions: { type: "noteDecoded", params: ({ event }) => event.decoded },
              },
              "decode.finished": {
                target: "fingerprinting",
                actions: { type: "noteTotal", params: ({ event }) => event.total },
              },
              "fingerprint.sought": {
                actions: [
                  { type: "noteSought", params: ({ event }) => event.isKnown },
                  "measureNext",
                ],
              },
            },
          },
          fingerprinting: {
            description: "All of it is decoded; it is measured, unless that was done before.",
            entry: "analyse",
            always: { guard: "isKnown", target: "serving" },
            on: {
              // a decoder may say that it is done although all was there when it probed
              "decode.finished": {
                actions: { type: "noteTotal", params: ({ event }) => event.total },
              },
              "fingerprint.sought": {
                actions: [{ type: "noteSought", params: ({ event }) => event.isKnown }, "analyse"],
              },
              "fingerprint.made": { actions: { type: "noteSought", params: true } },
              "fingerprint.failed": [
                {
                  guard: { type: "mayRecover", params: ({ event }) => event.why },
                  target: "recovering",
                  actions: "countFailedAnalysis",
                },
                {
                  target: "serving",
                  actions: { type: "noteAnalysisFault", params: ({ event }) => event.why },
                },
              ],
            },
          },
          recovering: {
            description: "The worker that measured it was lost; tried again after a pause.",
            after: { recover: "fingerprinting" },
          },
          serving: {
            description:
              "All is known that can be known; enhanced variants are measured when they are asked for.",
            entry: "measureNext",
            on: {
              "variant.ask": {
                guard: { type: "isAnalysisWanted", params: ({ event }) => event.variant },
                target: "fingerprinting",
                actions: [
                  { type: "askVariant", params: ({ event }) => event.variant },
                  "forgetFailedAnalyses",
                ],
              },
            },
          },
          failed: { description: "The file or the decoder cannot give it.", entry: "cancelAll" },
          expired: { description: "The file is another by now.", entry: "cancelAll" },
        },
      },
      use: {
        description: "Whether somebody holds it.",
        initial: "idle",
        states: {
          idle: {
            description: "Nobody does; after a while it is closed.",
            after: { idle: "closing" },
            on: {
              "track.giveWay": {
                guard: "isBeingPrepared",
                target: "closing",
              },
              "track.discard": "closing",
              "track.take": {
                target: "leased",
                actions: { type: "countTaker", params: 1 },
              },
            },
          },
          leased: {
            description: "Somebody does.",
            on: {
              "track.take": { actions: { type: "countTaker", params: 1 } },
              "track.release": [
                {
                  guard: "isLastTaker",
                  target: "idle",
                  actions: { type: "countTaker", params: -1 },
                },
                { actions: { type: "countTaker", params: -1 } },
              ],
            },
          },
          closing: {
            description: "Its parts are given back; its parent takes it away.",
            entry: "close",
            type: "final",
          },
        },
      },
    },
  });
}
