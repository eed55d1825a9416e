import assert from "node:assert/strict";
import { it } from "vitest";
import { setup } from "xstate";
import { hostMachine, type HostEvent } from "#engine/machines/host.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

const child = setup({}).createMachine({ id: "child" });
const names = ["cache", "track"] as const;

it("the host has exactly the children that began and did not end", () => {
  const taken: string[] = [];
  const machine = hostMachine((id) => {
    taken.push(id);
    return { logic: child };
  });
  const walked = walkMachine({
    machine,
    // a name is given away again only when its bearer has ended
    events: ({ watched }): readonly HostEvent[] => [
      ...names.map((id): HostEvent => ({
        type: watched.includes(id) ? "child.end" : "child.open",
        id,
      })),
      { type: "child.end", id: "nobody" },
      { type: "host.stop" },
    ],
    key: ({ watched }) => watched,
    watch: {
      initial: [] as readonly string[],
      next: ({ before: { watched }, event }) => {
        if (event.type === "child.open") return [...watched, event.id].toSorted();
        return event.type === "child.end" ? watched.filter((id) => id !== event.id) : watched;
      },
    },
    invariants: ({ before, event, after: { snapshot, watched }, actions }) => {
      const did = (type: string) => actions.filter((each) => each.type === type).length;
      assert.deepEqual(Object.keys(snapshot.children).toSorted(), watched);
      const opened = snapshot.context.opened - before.snapshot.context.opened;
      assert.equal(opened, event.type === "child.open" ? 1 : 0);
      assert.equal(did("xstate.spawnChild"), opened);
      // each plan is taken for the child that it is of, at the moment in which that begins
      assert.deepEqual(taken.splice(0), event.type === "child.open" ? [event.id] : []);
      assert.equal(snapshot.matches("stopped"), event.type === "host.stop");
    },
  });
  reportCoverage(walked);
});
