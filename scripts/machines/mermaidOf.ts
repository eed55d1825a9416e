/** A chart as a Mermaid state diagram (https://mermaid.js.org/syntax/stateDiagram.html). Transitions that leave no
 *  state are not drawn. */
import type { Chart, ChartState, ChartTransition } from "#engine/actors/chartOf.ts";

export function mermaidOf(chart: Chart): string {
  const outermost = linesBelow(chart, null, chart.isParallel, 1);
  const drawn = chart.transitions.filter(({ to }) => to.length > 0);
  return ["stateDiagram-v2", ...outermost, ...drawn.flatMap((each) => edgesOf(each))].join("\n");
}

/** Names of states and their nesting. The regions of a parallel state are kept apart by a line. */
function linesBelow(
  chart: Chart,
  parent: string | null,
  isParallel: boolean,
  depth: number,
): readonly string[] {
  const indent = "  ".repeat(depth);
  const below = chart.states.filter((state) => state.parent === parent);
  const lines = below.map((state) => stateLines(chart, state, depth));
  const any = hasAny(chart, parent) ? [`${indent}state "any" as ${anyName(parent)}`] : [];
  // regions side by side need a state around them
  if (isParallel && parent !== null) return [...any, ...lines.flatMap(apart(indent))];
  return [...any, ...lines.flat()];
}

function apart(indent: string) {
  return (lines: readonly string[], at: number): readonly string[] =>
    at === 0 ? lines : [`${indent}--`, ...lines];
}

function stateLines(chart: Chart, state: ChartState, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  const name = nameOf(state.path);
  const label = state.path.split(".").at(-1)!;
  const begins = state.isInitial ? [`${indent}[*] --> ${name}`] : [];
  const ends = state.kind === "final" ? [`${indent}${name} --> [*]`] : [];
  if (state.kind !== "compound" && state.kind !== "parallel")
    return [`${indent}state "${label}" as ${name}`, ...begins, ...ends];
  return [
    `${indent}state "${label}" as ${name} {`,
    ...linesBelow(chart, state.path, state.kind === "parallel", depth + 1),
    `${indent}}`,
    ...begins,
  ];
}

function edgesOf({ from, to, event, guard, actions }: ChartTransition): readonly string[] {
  const condition = guard === null ? "" : ` [${guard}]`;
  const deeds = actions.length === 0 ? "" : ` / ${actions.join(", ")}`;
  return to.map((target) => {
    const source = isInside(target, from) ? anyName(from || null) : nameOf(from);
    return `  ${source} --> ${nameOf(target)} : ${event}${condition}${deeds}`;
  });
}

/** Mermaid cannot draw an arrow from a state to one in it: that begins at a state of its own, named any. */
function hasAny(chart: Chart, around: string | null): boolean {
  return chart.transitions.some(
    ({ from, to }) => from === (around ?? "") && to.some((target) => isInside(target, from)),
  );
}

/** Whether a path lies inside a state; all lie inside the machine, whose path is empty. */
function isInside(path: string, around: string): boolean {
  return around === "" || path.startsWith(`${around}.`);
}

function anyName(around: string | null): string {
  return `any_${nameOf(around ?? "")}`;
}

function nameOf(path: string): string {
  return path.replaceAll(".", "_");
}
