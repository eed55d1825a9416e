/** What a chart is drawn of: boxes, dots and arrows, as React Flow asks for them. */
import {
  BaseEdge,
  Handle,
  Position,
  type EdgeProps,
  type EdgeTypes,
  type NodeProps,
  type NodeTypes,
} from "@xyflow/react";
import { createContext, use } from "react";
import type { ArrowEdge, ChartLine, DotNode, StateNode } from "./chartElements.ts";
import type { Layout } from "./layout.ts";

/** px, as `scripts/machines/layoutOf.ts` reckons with them */
const line = 15;
const baseline = 11;
const corner = 7;
/** px to either side of an arrow within which a click is its own */
const reach = 12;

/** Hears which transition was clicked, by its place in the chart. */
export const PickContext = createContext<(at: number) => void>(() => undefined);

export const nodeTypes: NodeTypes = { state: StateBox, dot: Dot, sheet: Sheet };
export const edgeTypes: EdgeTypes = { arrow: Arrow };

function StateBox({ data }: NodeProps<StateNode>) {
  const pick = use(PickContext);
  const { name, kind, isActive, title, lines } = data;
  return (
    <div className={`state ${kind} ${isActive ? "active" : ""}`} title={title}>
      <strong className="name">{name}</strong>
      {lines.map((each, row) => (
        <span key={`${each.text} ${row}`} title={each.title} {...edgeOf(each, pick)}>
          {each.text}
        </span>
      ))}
      <Ends />
    </div>
  );
}

function Dot({ data }: NodeProps<DotNode>) {
  return (
    <div
      className={data.isInitial ? "dot initial" : "dot any"}
      title={data.isInitial ? "It begins here." : "Whichever is active."}
    >
      <Ends />
    </div>
  );
}

function Sheet() {
  return null;
}

/** Where arrows may begin and end: anywhere, for they know their own way. */
function Ends() {
  return (
    <>
      <Handle type="source" position={Position.Bottom} />
      <Handle type="target" position={Position.Top} />
    </>
  );
}

function Arrow({ data, markerEnd }: EdgeProps<ArrowEdge>) {
  const pick = use(PickContext);
  if (!data) return null;
  const { points, label, lines } = data;
  return (
    <>
      <BaseEdge path={pathOf(points)} markerEnd={markerEnd} interactionWidth={reach} />
      {label &&
        lines.map((each, row) => (
          <text
            key={`${each.text} ${row}`}
            x={label.x}
            y={label.y + baseline + row * line}
            {...edgeOf(each, pick)}
          >
            <title>{each.title}</title>
            {each.text}
          </text>
        ))}
    </>
  );
}

/** Of a line of text: what it is about can be clicked. */
function edgeOf({ transition, isTaken, isOffered }: ChartLine, pick: (at: number) => void) {
  if (transition === null) return {};
  const classes = ["edge", isTaken && "taken", isOffered && "offered"];
  return { className: classes.filter(Boolean).join(" "), onClick: () => pick(transition) };
}

/** Lines along the points, their corners rounded. */
function pathOf(points: Layout["arrows"][number]["points"]): string {
  const moves = points.map((point, at) => {
    const [before, after] = [points[at - 1], points[at + 1]];
    if (!before) return `M${point.join(" ")}`;
    if (!after) return `L${point.join(" ")}`;
    const towards = ([x, y]: readonly [number, number]): string => {
      const [dx, dy] = [x - point[0], y - point[1]];
      const share = Math.min(0.5, corner / Math.hypot(dx, dy));
      return `${point[0] + dx * share} ${point[1] + dy * share}`;
    };
    return `L${towards(before)}Q${point.join(" ")} ${towards(after)}`;
  });
  return moves.join("");
}
