import { expect, it } from "vitest";
import type { EventFromLogic } from "xstate";
import { tabClaimMachine } from "#engine/machines/tabClaim.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

type Event = EventFromLogic<typeof tabClaimMachine>;
/** What the port has been asked, and has told. */
type Claim = "none" | "asked" | "held";
type Watched = {
  readonly claim: Claim;
  /** another tab has it, as far as the port has told */
  readonly elsewhere: boolean;
  /** `ending`: the player was paused from here, and says so before anything else can happen */
  readonly sound: "none" | "wanted" | "ending";
};

function reports({ claim, elsewhere }: Watched): readonly Event[] {
  if (claim === "asked") return [{ type: "claim.granted" }, { type: "claim.lost" }];
  if (claim === "held") return [{ type: "claim.lost" }];
  return elsewhere ? [{ type: "claim.freed" }, { type: "claim.seen" }] : [{ type: "claim.seen" }];
}

it("a tab asks for the claim while sound is wanted there, and is paused once when another takes it", () => {
  const walked = walkMachine({
    machine: tabClaimMachine,
    events: ({ watched }): readonly Event[] => [
      { type: watched.sound === "none" ? "sound.wanted" : "sound.ended" },
      ...(watched.sound === "ending" ? [] : reports(watched)),
    ],
    key: ({ watched }) => watched,
    watch: {
      initial: { claim: "none", elsewhere: false, sound: "none" } as Watched,
      next: ({ before: { watched }, event, actions }) => {
        let { claim, elsewhere, sound } = watched;
        if (event.type === "sound.wanted") sound = "wanted";
        if (event.type === "sound.ended") sound = "none";
        if (event.type === "claim.granted") [claim, elsewhere] = ["held", false];
        if (event.type === "claim.lost") [claim, elsewhere] = ["none", true];
        if (event.type === "claim.seen") elsewhere = true;
        if (event.type === "claim.freed") elsewhere = false;
        for (const { type } of actions) {
          if (type === "take") [claim, elsewhere] = ["asked", false];
          if (type === "giveBack") claim = "none";
          if (type === "pause") sound = "ending";
        }
        return { claim, elsewhere, sound };
      },
    },
    invariants: ({ event, after: { snapshot, watched }, actions }) => {
      const did = (type: string): number => actions.filter((each) => each.type === type).length;
      expect(watched.claim !== "none").toBe(watched.sound === "wanted");
      expect(did("pause")).toBe(event.type === "claim.lost" ? 1 : 0);
      expect(did("take")).toBe(event.type === "sound.wanted" ? 1 : 0);
      const states = { none: ["alone", "silent"], asked: ["takingOver"], held: ["holding"] };
      expect(states[watched.claim]).toContain(snapshot.value);
      expect(snapshot.value === "silent").toBe(watched.claim === "none" && watched.elsewhere);
    },
  });
  reportCoverage(walked);
});
