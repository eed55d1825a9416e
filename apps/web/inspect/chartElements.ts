/** A machine's chart as nodes and edges of React Flow: what is drawn where, and what of it is lit. Plain. */
import type { Edge, Node, NodeHandle, Position } from "@xyflow/react";
import type { ChartState } from "#engine/actors/chartOf.ts";
import type { StepNote } from "#engine/protocol/inspection.ts";
import {
  alwaysName,
  linesOfArrow,
  linesOfMachine,
  linesOfState,
  type Layout,
  type Line,
} from "./layout.ts";
import { isActive } from "./offers.ts";
import type { DrawnChart } from "./readChart.ts";

/** px across */
const dotSize = 10;

/** A line of text, and what a click on it is about. */
export type ChartLine = {
  readonly text: string;
  /** place of a transition in the chart; null: it is about none */
  readonly transition: number | null;
  /** it was taken last */
  readonly isTaken: boolean;
  /** its event can be sent now */
  readonly isOffered: boolean;
  readonly title: string;
};

export type StateNode = Node<
  {
    readonly name: string;
    readonly kind: ChartState["kind"] | "always";
    readonly isActive: boolean;
    readonly title: string;
    readonly lines: readonly ChartLine[];
  },
  "state"
>;
export type DotNode = Node<{ readonly isInitial: boolean }, "dot">;
/** Nothing to be seen, as large as the picture: what stands beside arrows lies outside of every box, and is to be in
 *  sight when all of it is. */
export type SheetNode = Node<Record<string, never>, "sheet">;
export type ChartNode = StateNode | DotNode | SheetNode;
export type ArrowEdge = Edge<
  {
    readonly points: Layout["arrows"][number]["points"];
    readonly label: { readonly x: number; readonly y: number } | null;
    readonly isTaken: boolean;
    readonly lines: readonly ChartLine[];
  },
  "arrow"
>;

/** What an actor's chart looks like just now. */
export type ChartMoment = {
  /** paths of the innermost active states, with spaces between */
  readonly state: string;
  /** the last transitions */
  readonly taken: StepNote["taken"];
  /** transitions whose event it can be sent, by their places in the chart */
  readonly offered: readonly number[];
};

/** What React Flow measures otherwise, of every node that is new, which all of them are at every step: until it has, no
 *  edge is drawn. The ends matter to nobody, as arrows know their own way. */
function sizeOf(width: number, height: number) {
  const end = (type: NodeHandle["type"], position: `${Position}`): NodeHandle => ({
    type,
    position: position as Position,
    x: width / 2,
    y: height / 2,
    width: 1,
    height: 1,
  });
  return {
    width,
    height,
    measured: { width, height },
    handles: [end("source", "bottom"), end("target", "top")],
  };
}

/** @returns a sheet under all of it, the boxes of its states, outer ones before those in them, and its dots */
export function chartNodes(
  { chart, layout }: DrawnChart,
  moment: ChartMoment,
): readonly ChartNode[] {
  const { width, height } = layout;
  const sheet: SheetNode = {
    id: "#sheet",
    type: "sheet",
    position: { x: 0, y: 0 },
    ...sizeOf(width, height),
    zIndex: -1,
    data: {},
  };
  const boxes = chart.states.map((state, at): StateNode => {
    const { x, y, width, height } = layout.states[at]!;
    const { path, kind, description } = state;
    return {
      id: path,
      type: "state",
      position: { x, y },
      ...sizeOf(width, height),
      // arrows run over what is around states, and under states
      zIndex: kind === "compound" || kind === "parallel" ? 0 : 2,
      data: {
        name: path.split(".").at(-1)!,
        kind,
        isActive: isActive(moment.state, path),
        title: description ?? path,
        lines: markedLines(chart, linesOfState(chart, state), moment),
      },
    };
  });
  const dots = layout.dots.map(({ id, x, y }): DotNode => ({
    id,
    type: "dot",
    position: { x: x - dotSize / 2, y: y - dotSize / 2 },
    ...sizeOf(dotSize, dotSize),
    zIndex: 2,
    data: { isInitial: id.endsWith("#initial") },
  }));
  return [sheet, ...alwaysNode({ chart, layout }, moment), ...boxes, ...dots];
}

function alwaysNode({ chart, layout }: DrawnChart, moment: ChartMoment): readonly StateNode[] {
  if (!layout.always) return [];
  const { x, y, width, height } = layout.always;
  const lines = markedLines(chart, linesOfMachine(chart), moment);
  const title = "Heard whatever state is active, and none is left.";
  return [
    {
      id: "#always",
      type: "state",
      position: { x, y },
      ...sizeOf(width, height),
      zIndex: 2,
      data: { name: alwaysName, kind: "always", isActive: false, title, lines },
    },
  ];
}

/** @returns its arrows, each along the corners that it was laid out with */
export function chartEdges(
  { chart, layout }: DrawnChart,
  moment: ChartMoment,
): readonly ArrowEdge[] {
  return layout.arrows.map((arrow): ArrowEdge => {
    const lines = markedLines(chart, linesOfArrow(chart, arrow), moment);
    const { from, to, points, label } = arrow;
    return {
      id: `${from} ${to}`,
      type: "arrow",
      source: from,
      target: to,
      zIndex: 1,
      data: { points, label, lines, isTaken: lines.some(({ isTaken }) => isTaken) },
    };
  });
}

function markedLines(
  chart: DrawnChart["chart"],
  lines: readonly Line[],
  moment: ChartMoment,
): readonly ChartLine[] {
  return lines.map((line) => ({
    ...line,
    ...marksOf(chart, line.transition, moment),
    title: titleOf(chart, line.transition, line.text),
  }));
}

function marksOf(
  { transitions }: DrawnChart["chart"],
  at: number | null,
  { taken, offered }: ChartMoment,
): Pick<ChartLine, "isTaken" | "isOffered"> {
  if (at === null) return { isTaken: false, isOffered: false };
  const { from, event, to } = transitions[at]!;
  return {
    isTaken: taken.some(
      (each) => each.from === from && each.event === event && each.to.join() === to.join(),
    ),
    isOffered: offered.includes(at),
  };
}

/** What a line says when it is pointed at. */
function titleOf({ transitions }: DrawnChart["chart"], at: number | null, text: string): string {
  if (at === null) return text;
  const { description, actions } = transitions[at]!;
  const done = actions.length > 0 ? `${text} / ${actions.join(", ")}` : text;
  return description === null ? done : `${description}\n${done}`;
}
