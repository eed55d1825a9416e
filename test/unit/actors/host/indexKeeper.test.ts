import { expect, it } from "vitest";
import { indexKeeper } from "#engine/actors/host/indexKeeper.ts";
import type { DiskIndexEvent } from "#engine/machines/diskIndex.machine.ts";
import type { IndexChange } from "#engine/ports/diskIndex.ts";

it("the files of a whole folder are noted a thousand at a time, in their order", () => {
  const heard: DiskIndexEvent[] = [];
  const index = { open: () => () => {}, write: () => () => {}, close: () => {} };
  const keeper = indexKeeper(index, (event) => void heard.push(event));
  const changes = Array.from({ length: 2500 }, (_, i): IndexChange => ({
    type: "use",
    id: String(i),
  }));
  keeper.note(changes);
  keeper.note([]);
  const noted = heard.map((event) => (event.type === "changes.noted" ? event.changes : []));
  expect(noted.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  expect(noted.flat()).toEqual(changes);
});
