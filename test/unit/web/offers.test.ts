import { expect, it } from "vitest";
import type { ChartTransition } from "#engine/actors/chartOf.ts";
import { offered, whyNot } from "../../../apps/web/inspect/offers.ts";

function playIn(guard: string | null): ChartTransition {
  const rest = { to: [], actions: [], description: null };
  return { from: "wish.paused", event: "transport.play", guard, ...rest };
}
const paused = { machine: "player", state: "wish.paused intention.settled supply.ready" };

it("offers what the state takes, as far as its guards ask for states", () => {
  expect(whyNot(paused, playIn(null))).toBeNull();
  expect(whyNot({ ...paused, state: "wish.playing" }, playIn(null))).toBe(
    "It is not in wish.paused.",
  );
  expect(whyNot(paused, playIn("in supply.ready and in intention"))).toBeNull();
  expect(whyNot(paused, playIn("in supply.failed"))).toBe("It is not in supply.failed.");
  expect(whyNot(paused, playIn("isLast and in supply.ended"))).toBe("It is not in supply.ended.");
  // only the actor knows
  for (const guard of ["isLast", "not in supply.ready", "in supply.failed or in supply.ready"])
    expect(whyNot(paused, playIn(guard)), guard).toBeNull();
});

it("offers those of several transitions of an event that its state takes", () => {
  const chart = (...guards: (string | null)[]) => ({
    ...{ id: "player", description: null, isParallel: true, states: [] },
    transitions: guards.map(playIn),
  });
  expect(offered(paused, chart("in supply.failed", null, "isLast"))).toEqual([1, 2]);
  expect(offered(paused, chart("in supply.failed"))).toEqual([]);
});
