/** A chart with places: what is drawn of a machine, and what is written where. */
import * as z from "zod/mini";
import type { Chart, ChartState } from "#engine/actors/chartOf.ts";

const rectangle = { x: z.number(), y: z.number(), width: z.number(), height: z.number() };

const arrowSchema = z.object({
  /** path of a state, or of the dot in it: `open#initial`, `open#any` */
  from: z.string(),
  to: z.string(),
  /** places of its transitions in the chart; none: it leads to where a state begins */
  transitions: z.array(z.number()),
  /** start, corners, end */
  points: z.array(z.tuple([z.number(), z.number()])),
  label: z.nullable(z.object(rectangle)),
});

/** px from the upper left corner of the picture */
export const layoutSchema = z.object({
  width: z.number(),
  height: z.number(),
  states: z.array(z.object({ path: z.string(), ...rectangle })),
  dots: z.array(z.object({ x: z.number(), y: z.number(), isInitial: z.boolean() })),
  arrows: z.array(arrowSchema),
});

export type Layout = z.infer<typeof layoutSchema>;
export type Arrow = Pick<Layout["arrows"][number], "from" | "to" | "transitions">;

/** One for each pair of states that a transition joins, and one to each state at which another begins. */
export function arrowsOf({ states, transitions, isParallel }: Chart): readonly Arrow[] {
  const arrows = new Map<string, { from: string; to: string; transitions: number[] }>();
  const arrow = (from: string, to: string) => {
    const known = arrows.get(`${from} ${to}`);
    const made = known ?? { from, to, transitions: [] };
    if (!known) arrows.set(`${from} ${to}`, made);
    return made;
  };
  for (const { path, parent, isInitial } of states)
    if (isInitial) arrow(`${parent ?? ""}#initial`, path);
  transitions.forEach(({ from, to }, at) => {
    for (const target of to) {
      const isInside = from === "" || target.startsWith(`${from}.`);
      // of what is heard anywhere in a machine each region has its part
      const around = from === "" && isParallel ? target.split(".")[0]! : from;
      arrow(isInside ? `${around}#any` : from, target).transitions.push(at);
    }
  });
  return [...arrows.values()];
}

/** What stands in the box of a state under its name: what is done on the way in and out, and what is heard without
 *  leaving it. */
export function linesOfState({ transitions }: Chart, state: ChartState): readonly string[] {
  const { entry, exit, path } = state;
  const heard = transitions.filter(({ from, to }) => from === path && to.length === 0);
  return [
    ...(entry.length > 0 ? [`entry / ${entry.join(", ")}`] : []),
    ...(exit.length > 0 ? [`exit / ${exit.join(", ")}`] : []),
    ...heard.map(({ event, guard }) => `${event}${guard === null ? "" : ` [${guard}]`}`),
  ];
}

/** One line for each transition of an arrow. */
export function linesOfArrow({ transitions }: Chart, arrow: Arrow): readonly string[] {
  return arrow.transitions.map((at) => {
    const { event, guard } = transitions[at]!;
    return `${event}${guard === null ? "" : ` [${guard}]`}`;
  });
}
