/** The table of what may be sent, against the machines themselves. */
import { describe, expect, it } from "vitest";
import { chartOf } from "#engine/actors/chartOf.ts";
import { eventFrom, sendable, whyUnsendable } from "#engine/actors/sendableEvents.ts";
import { knownMachines } from "../../../../scripts/machines/knownMachines.ts";

const heard = knownMachines().flatMap(({ machine }) =>
  [...new Set(chartOf(machine).transitions.map(({ event }) => event))].map((event) => ({
    machine: machine.id,
    event,
  })),
);

describe("an event of a chart", () => {
  it.each(heard)("$machine, $event: can be sent, or it is said why not", ({ machine, event }) => {
    const found = sendable(machine, event);
    expect(whyUnsendable(machine, event) === null).toBe(found !== undefined);
    if (!found) return expect(eventFrom(machine, event, "")).toBe(whyUnsendable(machine, event));
    if (found.example === null) return;
    const data = JSON.stringify(found.example);
    expect(eventFrom(machine, event, data)).toEqual({ ...found.example, type: event });
  });

  it("that ends an actor is never among those that can be sent", () => {
    const ending = heard.filter(({ event }) =>
      /^(host|link|output)\.leave$|\.(close|stop)$/.test(event),
    );
    expect(ending.length).toBeGreaterThan(5);
    for (const { machine, event } of ending)
      expect(whyUnsendable(machine, event)).toMatch(/would end the actor/);
  });

  it("of every machine that a listener moves can be sent", () => {
    for (const machine of ["player", "queue", "output", "link"])
      expect(heard.some((each) => each.machine === machine && sendable(machine, each.event))).toBe(
        true,
      );
  });
});
