import assert from "node:assert/strict";
import { it } from "vitest";
import { standbyMachine, type StandbyEvent } from "#engine/machines/standby.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

const told = [false, true].map((playing): StandbyEvent => ({ type: "transport.told", playing }));
const measured = [null, 0, 0.24, 0.25, 0.5, 0.74, 0.75, 1].map((heldShare): StandbyEvent => ({
  type: "margin.measured",
  heldShare,
}));

it("the other side of A/B is asked for while somebody could hear a toggle and what sounds has plenty, until it has little", () => {
  const walked = walkMachine({
    machine: standbyMachine,
    events: [...told, ...measured],
    key: ({ snapshot }) => snapshot.value,
    invariants: ({ before, event, after: { snapshot } }) => {
      const was = before.snapshot.matches("filling");
      const is = snapshot.matches("filling");
      if (event.type === "transport.told") {
        assert.equal(snapshot.matches("resting"), !event.playing);
        assert.equal(is, was && event.playing, "nothing is fetched before what sounds is measured");
      } else {
        assert.equal(snapshot.matches("resting"), before.snapshot.matches("resting"));
        const { heldShare } = event;
        const may = heldShare !== null && !before.snapshot.matches("resting");
        assert.equal(is, may && (heldShare >= 0.75 || (was && heldShare >= 0.25)));
      }
    },
  });
  reportCoverage(walked);
});
