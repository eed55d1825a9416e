/** Tab claim: which of a listener's tabs sounds.
 *
 *    alone → takingOver → holding → alone
 *    takingOver, holding → silent (another tab took over) → takingOver (and back again), or alone
 *
 *  Invariants:
 *  - the claim is asked for, or held, exactly while sound is wanted here;
 *  - a tab that lost it is paused, once, and asks for it again only when the listener does;
 *  - what another tab does changes nothing but `silent` while no sound is wanted here. */
import { setup } from "xstate";
import { unprovidedAction } from "./unprovidedAction.ts";

export type TabClaimEvent =
  /** the listener wants sound here, and the player is on its way to it */
  | { readonly type: "sound.wanted" }
  /** paused, ended, failed */
  | { readonly type: "sound.ended" }
  | { readonly type: "claim.granted" }
  | { readonly type: "claim.lost" }
  | { readonly type: "claim.seen" }
  | { readonly type: "claim.freed" };

export const tabClaimMachine = setup({
  types: { events: {} as TabClaimEvent },
  actions: {
    take: unprovidedAction<undefined>("take"),
    giveBack: unprovidedAction<undefined>("giveBack"),
    pause: unprovidedAction<undefined>("pause"),
  },
}).createMachine({
  id: "tabClaim",
  initial: "alone",
  states: {
    alone: {
      description: "No tab is known to sound.",
      on: {
        "sound.wanted": { target: "takingOver", actions: "take" },
        "claim.seen": "silent",
      },
    },
    takingOver: {
      description: "Sound is wanted here; whoever sounds is being silenced.",
      on: {
        "claim.granted": "holding",
        "claim.lost": { target: "silent", actions: "pause" },
        "sound.ended": { target: "alone", actions: "giveBack" },
      },
    },
    holding: {
      description: "This tab sounds.",
      on: {
        "claim.lost": { target: "silent", actions: "pause" },
        "sound.ended": { target: "alone", actions: "giveBack" },
      },
    },
    silent: {
      description: "Another tab sounds.",
      on: {
        "sound.wanted": { target: "takingOver", actions: "take" },
        "claim.freed": "alone",
      },
    },
  },
});
