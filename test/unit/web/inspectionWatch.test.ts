import { expect, it } from "vitest";
import type { Emit } from "#engine/ports/port.ts";
import type { InspectionBatch } from "#engine/protocol/inspection.ts";
import {
  InspectionWatch,
  type InspectionReport,
} from "../../../apps/web/inspect/inspectionWatch.ts";

const alive = (side: "page" | "host", tab: string, actor: string): InspectionBatch => {
  return {
    side,
    tab,
    notes: [{ type: "alive", at: 1, actor, machine: actor, state: "on" }],
    missed: 0,
  };
};

/** A watch, and what speaks to it. */
function watched() {
  const emits: { tabs?: Emit<InspectionReport>; host?: Emit<InspectionReport> } = {};
  const asked = { tabs: 0, host: 0 };
  const watch = new InspectionWatch({
    watchTabs: (_, emit) => {
      asked.tabs++;
      emits.tabs = emit as Emit<InspectionReport>;
      return () => asked.tabs--;
    },
    watchHost: (_, emit) => {
      asked.host++;
      emits.host = emit as Emit<InspectionReport>;
      return () => asked.host--;
    },
    now: () => 7,
  });
  const stop = watch.start();
  return { watch, asked, stop, tabs: emits.tabs!, host: emits.host! };
}
const whoIn = (heard: readonly InspectionReport[]) =>
  heard.map((report) =>
    typeof report === "string" || "left" in report
      ? report
      : `${report.side} ${report.notes.map((note) => ("actor" in note ? note.actor : "")).join()}`,
  );

it("asks tabs and host once, however many listen, and begins with the living for whoever comes late", () => {
  const { watch, asked, stop, tabs, host } = watched();
  const [first, late]: InspectionReport[][] = [[], []];
  watch.listen((report) => first!.push(report));
  tabs(alive("page", "t1", "player"));
  host(alive("host", "", "cache"));
  const leave = watch.listen((report) => late!.push(report));
  expect(whoIn(late!)).toEqual(whoIn(first!));
  expect(late![0]).toMatchObject({ notes: [{ at: 7, state: "on" }] });
  tabs({ left: "t1" });
  leave();
  host("lost");
  expect(whoIn(late!).slice(2)).toEqual([{ left: "t1" }]);
  expect(whoIn(first!).slice(2)).toEqual([{ left: "t1" }, "lost"]);
  expect(watch.store.read().actors).toEqual([]);
  expect(asked).toEqual({ tabs: 1, host: 1 });
  stop();
  expect(asked).toEqual({ tabs: 0, host: 0 });
});

it("knows why nothing is heard of the host, until it is", () => {
  const { watch, tabs, host } = watched();
  expect(watch.hostSilence).toBeNull();
  host("waiting");
  tabs(alive("page", "t1", "player"));
  expect(watch.hostSilence).toBe("waiting");
  host(alive("host", "", "cache"));
  expect(watch.hostSilence).toBeNull();
  host("lost");
  expect(watch.hostSilence).toBe("lost");
});
