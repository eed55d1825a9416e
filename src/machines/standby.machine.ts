/** Standby: whether the other side of A/B is fetched around the playhead, so that a toggle is one commit.
 *
 *    resting ⇄ waiting ⇄ filling
 *
 *  What is fetched, how much of it, and where it is kept is decided elsewhere (`windowKeeper.ts`); what is held stays,
 *  whatever happens here, for as long as there is room for it.
 *  Invariants:
 *  - nothing is fetched while nobody can hear a toggle: in a pause;
 *  - nothing is fetched beside what is meant: `filling` begins when three quarters of what the lane that sounds
 *    may hold ahead are there, and ends below one quarter, or as soon as something else is being prepared; so on a link
 *    that is too slow for both it hardly ever is;
 *  - in between nothing changes: a share that goes up and down with every slice does not turn it on and off. */
import { setup } from "xstate";

export type StandbyEvent =
  | { readonly type: "transport.told"; readonly playing: boolean }
  /** share of what the lane that sounds may hold ahead of its playhead, 0…1; null while something else is meant,
   *  or nothing sounds */
  | { readonly type: "margin.measured"; readonly heldShare: number | null };

const plentyShare = 0.75;
const scarceShare = 0.25;

export const standbyMachine = setup({
  types: { events: {} as StandbyEvent },
  guards: {
    isPlaying: ({ event }) => event.type === "transport.told" && event.playing,
    isPlenty: ({ event }) =>
      event.type === "margin.measured" &&
      event.heldShare !== null &&
      event.heldShare >= plentyShare,
    isScarce: ({ event }) =>
      event.type === "margin.measured" &&
      (event.heldShare === null || event.heldShare < scarceShare),
  },
}).createMachine({
  id: "standby",
  initial: "resting",
  states: {
    resting: {
      description: "Nobody could hear a toggle.",
      on: { "transport.told": { guard: "isPlaying", target: "waiting" } },
    },
    waiting: {
      description: "What is meant needs the link for itself.",
      on: {
        "transport.told": [{ guard: "isPlaying" }, { target: "resting" }],
        "margin.measured": { guard: "isPlenty", target: "filling" },
      },
    },
    filling: {
      description: "The other side of A/B is asked for behind all else.",
      on: {
        "transport.told": [{ guard: "isPlaying" }, { target: "resting" }],
        "margin.measured": { guard: "isScarce", target: "waiting" },
      },
    },
  },
});
