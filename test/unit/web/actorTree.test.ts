import { expect, it } from "vitest";
import type { Actor } from "../../../apps/web/inspect/inspectionStore.ts";
import { actorTree } from "../../../apps/web/inspect/actorTree.ts";

const actors = (...ids: readonly string[]): readonly Actor[] =>
  ids.map((id) => ({ key: id, id, side: "host", tab: "", machine: "", state: "", taken: [] }));
const drawn = (...ids: readonly string[]) =>
  actorTree(actors(...ids)).map(({ depth, name }) => `${". ".repeat(depth)}${name}`);

it("puts every actor below the one that it lives in, siblings as they came", () => {
  expect(drawn("host/pool", "host/pool/slot-1", "host/pool/slot-0", "host", "host/cache")).toEqual([
    "host",
    ". pool",
    ". . slot-1",
    ". . slot-0",
    ". cache",
  ]);
});

it("knows of none around those whose parent is not told of, and of no parent by a part of its name", () => {
  expect(drawn("page/player", "page/queue", "page/play")).toEqual([
    "page/player",
    "page/queue",
    "page/play",
  ]);
  expect(drawn("host/a/b/c", "host/a")).toEqual(["host/a", ". b/c"]);
  expect(drawn()).toEqual([]);
});
