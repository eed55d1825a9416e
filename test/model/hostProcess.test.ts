import { expect, it } from "vitest";
import { walkMachine } from "./walkMachine.ts";
import { reportCoverage } from "./coverage.ts";
import {
  hostProcessMachine,
  type HostProcessEvent,
} from "../../apps/listen/hostProcess.machine.ts";

it("a host of one's own is one process at most, comes again when it dies, and is gone in the end", () => {
  const events: readonly HostProcessEvent[] = [
    { type: "host.listening" },
    { type: "host.exited" },
    { type: "host.leave" },
  ];
  const walked = walkMachine({
    machine: hostProcessMachine,
    // what has no process says nothing
    events: ({ watched }): readonly HostProcessEvent[] =>
      watched.processes === 0 ? [{ type: "host.leave" }] : events,
    key: ({ snapshot: { context }, watched }) => [context.deaths, watched],
    watch: {
      initial: { processes: 1, isInterrupted: false },
      next: ({ before: { watched }, event, actions }) => ({
        processes:
          watched.processes +
          actions.filter(({ type }) => type === "spawn").length -
          (event.type === "host.exited" ? 1 : 0),
        isInterrupted: watched.isInterrupted || actions.some(({ type }) => type === "interrupt"),
      }),
    },
    invariants: ({ before, event, after: { snapshot, watched }, actions }) => {
      const did = (type: string): boolean => actions.some((each) => each.type === type);
      expect(watched.processes).toBe(
        ["starting", "restarting", "running", "ending"].includes(String(snapshot.value)) ? 1 : 0,
      );
      // whoever leaves is not given another one
      if (before.watched.isInterrupted || event.type === "host.leave")
        expect(did("spawn")).toBe(false);
      if (snapshot.matches("failed"))
        expect(did("tellGivenUp") || before.snapshot.matches("starting")).toBe(true);
      expect(did("tellDeath")).toBe(
        event.type === "host.exited" &&
          !before.snapshot.matches("starting") &&
          !before.snapshot.matches("ending"),
      );
      expect(snapshot.context.deaths).toBeLessThanOrEqual(5);
    },
  });
  reportCoverage(walked);
});
