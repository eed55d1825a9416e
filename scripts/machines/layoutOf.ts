/** Where the states and arrows of a chart go: laid out in layers by ELK (https://eclipse.dev/elk/), once, when the
 *  page about the machine is made, so that whoever draws it needs no layout engine. */
import Elk from "elkjs/lib/elk.bundled.js";
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
import type { Chart, ChartState } from "#engine/actors/chartOf.ts";
import {
  alwaysName,
  arrowsOf,
  linesOfArrow,
  linesOfMachine,
  linesOfState,
  type Arrow,
  type Layout,
  type Line,
} from "../../apps/web/inspect/layout.ts";

/** px of one letter, of one line of a box and of its title, as the page draws them */
const letter = 6.4;
const line = 15;
const title = 26;
const margin = 14;
/** id of the box of what is heard in every state */
const always = "#always";

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.randomSeed": "1",
  "elk.aspectRatio": "1.1",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.spacing.nodeNode": "28",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "12",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.edgeLabels.placement": "CENTER",
};

/** Regions of a machine, each laid out alone, side by side and below each other. */
const regionOptions: Record<string, string> = {
  ...options,
  "elk.algorithm": "rectpacking",
  "elk.hierarchyHandling": "SEPARATE_CHILDREN",
  "elk.spacing.nodeNode": "16",
};

const ratios = ["1.1", "1.4", "1.8", "2.4"] as const;
/** what a picture has to itself in `/inspect`, in proportion */
const screen = { width: 1.4, height: 1 };

/** @returns px from the upper left corner of the picture */
export async function layoutOf(chart: Chart): Promise<Layout> {
  const arrows = arrowsOf(chart);
  const placed = chart.isParallel ? await packed(chart) : await laidOut(chart, options);
  const boxes = new Map(allBelow(placed).map((node) => [node.id, node]));
  const edges = new Map(
    [placed, ...boxes.values()].flatMap((node) =>
      (node.edges ?? []).map((edge) => [edge.id, edge]),
    ),
  );
  return {
    width: Math.ceil(placed.width ?? 0),
    height: Math.ceil(placed.height ?? 0),
    states: chart.states.map(({ path }) => ({ path, ...rectangleOf(boxes.get(path)!) })),
    always: boxes.has(always) ? rectangleOf(boxes.get(always)!) : null,
    dots: [...boxes.values()].filter(({ id }) => isDot(id)).map((node) => centreOf(node)),
    arrows: arrows.map((arrow, at) => {
      const { sections, labels } = edges.get(`arrow ${at}`)!;
      const { startPoint, bendPoints = [], endPoint } = sections![0]!;
      const label = labels?.[0];
      return {
        ...arrow,
        points: [startPoint, ...bendPoints, endPoint].map(({ x, y }) => [round(x), round(y)]),
        label: label ? rectangleOf(label) : null,
      };
    }),
  };
}

function laidOut(chart: Chart, layoutOptions: Record<string, string>): Promise<ElkNode> {
  return new Elk().layout({
    id: "",
    layoutOptions,
    children: [...dotsIn(chart, null), ...statesIn(chart, null), ...alwaysIn(chart)],
    edges: edgesIn(chart, ""),
  });
}

/** The arrangement of regions that is largest on a screen. */
async function packed(chart: Chart): Promise<ElkNode> {
  const tried = await Promise.all(
    ratios.map((ratio) => laidOut(chart, { ...regionOptions, "elk.aspectRatio": ratio })),
  );
  const scaleOf = ({ width = 1, height = 1 }: ElkNode): number =>
    Math.min(screen.width / width, screen.height / height);
  return tried.reduce((best, each) => (scaleOf(each) > scaleOf(best) ? each : best));
}

function statesIn(chart: Chart, around: string | null): ElkNode[] {
  return chart.states
    .filter(({ parent }) => parent === around)
    .map((state) => nodeOf(chart, state));
}

/** What is heard in every state stands in a box of its own, which nothing leads to. */
function alwaysIn(chart: Chart): ElkNode[] {
  const lines = linesOfMachine(chart);
  return lines.length === 0 ? [] : [{ id: always, ...sizeOf(alwaysName, lines) }];
}

function sizeOf(name: string, lines: readonly Line[]): { width: number; height: number } {
  const texts = [name, ...lines.map(({ text }) => text)];
  return {
    width: 2 * margin + letter * Math.max(...texts.map((text) => text.length), 8),
    height: title + line * lines.length + (lines.length > 0 ? 8 : 4),
  };
}

function nodeOf(chart: Chart, state: ChartState): ElkNode {
  const { width, height } = sizeOf(state.path.split(".").at(-1)!, linesOfState(chart, state));
  const children = [...dotsIn(chart, state.path), ...statesIn(chart, state.path)];
  if (children.length === 0) return { id: state.path, width, height };
  const isRegion = chart.isParallel && state.parent === null;
  return {
    id: state.path,
    children,
    edges: edgesIn(chart, state.path),
    layoutOptions: {
      ...(isRegion ? options : {}),
      "elk.padding": `[top=${height + 8},left=${margin},bottom=${margin},right=${margin}]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width}, ${height})`,
    },
  };
}

/** The dot at which a state begins, and the one that stands for whichever state is active in one. */
function dotsIn(chart: Chart, around: string | null): ElkNode[] {
  const names = arrowsOf(chart).map(({ from }) => from);
  return ["initial", "any"]
    .map((kind) => `${around ?? ""}#${kind}`)
    .filter((id) => names.includes(id))
    .map((id) => ({ id, width: 10, height: 10 }));
}

/** Arrows whose ends lie in a state, and in no state of it both. */
function edgesIn(chart: Chart, around: string): ElkExtendedEdge[] {
  return arrowsOf(chart).flatMap((arrow, at) =>
    homeOf(arrow) === around ? [edgeOf(chart, arrow, at)] : [],
  );
}

/** Path of the innermost state around both ends. */
function homeOf({ from, to }: Arrow): string {
  const ends = [from.split("#")[0]!, to].map((path) => (path === "" ? [] : path.split(".")));
  const [one, other] = [
    from.includes("#") ? ends[0]! : ends[0]!.slice(0, -1),
    ends[1]!.slice(0, -1),
  ];
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared++;
  return one.slice(0, shared).join(".");
}

function edgeOf(chart: Chart, arrow: Arrow, at: number): ElkExtendedEdge {
  const lines = linesOfArrow(chart, arrow).map(({ text }) => text);
  const width = letter * Math.max(0, ...lines.map((text) => text.length));
  const label = { text: lines.join("\n"), width, height: line * lines.length };
  return {
    id: `arrow ${at}`,
    sources: [arrow.from],
    targets: [arrow.to],
    labels: lines.length > 0 ? [label] : [],
  };
}

type Placed = {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
};

function allBelow(node: ElkNode): readonly ElkNode[] {
  return (node.children ?? []).flatMap((each) => [each, ...allBelow(each)]);
}

function rectangleOf({ x = 0, y = 0, width = 0, height = 0 }: Placed) {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

function centreOf(node: ElkNode) {
  const { x, y, width, height } = rectangleOf(node);
  return { id: node.id, x: x + width / 2, y: y + height / 2 };
}

function isDot(id: string): boolean {
  return id.includes("#") && id !== always;
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
