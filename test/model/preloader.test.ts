import assert from "node:assert/strict";
import { it } from "vitest";
import type { EventFromLogic } from "xstate";
import {
  preloaderMachine,
  type Intention,
  type Measurement,
  type PreloaderContext,
} from "#engine/machines/preloader.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine, type Recorded } from "./walkMachine.ts";

type Event = EventFromLogic<typeof preloaderMachine>;

function intentionOf(generation: number, hurried = false): Intention {
  return {
    generation,
    track: "A",
    variant: "original",
    counterpart: "adaptive@80",
    rate: 1000,
    start: 0,
    alignTo: null,
    standsIn: false,
    hurried,
  };
}

/** What may be said of one generation before the mixer is told to commit it. */
function said(generation: number): readonly Event[] {
  const phases: readonly Measurement["phase"][] = ["waiting", "filling", "prepared"];
  return phases.map((phase): Event => {
    const measurement = { generation, phase, waitsFor: null, progress: null };
    return { type: "supply.measured", measurement };
  });
}

/** Generations that this mixer was told to commit and may still report, oldest first. */
function toldAfter(
  told: readonly number[],
  event: Event,
  actions: readonly Recorded[],
  { intention, successor }: PreloaderContext,
): readonly number[] {
  if (event.type === "mixer.attached") return [];
  if (event.type === "lane.committed")
    return told.filter((generation) => generation > event.generation);
  const isOpened = actions.some(({ type }) => type === "openSuccessor");
  if (!isOpened && !actions.some(({ type }) => type === "openAndCommitLane")) return told;
  const { generation } = (isOpened ? successor : intention)!;
  if (told.includes(generation)) throw new Error(`${generation} is committed twice`);
  return [...told, generation].slice(-3);
}

/** What follows the lane that sounds, as far as the page knows which does, and nothing. */
function appointments(newest: number, heard: Intention | null): readonly Event[] {
  if (!heard) return [];
  const generation = newest + 1;
  const succession = { ...intentionOf(generation), after: heard.generation, crossfade: 0 };
  const type = "succession.appoint";
  return [
    { type, generation, succession },
    { type, generation, succession: null },
  ];
}

function issuedBy(event: Event): number {
  if (event.type === "intention.raise") return event.intention.generation;
  return event.type === "succession.appoint" ? event.generation : 0;
}

it("the preloader commits each generation once, the newest only, and feeds what sounds", () => {
  const walked = walkMachine({
    machine: preloaderMachine,
    events: ({ snapshot: { context }, watched: { newest, issued, told } }): readonly Event[] => [
      ...appointments(issued, context.heard),
      { type: "succession.prepared", generation: issued },
      { type: "succession.prepared", generation: issued - 1 },
      { type: "intention.raise", intention: intentionOf(issued + 1) },
      { type: "intention.raise", intention: intentionOf(issued + 1, true) },
      { type: "intention.raise", intention: intentionOf(newest) },
      { type: "mixer.attached" },
      { type: "answer.failed" },
      { type: "slice.arrived" },
      { type: "intention.failed" },
      ...[issued, issued - 1, issued - 2].flatMap(said),
      ...told.map((generation): Event => ({ type: "lane.committed", generation })),
    ],
    // generations count for ever: what matters is how far behind the newest each is
    key: ({ snapshot: { context }, watched: { newest, issued, told } }) => {
      const behind = (generation: number | undefined): number | null =>
        generation === undefined ? null : Math.min(3, issued - generation);
      return [
        behind(newest),
        behind(context.intention?.generation),
        behind(context.heard?.generation),
        behind(context.successor?.generation),
        context.measurement?.phase ?? null,
        Math.min(2, context.retries),
        told.map(behind),
      ];
    },
    watch: {
      initial: { newest: 0, issued: 0, told: [] as readonly number[] },
      next: ({ before: { watched }, event, after: { snapshot }, actions }) => ({
        newest:
          event.type === "intention.raise"
            ? Math.max(watched.newest, event.intention.generation)
            : watched.newest,
        issued: Math.max(watched.issued, issuedBy(event)),
        told: toldAfter(watched.told, event, actions, snapshot.context),
      }),
    },
    invariants: ({ before, event, after: { snapshot, watched }, actions }) => {
      const { context } = snapshot;
      const did = (type: string): number => actions.filter((each) => each.type === type).length;
      // the newest only
      if (did("openAndCommitLane") > 0) {
        assert.equal(did("openAndCommitLane"), 1);
        assert.equal(context.intention?.generation, watched.newest);
        assert.equal(snapshot.matches({ intention: "committing" }), true);
      }
      // what follows is opened once, and any newer intention revokes it
      const { successor } = context;
      assert.equal(successor === null, snapshot.matches({ succession: "none" }));
      if (successor) assert.ok(successor.generation > context.intention!.generation);
      const isOpened = event.type === "succession.prepared" && did("openSuccessor") === 1;
      assert.equal(did("openSuccessor"), isOpened ? 1 : 0);
      if (isOpened) assert.equal(event.generation, successor?.generation);
      assert.ok(context.offered.length <= 8);
      // what the mixer says that it took is fed, whatever came since; nothing else is ever heard
      const heard = before.snapshot.context.heard?.generation;
      if (event.type === "lane.committed")
        assert.equal(context.heard?.generation, event.generation);
      else if (event.type === "mixer.attached") assert.equal(context.heard, null);
      else assert.equal(context.heard?.generation, heard);
      // what is being prepared is the newest; what is steady sounds
      if (snapshot.matches({ intention: "preparing" }))
        assert.equal(context.intention?.generation, watched.newest);
      if (snapshot.matches({ intention: "steady" }) && context.heard)
        assert.equal(context.intention, context.heard);
      if (snapshot.matches({ intention: "resting" })) assert.equal(context.intention, null);
      // measurements of an older generation change nothing
      if (
        event.type === "supply.measured" &&
        event.measurement.generation !== before.snapshot.context.intention?.generation
      ) {
        assert.deepEqual(actions, []);
        assert.deepEqual(context, before.snapshot.context);
      }
      // the page hears of every measurement that counts, and of no other
      if (did("tellSupply") > 0) assert.equal(event.type, "supply.measured");
      assert.equal(
        did("tellSupply") > 0,
        context.measurement !== before.snapshot.context.measurement && context.measurement !== null,
      );
      // what was not answered is asked for again after a pause, whatever else arrives meanwhile; the
      // pause grows until something does
      const isPause = event.type.startsWith("xstate.after.retry");
      assert.equal(did("askAgain"), isPause ? 1 : 0);
      const wasRetrying = before.snapshot.matches({ asking: "retrying" });
      assert.equal(
        snapshot.matches({ asking: "retrying" }),
        (wasRetrying || event.type === "answer.failed") && !isPause,
      );
      const { retries } = before.snapshot.context;
      if (event.type === "slice.arrived") assert.equal(context.retries, wasRetrying ? retries : 0);
      else
        assert.equal(
          context.retries - retries,
          event.type === "answer.failed" && !wasRetrying ? 1 : 0,
        );
    },
  });
  reportCoverage(walked);
});
