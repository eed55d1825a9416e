/** That a walk fails where it should: on machines made wrong on purpose. */
import { expect, it, vi } from "vitest";
import { assign, setup } from "xstate";
import { reportCoverage } from "./coverage.ts";
import { walkMachine, walkWithParts } from "./walkMachine.ts";

type PageEvent = { readonly type: "page.write" | "page.turn" };
type DoorEvent = { readonly type: "door.push" } | { readonly type: "door.lock" };

/** closed ⇄ open, and a lock that nobody can reach */
const doorMachine = setup({
  types: { context: {} as { readonly pushes: number }, events: {} as DoorEvent },
  guards: { isAlways: () => true, isNever: () => false },
  actions: { countPush: assign({ pushes: ({ context }) => context.pushes + 1 }) },
  delays: { draught: 10 },
}).createMachine({
  id: "door",
  context: { pushes: 0 },
  initial: "closed",
  states: {
    closed: {
      on: {
        "door.push": [{ guard: "isAlways", target: "open", actions: "countPush" }, "closed"],
        "door.lock": { guard: "isNever", target: "locked" },
      },
    },
    open: { after: { draught: "closed" } },
    locked: {},
  },
});
const events: readonly DoorEvent[] = [{ type: "door.push" }, { type: "door.lock" }];
const walkDoor = () =>
  walkMachine({ machine: doorMachine, events, key: () => null, invariants: () => {} });

it("names every state, branch and refusal that was never seen", () => {
  expect([...walkDoor().unseen()].sort()).toEqual([
    "refusal closed door.push[0]",
    "state locked",
    "transition closed door.lock",
    "transition closed door.push[1]",
  ]);
  expect(() => reportCoverage(walkDoor())).toThrow("never seen: state locked");
});

it("takes delays that are armed, and prints what it has seen", () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  const exempt = Object.fromEntries(
    walkDoor()
      .unseen()
      .map((name) => [name, "made so"]),
  );
  reportCoverage(walkDoor(), exempt);
  expect(said).toHaveBeenLastCalledWith(
    "door: 2/3 states, 2/4 transitions, 1/2 guards refused (2 places, 5 steps)",
  );
  said.mockRestore();
});

it("an exemption of what is seen, or of nothing that exists, is refused", () => {
  const unseen = Object.fromEntries(
    walkDoor()
      .unseen()
      .map((name) => [name, "made so"]),
  );
  expect(() => reportCoverage(walkDoor(), { ...unseen, "state open": "" })).toThrow(
    "exempt, yet seen or unknown: state open",
  );
});

it("an invariant that does not hold is told with the shortest way there", () => {
  const walk = () =>
    walkMachine({
      machine: doorMachine,
      events,
      key: ({ snapshot }) => snapshot.context.pushes,
      invariants: ({ after }) => expect(after.snapshot.context.pushes).toBeLessThan(2),
    });
  expect(walk).toThrow(
    /after\n {2}\{"type":"door.push"\}\n {2}\{"type":"xstate.after.draught.door.open"\}\n {2}\{"type":"door.push"\}\n.*2/,
  );
});

it("a key that counts without end is noticed", () => {
  const walk = () =>
    walkMachine({
      machine: doorMachine,
      events,
      key: ({ snapshot }) => snapshot.context.pushes,
      invariants: () => {},
      stepsMax: 1000,
    });
  expect(walk).toThrow("bound the key");
});

it("two regions of which one undoes the other are refused", () => {
  const twins = setup({ types: { events: {} as { readonly type: "go" } } }).createMachine({
    id: "twins",
    type: "parallel",
    states: {
      one: { initial: "a", states: { a: { on: { go: "#twins.two.b" } }, b: {} } },
      two: { initial: "a", states: { a: { on: { go: "b" } }, b: {} } },
    },
  });
  const walk = () =>
    walkMachine({
      machine: twins,
      events: [{ type: "go" }],
      key: () => null,
      invariants: () => {},
    });
  expect(walk).toThrow("undo each other");
});

it("books beside a machine are made anew for every path", () => {
  const seen = new Set<string>();
  const walked = walkWithParts({
    begin: () => {
      const parts: string[] = [];
      const machine = setup({
        types: { events: {} as PageEvent },
        actions: { write: () => void parts.push("x") },
      }).createMachine({
        id: "notebook",
        initial: "left",
        on: { "page.write": { actions: "write" } },
        states: { left: { on: { "page.turn": "right" } }, right: { on: { "page.turn": "left" } } },
      });
      return { machine, parts };
    },
    events: ({ parts }): readonly PageEvent[] =>
      parts.length < 2 ? [{ type: "page.write" }, { type: "page.turn" }] : [{ type: "page.turn" }],
    key: ({ parts }) => parts,
    invariants: ({ before, event, after }) => {
      seen.add(`${String(after.snapshot.value)} ${after.parts.join("")}`);
      const more = event.type === "page.write" ? 1 : 0;
      expect(after.parts.length).toBe(before.parts.length + more);
    },
  });
  expect(walked.unseen()).toEqual([]);
  expect([...seen].sort()).toEqual(["left ", "left x", "left xx", "right ", "right x", "right xx"]);
});
