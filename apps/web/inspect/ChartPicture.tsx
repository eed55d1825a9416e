import {
  ControlButton,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  useReactFlow,
  useStore,
  type ReactFlowInstance,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef, useState, type CSSProperties, type RefObject } from "react";
import {
  chartEdges,
  chartNodes,
  type ArrowEdge,
  type ChartMoment,
  type ChartNode,
} from "./chartElements.ts";
import { edgeTypes, nodeTypes, PickContext } from "./ChartParts.tsx";
import type { DrawnChart } from "./readChart.ts";

/** px of a picture around which there is nothing */
const margin = 24;
/** below it stand the controls */
const room = { top: "10px", right: "10px", bottom: "46px", left: "10px" } as const;
const fitting = { padding: room, maxZoom: 1 };
const scales = { minZoom: 0.1, maxZoom: 2.5 };
const arrowhead = { type: MarkerType.ArrowClosed, width: 14, height: 14 } as const;

/** A machine's chart; the states that are active are lit, and the transitions that were taken last. It can be moved
 *  about, and be made larger and smaller. */
export function ChartPicture(
  props: DrawnChart &
    ChartMoment & {
      /** @param at place of a transition in the chart */
      readonly onPick: (at: number) => void;
    },
) {
  const { chart, layout, state, taken, offered, onPick } = props;
  const [flow, setFlow] = useState<ReactFlowInstance<ChartNode, ArrowEdge> | null>(null);
  const nodes = useMemo(
    () => [...chartNodes({ chart, layout }, { state, taken, offered })],
    [chart, layout, state, taken, offered],
  );
  const edges = useMemo(
    () =>
      chartEdges({ chart, layout }, { state, taken, offered }).map((edge) => {
        const isTaken = edge.data!.isTaken;
        const color = isTaken ? "var(--lamp)" : "var(--faint)";
        return { ...edge, className: isTaken ? "taken" : "", markerEnd: { ...arrowhead, color } };
      }),
    [chart, layout, state, taken, offered],
  );
  const goToActive = (): void => {
    const lit = nodes.filter((node) => node.type === "state" && node.data.isActive);
    const innermost = lit.filter(({ id }) => !lit.some((each) => each.id.startsWith(`${id}.`)));
    void flow?.fitView({ nodes: innermost, padding: room, minZoom: 0.7, maxZoom: 1 });
  };
  const isMoved = useRef(false);
  return (
    <div
      className="chart"
      role="group"
      aria-label={`${chart.id}: ${state.split(" ").join(", ")}`}
      style={
        {
          "--chart-ratio": `${layout.width + margin} / ${layout.height + margin}`,
          "--chart-height": `${layout.height + margin}px`,
        } as CSSProperties
      }
    >
      <PickContext value={onPick}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={setFlow}
          onMoveStart={(by) => {
            isMoved.current ||= by !== null;
          }}
          onEdgeClick={({ target }, { data }) => {
            const [only, another] = data?.lines ?? [];
            const isText = (target as Element).closest("text") !== null;
            if (!isText && only && !another) onPick(only.transition!);
          }}
          fitView
          fitViewOptions={fitting}
          {...scales}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
        >
          <Controls
            orientation="horizontal"
            showInteractive={false}
            fitViewOptions={fitting}
            onFitView={() => {
              isMoved.current = false;
            }}
          >
            <ControlButton
              title="Go to what is active"
              aria-label="Go to what is active"
              onClick={goToActive}
            >
              <svg viewBox="0 0 16 16">
                <path d="M7 0h2v3h-2zM7 13h2v3h-2zM0 7h3v2h-3zM13 7h3v2h-3zM8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6z" />
              </svg>
            </ControlButton>
          </Controls>
          <Overview width={layout.width} height={layout.height} />
          <Refit isMoved={isMoved} />
        </ReactFlow>
      </PickContext>
    </div>
  );
}

/** Fits the picture into its frame whenever that has another size; what somebody has moved stays where he wants it. */
function Refit({ isMoved }: { readonly isMoved: RefObject<boolean> }) {
  const { fitView } = useReactFlow();
  const size = useStore(({ width, height }) => `${width} ${height}`);
  useEffect(() => {
    if (!isMoved.current) void fitView(fitting);
  }, [size, fitView, isMoved]);
  return null;
}

/** All of it in small, while not all of it is to be seen. */
function Overview(props: { readonly width: number; readonly height: number }) {
  const { width: across, height: down } = props;
  const isCut = useStore(({ transform, width, height }) => {
    const [left, top, zoom] = transform;
    const [right, bottom] = [left + across * zoom, top + down * zoom];
    return left < -1 || top < -1 || right > width + 1 || bottom > height + 1;
  });
  if (!isCut) return null;
  return (
    <MiniMap
      pannable
      ariaLabel="All of the chart"
      nodeClassName={({ data }: ChartNode) =>
        "kind" in data ? `mini ${data.kind} ${data.isActive ? "active" : ""}` : "mini"
      }
    />
  );
}
