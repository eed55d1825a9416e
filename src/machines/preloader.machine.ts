/** Preloader: brings the newest intention to the mixer, and keeps what sounds fed.
 *
 *    intention  resting → preparing.waiting ⇄ preparing.filling → committing → steady
 *               preparing.settling → preparing.waiting      (right behind another click: nothing is
 *                 fetched until a moment has passed without a newer one)
 *    succession none → preparing → offered → none      (what follows at the end of what sounds, without a
 *               click; any newer intention revokes it)
 *    asking     content → retrying → content      (after a retryable fault of the host; the pause grows
 *               until a slice arrives that was not in flight)
 *
 *  Invariants: at most one intention is prepared, the newest; the mixer is told to commit once per
 *  generation; measurements of an older generation change nothing; a successor is opened once, and is what
 *  is meant as soon as the mixer says that it took over; whether what it comes after still sounds only the
 *  mixer knows, and looks. Slices, renditions and what the mixer said live in plain structures beside the
 *  machine; it decides from counts. */
import { and, assign, setup } from "xstate";
import type { TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import { unprovidedAction } from "./unprovidedAction.ts";

export type Intention = {
  readonly generation: number;
  readonly track: TrackId;
  readonly variant: VariantName;
  readonly counterpart: VariantName;
  /** Hz */
  readonly rate: number;
  /** frames at `rate` */
  readonly start: number;
  readonly alignTo: number | null;
  /** it stands in for what is awaited */
  readonly standsIn: boolean;
  /** it came right behind another click */
  readonly hurried: boolean;
};

/** What is to sound when the lane of `after` has come to its end. */
export type Succession = Intention & {
  readonly after: number;
  /** frames of crossfade into it; 0: none, it follows without a gap */
  readonly crossfade: number;
};

/** What stands between an intention and its commit. */
export type Measurement = {
  readonly generation: number;
  readonly phase: "waiting" | "filling" | "prepared";
  readonly waitsFor: "link" | "probing" | "decoding" | "analysing" | "slices" | null;
  /** 0…1, null where nothing is known */
  readonly progress: number | null;
};

export type PreloaderEvent =
  | { readonly type: "intention.raise"; readonly intention: Intention }
  | { readonly type: "supply.measured"; readonly measurement: Measurement }
  | { readonly type: "lane.committed"; readonly generation: number }
  /** the intention that is being prepared cannot be had */
  | { readonly type: "intention.failed" }
  /** null: nothing follows */
  | {
      readonly type: "succession.appoint";
      readonly generation: number;
      readonly succession: Succession | null;
    }
  /** the successor can be opened, and what comes before it is in the mixer to its end */
  | { readonly type: "succession.prepared"; readonly generation: number }
  | { readonly type: "mixer.attached" }
  | { readonly type: "answer.failed" }
  | { readonly type: "slice.arrived" };

export type PreloaderContext = {
  /** what is being prepared, or was last */
  readonly intention: Intention | null;
  /** the intention whose lane sounds */
  readonly heard: Intention | null;
  /** intentions that the mixer was told to commit after the one that sounds, newest last: any of them
   *  may have been, though newer ones came, for its word travels as long as theirs */
  readonly offered: readonly Intention[];
  readonly measurement: Measurement | null;
  readonly successor: Succession | null;
  readonly retries: number;
};

/** ms without a newer click after which one of many counts: a slider that is dragged speaks every 16 ms, a
 *  key that is held down every 33 */
const settleMs = 60;
const retryBaseMs = 500;
const retryMaxMs = 8000;
const offeredMax = 8;

export const preloaderMachine = setup({
  types: { context: {} as PreloaderContext, events: {} as PreloaderEvent },
  guards: {
    isNewest: ({ context, event }) =>
      event.type === "lane.committed" && event.generation === context.intention?.generation,
    isNewer: ({ context, event }) =>
      event.type === "intention.raise" &&
      event.intention.generation > (context.intention?.generation ?? -1),
    isAppointed: ({ event }) => event.type === "succession.appoint" && event.succession !== null,
    isOfSuccessor: ({ context: { successor }, event }) =>
      "generation" in event && event.generation === successor?.generation,
    isHurried: ({ event }) => event.type === "intention.raise" && event.intention.hurried,
    isPrepared: ({ context, event }) =>
      event.type === "supply.measured" &&
      event.measurement.generation === context.intention?.generation &&
      event.measurement.phase === "prepared",
    isFilling: ({ context, event }) =>
      event.type === "supply.measured" &&
      event.measurement.generation === context.intention?.generation &&
      event.measurement.phase === "filling",
    isWaiting: ({ context, event }) =>
      event.type === "supply.measured" &&
      event.measurement.generation === context.intention?.generation &&
      event.measurement.phase === "waiting",
  },
  actions: {
    setSuccessor: assign({
      successor: ({ event }) => (event.type === "succession.appoint" ? event.succession : null),
    }),
    forgetSuccessor: assign({ successor: null }),
    offerSuccessor: assign(({ context: { successor, offered } }) =>
      successor ? { offered: [...offered.slice(1 - offeredMax), successor] } : {},
    ),
    setIntention: assign({
      intention: ({ context, event }) =>
        event.type === "intention.raise" ? event.intention : context.intention,
      measurement: null,
    }),
    setMeasurement: assign({
      measurement: ({ context, event }) =>
        event.type === "supply.measured" ? event.measurement : context.measurement,
    }),
    offer: assign(({ context: { intention, offered } }) =>
      intention ? { offered: [...offered.slice(1 - offeredMax), intention] } : {},
    ),
    settleHeard: assign(({ context: { heard, offered }, event }) => {
      if (event.type !== "lane.committed") return {};
      return {
        heard: offered.find(({ generation }) => generation === event.generation) ?? heard,
        offered: offered.filter(({ generation }) => generation > event.generation),
      };
    }),
    returnToHeard: assign({ intention: ({ context }) => context.heard, measurement: null }),
    forgetHeard: assign({ heard: null, offered: [] }),
    countRetry: assign({ retries: ({ context }) => context.retries + 1 }),
    forgetRetries: assign({ retries: 0 }),
    tellSupply: unprovidedAction<undefined>("tellSupply"),
    openAndCommitLane: unprovidedAction<undefined>("openAndCommitLane"),
    openSuccessor: unprovidedAction<undefined>("openSuccessor"),
    /** say the whole demand again */
    askAgain: unprovidedAction<undefined>("askAgain"),
  },
  delays: {
    settle: settleMs,
    retry: ({ context }) =>
      Math.min(retryMaxMs, retryBaseMs * 2 ** Math.min(context.retries - 1, 8)),
  },
}).createMachine({
  id: "preloader",
  type: "parallel",
  context: {
    intention: null,
    heard: null,
    offered: [],
    measurement: null,
    successor: null,
    retries: 0,
  },
  states: {
    intention: {
      description: "How far the newest intention is on its way to the mixer.",
      initial: "resting",
      on: {
        "intention.raise": [
          {
            guard: and(["isNewer", "isHurried"]),
            target: ".preparing.settling",
            actions: "setIntention",
          },
          { guard: "isNewer", target: ".preparing", actions: "setIntention" },
        ],
        "mixer.attached": { actions: "forgetHeard" },
        // committed just before the mixer heard of newer intentions: it sounds, and has to be fed
        "lane.committed": { actions: "settleHeard" },
      },
      states: {
        resting: { description: "Nothing was wanted yet." },
        preparing: {
          description: "What is meant is brought into a lane of its own, unheard.",
          initial: "waiting",
          on: {
            "supply.measured": [
              {
                guard: "isPrepared",
                target: "committing",
                actions: ["setMeasurement", "tellSupply", "offer", "openAndCommitLane"],
              },
              { guard: "isFilling", target: ".filling", actions: ["setMeasurement", "tellSupply"] },
              { guard: "isWaiting", target: ".waiting", actions: ["setMeasurement", "tellSupply"] },
            ],
            "intention.failed": {
              target: "steady",
              actions: "returnToHeard",
            },
          },
          states: {
            settling: {
              description: "One of many clicks, perhaps not the last of them.",
              after: { settle: "waiting" },
            },
            waiting: { description: "For the link, the decoder or the analysis." },
            filling: { description: "Slices of the target arrive." },
          },
        },
        committing: {
          description: "The mixer has the lane and may switch at any quantum.",
          on: { "lane.committed": { guard: "isNewest", target: "steady", actions: "settleHeard" } },
        },
        steady: {
          description: "One lane sounds and is kept fed.",
          on: {
            // the newest was given up before it was known that the one before it had been committed
            "lane.committed": { actions: ["settleHeard", "returnToHeard"] },
          },
        },
      },
    },
    succession: {
      description: "How far what follows without a click is on its way.",
      initial: "none",
      on: {
        "intention.raise": { guard: "isNewer", target: ".none", actions: "forgetSuccessor" },
        "mixer.attached": { target: ".none", actions: "forgetSuccessor" },
        // it has taken over, or something else has, behind which it does not stand
        "lane.committed": { target: ".none", actions: "forgetSuccessor" },
        "succession.appoint": [
          { guard: "isAppointed", target: ".preparing", actions: "setSuccessor" },
          { target: ".none", actions: "forgetSuccessor" },
        ],
      },
      states: {
        none: { description: "Its end is far, or nothing follows." },
        preparing: {
          description: "The beginning of what follows is fetched.",
          on: {
            "succession.prepared": {
              guard: "isOfSuccessor",
              target: "offered",
              actions: ["offerSuccessor", "openSuccessor"],
            },
          },
        },
        offered: {
          description: "The mixer has its lane, and goes on with it at the end of the one before.",
        },
      },
    },
    asking: {
      description: "Whether the host may be asked.",
      initial: "content",
      states: {
        content: {
          description: "What is lacking is asked for at once.",
          on: {
            "answer.failed": { target: "retrying", actions: "countRetry" },
            "slice.arrived": { actions: "forgetRetries" },
          },
        },
        retrying: {
          description: "The host could not answer; whatever else arrives, it is asked again.",
          after: { retry: { target: "content", actions: "askAgain" } },
        },
      },
    },
  },
});
