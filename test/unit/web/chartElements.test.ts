/** A chart as what React Flow is given. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chartOf } from "#engine/actors/chartOf.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { chartEdges, chartNodes } from "../../../apps/web/inspect/chartElements.ts";
import { layoutSchema } from "../../../apps/web/inspect/layout.ts";
import { machinesFolder } from "../../../scripts/machines.ts";
import { knownMachines } from "../../../scripts/machines/knownMachines.ts";

const drawn = (machine: Parameters<typeof chartOf>[0]) => ({
  chart: chartOf(machine),
  layout: layoutSchema.parse(
    JSON.parse(readFileSync(join(machinesFolder, `${machine.id}.layout.json`), "utf8")),
  ),
});
const playing = {
  state: "wish.playing intention.settled supply.ready",
  taken: [{ from: "wish.paused", event: "transport.play", to: ["wish.playing"] }],
  offered: [] as number[],
};

describe.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "the chart of %s",
  (_id, machine) => {
    const chart = drawn(machine);
    const nothing = { state: "", taken: [], offered: [] };

    it("has a node at both ends of every edge, and no two of one name", () => {
      const ids = chartNodes(chart, nothing).map(({ id }) => id);
      const edges = chartEdges(chart, nothing);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
      for (const { source, target } of edges) {
        expect(ids).toContain(source);
        expect(ids).toContain(target);
      }
    });

    it("has both ends of every edge where they are, without anybody measuring", () => {
      for (const { measured, handles } of chartNodes(chart, nothing)) {
        expect(measured?.width).toBeGreaterThan(0);
        expect(handles?.map(({ type }) => type)).toEqual(["source", "target"]);
      }
    });

    it("has every transition on an edge or in a box", () => {
      const boxes = chartNodes(chart, nothing).flatMap((node) =>
        node.type === "state" ? node.data.lines : [],
      );
      const arrows = chartEdges(chart, nothing).flatMap(({ data }) => data!.lines);
      const found = new Set([...boxes, ...arrows].map(({ transition }) => transition));
      chart.chart.transitions.forEach((_, at) => expect(found).toContain(at));
    });
  },
);

describe("of what is going on", () => {
  const chart = drawn(playerMachine);

  it("the active states are lit, and those around them", () => {
    const lit = chartNodes(chart, playing).flatMap((node) =>
      node.type === "state" && node.data.isActive ? [node.id] : [],
    );
    expect(lit.sort()).toEqual(
      ["intention", "intention.settled", "supply", "supply.ready", "wish", "wish.playing"].sort(),
    );
  });

  it("the transitions that were taken last are lit, and what can be sent is marked where it is heard", () => {
    const offered = chart.chart.transitions.flatMap(({ event }, at) =>
      event === "transport.pause" ? [at] : [],
    );
    const lines = chartEdges(chart, { ...playing, offered }).flatMap(({ source, data }) =>
      data!.lines.map((each) => ({ ...each, source })),
    );
    expect(lines.filter(({ isTaken }) => isTaken).map(({ text }) => text)).toEqual([
      "transport.play",
    ]);
    const marked = lines.filter(({ isOffered }) => isOffered);
    expect(new Set(marked.map(({ source }) => source))).toEqual(new Set(["wish.playing"]));
  });
});
