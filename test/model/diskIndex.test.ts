import assert from "node:assert/strict";
import { it } from "vitest";
import { diskIndexMachine, type DiskIndexEvent } from "#engine/machines/diskIndex.machine.ts";
import { IndexChanges } from "#engine/machines/indexChanges.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Place, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof diskIndexMachine>;
type Did = "open" | "write" | "close";
type Parts = { readonly changes: IndexChanges; readonly did: Did[] };
/** What the index knows. */
type World = { readonly isOpen: boolean; readonly isWriting: boolean };
type IndexStep = Step<Machine, Parts, World>;

const changesMax = 3;
/** what the index takes at once, so that some of it may be left */
const batch = 2;

function begin(): { readonly machine: Machine; readonly parts: Parts } {
  const changes = new IndexChanges();
  const did: Did[] = [];
  const machine = diskIndexMachine(changes, {
    open: () => void did.push("open"),
    write: () => {
      did.push("write");
      changes.take(batch);
    },
    close: () => void did.push("close"),
  });
  return { machine, parts: { changes, did } };
}

function events({ snapshot, watched }: Place<Machine, Parts, World>): readonly DiskIndexEvent[] {
  const close: DiskIndexEvent = { type: "index.close" };
  // nothing is told of a file before the index was compared with the folder
  if (snapshot.matches("opening"))
    return [close, { type: "index.opened" }, { type: "index.failed" }];
  const noted = [["a"], ["b"], ["c"], ["a", "c"]].map((ids): DiskIndexEvent => ({
    type: "changes.noted",
    changes: ids.map((id) => ({ type: "use", id })),
  }));
  if (!watched.isWriting) return [close, ...noted];
  return [close, ...noted, { type: "batch.written" }, { type: "batch.failed" }];
}

function next({ before: { watched, parts: former }, event, after: { parts } }: IndexStep): World {
  const did = parts.did.slice(former.did.length);
  const isEnd = event.type === "batch.written" || event.type === "batch.failed";
  return {
    isOpen: (watched.isOpen || event.type === "index.opened") && !did.includes("close"),
    isWriting: (watched.isWriting && !isEnd) || did.includes("write"),
  };
}

function invariants({ before, event, after, actions }: IndexStep): void {
  const { snapshot, parts, watched } = after;
  const did = parts.did.slice(before.parts.did.length);
  assert.equal(snapshot.context.waiting, parts.changes.size);
  assert.ok(parts.changes.size <= changesMax);
  if (did.includes("write")) {
    assert.ok(before.watched.isOpen, "written before it was open");
    assert.ok(!before.watched.isWriting, "two batches at once");
    assert.ok(before.parts.changes.size > 0, "a batch of nothing");
  }
  assert.equal(did.filter((each) => each === "close").length, event.type === "index.close" ? 1 : 0);
  if (snapshot.matches("closed")) return;
  if (snapshot.matches("absent")) return assert.equal(parts.changes.size, 0);
  // what has changed is on its way
  const isWaiting = parts.changes.size > 0 && watched.isOpen;
  if (isWaiting) assert.ok(!snapshot.matches({ kept: "idle" }), "waits for nothing");
  const sets = (name: string) =>
    actions.some(({ type, params }) => {
      const raised = (params as { readonly type?: string } | undefined)?.type ?? "";
      return type === "xstate.raise" && raised.includes(`.after.${name}.`);
    });
  const enters = (state: "gathering" | "resting") =>
    snapshot.matches({ kept: state }) && !before.snapshot.matches({ kept: state });
  assert.equal(sets("gather"), enters("gathering"));
  assert.equal(sets("rest"), enters("resting"));
  if (event.type === "batch.failed") assert.ok(snapshot.matches({ kept: "resting" }));
}

it("the index is written in batches, one at a time, while it is there, and rests after a failure", () => {
  const walked = walkWithParts<Machine, Parts, World>({
    begin,
    events,
    key: ({ parts, watched }) => [parts.changes.size, watched],
    watch: { initial: { isOpen: false, isWriting: false }, next },
    invariants,
  });
  console.log(walked.line());
  reportCoverage(walked);
});
