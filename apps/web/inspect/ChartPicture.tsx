import type { CSSProperties } from "react";
import type { StepNote } from "#engine/protocol/inspection.ts";
import { isActive } from "./offers.ts";
import { linesOfArrow, linesOfState, type Layout } from "./layout.ts";
import type { DrawnChart } from "./readChart.ts";

/** px, as `scripts/machines/layoutOf.ts` reckons with them */
const line = 15;
const titleBaseline = 18;
const firstBaseline = 36;
const corner = 7;

/** A machine's chart; the states that are active are lit, and the transitions that were taken last. */
export function ChartPicture(
  props: DrawnChart & {
    /** paths of the innermost active states, with spaces between */
    readonly state: string;
    readonly taken: StepNote["taken"];
    /** events that it can be sent */
    readonly offered: readonly string[];
    /** @param at place of a transition in the chart */
    readonly onPick: (at: number) => void;
  },
) {
  const { chart, layout, state, taken, offered, onPick } = props;
  /** of a line of text: what it is about can be clicked */
  const edge = (at: number | null) => {
    if (at === null) return {};
    const { from, event } = chart.transitions[at]!;
    const isOffered = offered.includes(event) && isActive(state, from);
    const classes = [isTaken(at) && "taken", "edge", isOffered && "offered"];
    return { className: classes.filter(Boolean).join(" "), onClick: () => onPick(at) };
  };
  const isTaken = (at: number): boolean => {
    const { from, event, to } = chart.transitions[at]!;
    return taken.some(
      (each) => each.from === from && each.event === event && each.to.join() === to.join(),
    );
  };
  const { width, height } = layout;
  const name = `${chart.id}: ${state.split(" ").join(", ")}`;
  return (
    <svg
      className="chart"
      role="img"
      aria-label={name}
      viewBox={`-6 -6 ${width + 12} ${height + 12}`}
      style={{ maxWidth: width + 12, "--full": `${width + 12}px` } as CSSProperties}
    >
      <defs>
        <marker
          id="arrowhead"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      {chart.states.map((each, at) => {
        const { x, y, width: across, height: down } = layout.states[at]!;
        return (
          <g
            key={each.path}
            className={`state ${each.kind} ${isActive(state, each.path) ? "active" : ""}`}
          >
            <title>{each.description ?? each.path}</title>
            <rect x={x} y={y} width={across} height={down} rx="7" />
            <text x={x + 12} y={y + titleBaseline} className="name">
              {each.path.split(".").at(-1)}
            </text>
            {linesOfState(chart, each).map(({ text, transition }, row) => (
              <text
                key={`${text} ${row}`}
                x={x + 12}
                y={y + firstBaseline + row * line}
                {...edge(transition)}
              >
                {text}
              </text>
            ))}
          </g>
        );
      })}
      {layout.dots.map(({ x, y, isInitial }) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r="5" className={isInitial ? "initial" : "any"}>
          <title>{isInitial ? "It begins here." : "Whichever is active."}</title>
        </circle>
      ))}
      {layout.arrows.map((arrow) => (
        <g
          key={`${arrow.from} ${arrow.to}`}
          className={`arrow ${arrow.transitions.some(isTaken) ? "taken" : ""}`}
        >
          <path d={path(arrow.points)} markerEnd="url(#arrowhead)" />
          {arrow.transitions.length === 1 && (
            <path
              className="reach"
              d={path(arrow.points)}
              onClick={() => onPick(arrow.transitions[0]!)}
            />
          )}
          {arrow.label &&
            linesOfArrow(chart, arrow).map(({ text, transition }, row) => (
              <text
                key={`${text} ${row}`}
                {...edge(transition)}
                x={arrow.label!.x}
                y={arrow.label!.y + 11 + row * line}
              >
                <title>{chart.transitions[transition!]!.actions.join(", ") || text}</title>
                {text}
              </text>
            ))}
        </g>
      ))}
    </svg>
  );
}

/** Lines along the points, their corners rounded. */
function path(points: Layout["arrows"][number]["points"]): string {
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
