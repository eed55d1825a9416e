/** Player: what the listener wishes, what is being prepared for it, and what sounds.
 *
 *    wish       paused ⇄ playing
 *    intention  settled → preparing → committing → settled
 *    supply     empty → ready ⇄ starved, ready → ended, empty → failed
 *
 *  Invariants:
 *  - one intention at most: a newer click merges into the target and raises the generation;
 *  - what sounds goes on until the newest intention is committed, by the mixer, at one frame;
 *  - a report that names an older generation changes nothing but the record of what sounds, unless it
 *    says that there is sound already of what something else was to stand in for;
 *  - what sounds of a file that is another now is meant anew where it sounds, and what could not be had before is
 *    told of still;
 *  - a failed intention is given up: what sounds is meant again, its end leads on, and if nothing
 *    sounds Play tries again;
 *  - pause and play wait for nothing;
 *  - a successor is appointed only behind what is settled, under a generation of its own; a click
 *    revokes it, and a switch in place that it has overtaken is meant anew, in the track that it began;
 *  - `awaited` is set exactly while the original stands in for an enhanced variant that is still
 *    being analysed; it takes over by an ordinary variant switch. */
import { and, assign, enqueueActions, not, or, setup, stateIn } from "xstate";
import type { VariantName } from "../protocol/variant.ts";
import {
  backToHeard,
  hasMovedOn,
  isAwaited,
  isBridgedBy,
  isSameVariant,
  isSuccession,
  needsStandIn,
  type PlayerContext,
  type PlayerEvent,
} from "./playerContext.ts";
import {
  aimAtAwaited,
  aimAtChosen,
  aimAtFrame,
  aimAtHeard,
  aimAtStandIn,
  aimAtStart,
  aimAtSucceeded,
  aimAtTrack,
  appoint,
  choose,
  raiseGeneration,
  recordCommit,
  succeed,
} from "./playerTargets.ts";
import { unprovidedAction } from "./unprovidedAction.ts";

export const playerMachine = setup({
  types: {
    context: {} as PlayerContext,
    events: {} as PlayerEvent,
    input: {} as { readonly chosen: VariantName; readonly counterpart: VariantName },
  },
  guards: {
    hasTarget: ({ context }) => context.target !== null,
    isNewest: ({ context, event }) =>
      "generation" in event && event.generation === context.generation,
    isMeant: stateIn({ intention: "settled" }),
    isSounding: or([stateIn({ supply: "ready" }), stateIn({ supply: "starved" })]),
    needsStandIn: ({ context, event }) =>
      event.type === "supply.waiting" &&
      event.generation === context.generation &&
      (event.waitsFor === "analysing" || event.waitsFor === "decoding") &&
      needsStandIn(context),
    isAwaited: ({ context, event }) => isAwaited(context, event),
    isOutdated: ({ context: { heard, outdated } }) => heard?.generation === (outdated ?? -1),
    isAnew: ({ context: { anew, generation } }) => anew === generation,
    /** there was sound at its place before the mixer heard of the stand-in */
    isBridged: ({ context, event }) =>
      event.type === "lane.committed" && isBridgedBy(context, event.generation),
    /** what follows without a click has taken over, before the mixer heard of the pending switch */
    hasMovedOn: ({ context, event }) =>
      event.type === "lane.committed" && hasMovedOn(context, event.generation),
    isSuccession: ({ context, event }) =>
      event.type === "lane.committed" &&
      event.generation > context.generation &&
      isSuccession(context, event.generation),
    /** it had taken over before something newer was given up */
    isLateSuccession: ({ context, event }) =>
      event.type === "lane.committed" && isSuccession(context, event.generation),
    isSuccessionDue: ({ context, event }) =>
      event.type === "succession.due" &&
      event.generation === context.heard?.generation &&
      event.track !== (context.successor?.target.track ?? null),
    isSameVariant: ({ context, event }) => isSameVariant(context, event),
  },
  actions: {
    aimAtTrack: assign(aimAtTrack),
    aimAtFrame: assign(aimAtFrame),
    aimAtStart: assign(aimAtStart),
    choose: assign(choose),
    aimAtChosen: assign(aimAtChosen),
    aimAtAwaited: assign(aimAtAwaited),
    aimAtSucceeded: assign(aimAtSucceeded),
    aimAtStandIn: assign(aimAtStandIn),
    aimAtHeard: assign(aimAtHeard),
    raiseGeneration: assign(raiseGeneration),
    appoint: assign(appoint),
    succeed: assign(succeed),
    recordCommit: assign(recordCommit),
    noteOutdated: assign({
      outdated: ({ context, event }) =>
        event.type === "supply.outdated" ? event.generation : context.outdated,
    }),
    forgetOutdated: assign({ outdated: null }),
    noteAnew: assign({ anew: ({ context }) => context.generation }),
    recordPosition: assign(({ context, event }) =>
      event.type === "lane.moved" && context.heard?.generation === event.generation
        ? { heard: { ...context.heard, frame: event.frame } }
        : {},
    ),
    recordWait: assign({
      waitsFor: ({ context, event }) =>
        event.type === "supply.waiting" ? event.waitsFor : context.waitsFor,
    }),
    recordFault: assign(({ context, event }) =>
      event.type === "intention.failed"
        ? { fault: event.fault, failedTrack: context.target?.track ?? null }
        : {},
    ),
    /** a failed intention is given up: what sounds is what is meant again */
    aimBack: assign(({ context }) => backToHeard(context)),
    clearFault: assign({ fault: null }),
    postIntention: unprovidedAction<undefined>("postIntention"),
    /** what follows is another one, or nothing, from now on */
    postSuccession: unprovidedAction<undefined>("postSuccession"),
    /** what sounds is the track that followed */
    tellSuccession: unprovidedAction<undefined>("tellSuccession"),
    advance: unprovidedAction<undefined>("advance"),
    /** what nobody chose and cannot be heard is passed over */
    passOver: unprovidedAction<undefined>("passOver"),
    /** raises the generation and posts the target, unless there is no output yet */
    intend: enqueueActions(({ context, enqueue }) => {
      if (context.target === null || context.rate === null) return;
      enqueue("raiseGeneration");
      enqueue("postIntention");
    }),
  },
}).createMachine({
  id: "player",
  type: "parallel",
  context: ({ input }) => ({
    generation: 0,
    issued: 0,
    successor: null,
    target: null,
    posted: [],
    failedTrack: null,
    heard: null,
    chosen: input.chosen,
    counterpart: input.counterpart,
    outdated: null,
    anew: null,
    awaited: null,
    waitsFor: null,
    rate: null,
    fault: null,
  }),
  on: {
    "lane.moved": { actions: "recordPosition" },
  },
  states: {
    wish: {
      description: "What the listener has asked for last: sound, or none.",
      initial: "paused",
      states: {
        paused: {
          description: "Nothing sounds, whatever else goes on.",
          on: { "transport.play": { target: "playing", actions: "clearFault" } },
        },
        playing: {
          description: "What is meant sounds as soon as it can.",
          on: {
            "transport.pause": [
              // what nothing sounds for stays explained
              { guard: stateIn({ supply: "failed" }), target: "paused" },
              { target: "paused", actions: "clearFault" },
            ],
          },
        },
      },
    },
    intention: {
      description: "Where the newest click is on its way to being heard.",
      initial: "settled",
      on: {
        "track.load": { target: ".preparing", actions: ["aimAtTrack", "intend"] },
        "transport.seek": {
          guard: "hasTarget",
          target: ".preparing",
          actions: ["aimAtFrame", "intend"],
        },
        "variant.choose": [
          { guard: "isSameVariant" },
          {
            guard: "hasTarget",
            target: ".preparing",
            actions: ["choose", "aimAtChosen", "intend"],
          },
          { actions: "choose" },
        ],
        "rendition.readied": {
          guard: "isAwaited",
          target: ".preparing",
          actions: ["aimAtAwaited", "intend"],
        },
        "output.created": [
          {
            guard: "hasTarget",
            target: ".preparing",
            actions: ["aimAtHeard", "intend"],
          },
          { actions: "aimAtHeard" },
        ],
        // an older generation may have been committed just before the newer intention was heard of
        "lane.committed": [
          { guard: and(["isNewest", "isAnew"]), target: ".settled", actions: "recordCommit" },
          { guard: "isNewest", target: ".settled", actions: ["recordCommit", "clearFault"] },
          {
            guard: "hasMovedOn",
            target: ".preparing",
            actions: ["recordCommit", "tellSuccession", "aimAtSucceeded", "intend"],
          },
          {
            guard: "isBridged",
            target: ".preparing",
            actions: ["recordCommit", "aimAtAwaited", "intend"],
          },
          { actions: "recordCommit" },
        ],
        // it may be known before it is known that it sounds
        "supply.outdated": { actions: "noteOutdated" },
        "intention.failed": [
          {
            guard: and(["isNewest", "isSounding"]),
            target: ".settled",
            actions: ["recordFault", "aimBack", "passOver"],
          },
          { guard: "isNewest", target: ".settled", actions: ["recordFault", "passOver"] },
        ],
        "transport.play": [
          {
            guard: and([stateIn({ supply: "ended" }), stateIn({ intention: "settled" })]),
            target: ".preparing",
            actions: ["aimAtStart", "intend"],
          },
          { guard: stateIn({ supply: "failed" }), target: ".preparing", actions: "intend" },
        ],
      },
      states: {
        settled: {
          description: "What sounds is what is meant.",
          always: {
            guard: and(["isOutdated", "isSounding"]),
            target: "preparing",
            actions: ["forgetOutdated", "aimBack", "intend", "noteAnew"],
          },
          on: {
            "lane.committed": [
              { guard: "isSuccession", actions: ["recordCommit", "succeed", "tellSuccession"] },
              { guard: "isLateSuccession", actions: ["recordCommit", "aimBack", "tellSuccession"] },
              // the newest was given up before it was known that the one before it had been committed
              { actions: ["recordCommit", "aimBack"] },
            ],
            "succession.due": {
              guard: and(["isSuccessionDue", "isSounding"]),
              actions: ["appoint", "postSuccession"],
            },
          },
        },
        preparing: {
          description: "The target is being fetched and buffered beside what sounds.",
          on: {
            "supply.waiting": [
              { guard: "needsStandIn", target: "preparing", actions: ["aimAtStandIn", "intend"] },
              { guard: "isNewest", actions: "recordWait" },
            ],
            "supply.prepared": { guard: "isNewest", target: "committing" },
          },
        },
        committing: { description: "The mixer was told to take over at its next quantum." },
      },
    },
    supply: {
      description: "Whether what is heard has something to go on with.",
      initial: "empty",
      on: {
        "lane.committed": { target: ".ready" },
        "output.created": { target: ".empty" },
      },
      states: {
        empty: {
          description: "Nothing was committed yet.",
          on: { "intention.failed": { guard: "isNewest", target: "failed" } },
        },
        ready: {
          description: "The mixer has frames to go on with.",
          on: {
            "lane.starved": "starved",
            "lane.ended": [
              { guard: "isMeant", target: "ended", actions: "advance" },
              { target: "ended" },
            ],
          },
        },
        starved: {
          description: "Data are late; silence was faded in, and goes by itself.",
          on: {
            // there will be no more of it, whatever newer was given up since it was committed
            "intention.failed": { guard: "isMeant", target: "failed" },
            "lane.refilled": "ready",
            // that the track ends where it starved may be learnt only then
            "lane.ended": [
              { guard: "isMeant", target: "ended", actions: "advance" },
              { target: "ended" },
            ],
          },
        },
        ended: {
          description: "The last frame of the track has sounded.",
          on: { "intention.failed": { guard: "isNewest", target: "failed" } },
        },
        failed: {
          description: "Nothing sounds and the newest intention cannot be carried out.",
          on: {
            "track.load": { target: "empty", actions: "clearFault" },
            "transport.play": { target: "empty", actions: "clearFault" },
            "transport.seek": { target: "empty", actions: "clearFault" },
            "variant.choose": {
              guard: not("isSameVariant"),
              target: "empty",
              actions: "clearFault",
            },
            "rendition.readied": { guard: "isAwaited", target: "empty", actions: "clearFault" },
          },
        },
      },
    },
  },
});
