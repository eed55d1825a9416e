/** The charts as they are drawn. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chartOf } from "#engine/actors/chartOf.ts";
import { arrowsOf, layoutSchema } from "../../../apps/web/inspect/layout.ts";
import { machinesFolder } from "../../../scripts/machines.ts";
import { knownMachines } from "../../../scripts/machines/knownMachines.ts";

describe.each(knownMachines().map(({ machine }) => [machine.id, machine] as const))(
  "the picture of %s",
  (id, machine) => {
    const chart = chartOf(machine);
    const layout = layoutSchema.parse(
      JSON.parse(readFileSync(join(machinesFolder, `${id}.layout.json`), "utf8")),
    );
    const box = new Map(layout.states.map((state) => [state.path, state]));

    it("has every state, inside the one around it", () => {
      for (const { path, parent } of chart.states) {
        const inner = box.get(path)!;
        const outer = parent === null ? { x: 0, y: 0, ...layout } : box.get(parent)!;
        expect(inner.x, path).toBeGreaterThanOrEqual(outer.x);
        expect(inner.y, path).toBeGreaterThan(outer.y);
        expect(inner.x + inner.width, path).toBeLessThanOrEqual(outer.x + outer.width);
        expect(inner.y + inner.height, path).toBeLessThanOrEqual(outer.y + outer.height);
      }
    });

    it("has an arrow for every transition that leads somewhere, which ends at its state", () => {
      const drawn = new Set(layout.arrows.flatMap(({ transitions }) => transitions));
      chart.transitions.forEach(({ to }, at) => expect(drawn.has(at)).toBe(to.length > 0));
      expect(layout.arrows.length).toBe(arrowsOf(chart).length);
      for (const { to, points } of layout.arrows) {
        const [x, y] = points.at(-1)!;
        const { x: left, y: top, width, height } = box.get(to)!;
        expect(x, to).toBeGreaterThanOrEqual(left - 1);
        expect(x, to).toBeLessThanOrEqual(left + width + 1);
        expect(y, to).toBeGreaterThanOrEqual(top - 1);
        expect(y, to).toBeLessThanOrEqual(top + height + 1);
      }
    });

    it("fits a screen", () => {
      expect(layout.width).toBeLessThan(1920);
      expect(layout.height).toBeLessThan(1440);
    });
  },
);
