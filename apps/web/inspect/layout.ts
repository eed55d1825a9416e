/** A chart with places: what is drawn of a machine, and what is written where. */
import * as z from "zod/mini";
import type { Chart, ChartState, ChartTransition } from "#engine/actors/chartOf.ts";

const rectangle = { x: z.number(), y: z.number(), width: z.number(), height: z.number() };

const arrowSchema = z.object({
  /** path of a state, or a dot */
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
  /** the box of what is heard whatever state is active, and leaves none; null: nothing is */
  always: z.nullable(z.object(rectangle)),
  /** their middles; `open#initial`: where that state begins, `open#any`: whichever state in it is active */
  dots: z.array(z.object({ id: z.string(), x: z.number(), y: z.number() })),
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

/** A line of a picture. */
export type Line = {
  readonly text: string;
  /** which of the chart's transitions it is about; null: what is done on the way in or out */
  readonly transition: number | null;
};

/** What stands in the box of a state under its name: what is done on the way in and out, and what is heard without
 *  leaving it. */
export function linesOfState({ transitions }: Chart, state: ChartState): readonly Line[] {
  const { entry, exit, path } = state;
  const done = [
    ...(entry.length > 0 ? [`entry / ${entry.join(", ")}`] : []),
    ...(exit.length > 0 ? [`exit / ${exit.join(", ")}`] : []),
  ];
  return [
    ...done.map((text) => ({ text, transition: null })),
    ...transitions.flatMap((each, transition) =>
      each.from === path && each.to.length === 0 ? [{ text: textOf(each), transition }] : [],
    ),
  ];
}

/** Name of the box of what is heard whatever state is active. */
export const alwaysName = "in every state";

/** What a machine hears whatever state is active, and leaves none. */
export function linesOfMachine({ transitions }: Chart): readonly Line[] {
  return transitions.flatMap((each, transition) =>
    each.from === "" && each.to.length === 0 ? [{ text: textOf(each), transition }] : [],
  );
}

/** One line for each transition of an arrow. */
export function linesOfArrow({ transitions }: Chart, arrow: Arrow): readonly Line[] {
  return arrow.transitions.map((transition) => ({
    text: textOf(transitions[transition]!),
    transition,
  }));
}

function textOf({ event, guard }: ChartTransition): string {
  return `${event}${guard === null ? "" : ` [${guard}]`}`;
}
