import assert from "node:assert/strict";
import { it } from "vitest";
import {
  surveyorMachine,
  type SurveyorEvent,
  type SurveyorOrders,
} from "#engine/machines/surveyor.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof surveyorMachine>;
type Order = { readonly name: keyof SurveyorOrders; readonly track: string | undefined };
type Parts = { readonly orders: readonly Order[] };
type SurveyorStep = Step<Machine, Parts, undefined>;

const events: readonly SurveyorEvent[] = [
  { type: "use.began" },
  { type: "use.ended" },
  { type: "library.changed" },
  { type: "track.lacking", track: "a" },
  { type: "track.lacking", track: "b" },
  { type: "library.known" },
  { type: "look.failed" },
  { type: "track.known" },
  { type: "track.failed", mayPass: true },
  { type: "track.failed", mayPass: false },
  { type: "track.withdrawn" },
  { type: "survey.close" },
];

function begin() {
  const orders: Order[] = [];
  const note = (name: keyof SurveyorOrders) => (track?: string) =>
    void orders.push({ name, track });
  const machine = surveyorMachine(
    { quietMs: 50, restMs: 5 },
    {
      look: note("look"),
      stopLooking: note("stopLooking"),
      take: note("take"),
      giveBack: note("giveBack"),
    },
  );
  return { machine, parts: { orders } };
}

function invariants({ before, event, after: { snapshot, parts } }: SurveyorStep): void {
  const orders = parts.orders.slice(before.parts.orders.length);
  const all = (name: keyof SurveyorOrders) => parts.orders.filter((each) => each.name === name);
  const isSurveying = snapshot.matches({ idle: "surveying" });
  const isLooking = snapshot.matches({ idle: "looking" });

  // one track at a time; each is given back once, however its survey ends
  assert.equal(all("take").length - all("giveBack").length, isSurveying ? 1 : 0, "given back once");
  assert.equal(all("look").length - all("stopLooking").length, isLooking ? 1 : 0, "looks end");
  const given = all("giveBack").map(({ track }) => track);
  assert.deepEqual(
    given,
    all("take")
      .map(({ track }) => track)
      .slice(0, given.length),
  );
  assert.equal(snapshot.context.track, isSurveying ? all("take").at(-1)!.track : null);
  // whoever plays is alone from that very step on, and for a while after he has ended
  if (event.type === "use.began") assert.ok(!snapshot.matches("idle"));
  if (!snapshot.matches("idle"))
    assert.ok(orders.every(({ name }) => name === "giveBack" || name === "stopLooking"));
  if (event.type === "use.ended") assert.deepEqual(orders, [], "not at once");
  // what fails again and again is rested from longer
  const { failures } = snapshot.context;
  const isFailure =
    (event.type === "look.failed" && before.snapshot.matches({ idle: "looking" })) ||
    (event.type === "track.failed" &&
      event.mayPass &&
      before.snapshot.matches({ idle: "surveying" }));
  if (isFailure) assert.equal(failures, before.snapshot.context.failures + 1);
  else assert.ok(failures === 0 || failures === before.snapshot.context.failures);
}

it("the surveyor takes one track after the other while nobody plays, and gives it back as soon as somebody does", () => {
  const walked = walkWithParts<Machine, Parts>({
    begin,
    events,
    key: ({ snapshot: { context } }) => [context.track, Math.min(context.failures, 2)],
    invariants,
  });
  reportCoverage(walked);
});
