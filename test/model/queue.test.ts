import { expect, it } from "vitest";
import { queueMachine } from "#engine/machines/queue.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine } from "./walkMachine.ts";

const places = [null, 0, 1] as const;

it("the queue, in every state it can be in, loads the place that was named last", () => {
  const walked = walkMachine({
    machine: queueMachine,
    events: [
      { type: "tracks.listed", length: 0, place: null },
      { type: "tracks.listed", length: 2, place: null },
      { type: "tracks.listed", length: 2, place: 1 },
      { type: "place.choose", place: -1 },
      { type: "place.choose", place: 0 },
      { type: "place.choose", place: 2 },
      ...places.flatMap((place) => [
        { type: "queue.next", place } as const,
        { type: "queue.previous", place } as const,
        { type: "track.ended", place } as const,
        { type: "track.succeeded", place } as const,
        { type: "track.failed", place } as const,
      ]),
    ],
    key: ({ snapshot: { context } }) => [context.length, context.place, context.unattended],
    invariants: ({ before, event, after: { snapshot }, actions }) => {
      const { context } = snapshot;
      const loads = actions.filter(({ type }) => type === "load");
      expect(loads.length).toBeLessThanOrEqual(1);
      // every load names the place that was asked for, and nothing but a load moves the place, or what
      // sounds there already
      if (event.type === "track.succeeded") expect(loads).toEqual([]);
      else if (loads.length === 1) expect("place" in event && event.place).toBe(context.place);
      else if (event.type !== "tracks.listed")
        expect(context.place).toBe(before.snapshot.context.place);
      if (event.type === "tracks.listed") expect(loads).toEqual([]);
      expect(snapshot.matches("standing")).toBe(context.place !== null);
      expect(snapshot.matches("empty")).toBe(context.length === 0);
      if (context.place !== null) expect(context.place).toBeLessThan(context.length);
      // a track that fails is passed over when nobody chose it, else left standing
      if (event.type === "track.failed" && !before.snapshot.context.unattended)
        expect(loads).toEqual([]);
    },
  });
  reportCoverage(walked);
});
