import { useEffect, useMemo, useRef } from "react";
import { layOut } from "../sequence/rowLayout.ts";
import { axisSvg, headSvg, rowsSvg } from "../sequence/sequenceSvg.ts";
import type { Storyboard } from "../sequence/row.ts";

/** A sequence picture, time downwards, drawn as those of simulated runs are. While it follows, its end stays in view.
 *  @param onChoose hears the place of the row that was clicked */
export function Lifelines(props: {
  readonly board: Storyboard;
  readonly follows: boolean;
  readonly chosen: number | null;
  readonly onChoose: (row: number) => void;
}) {
  const { board, follows, chosen, onChoose } = props;
  const frame = useRef<HTMLDivElement>(null);
  const drawn = useMemo(() => {
    const layout = layOut(board, 0);
    return {
      layout,
      heads: { __html: headSvg(board.lifelines, layout) },
      times: { __html: axisSvg(layout) },
      rows: { __html: rowsSvg(board.lifelines, layout) },
    };
  }, [board]);
  useEffect(() => {
    if (follows) frame.current!.scrollTop = frame.current!.scrollHeight;
  }, [follows, drawn]);
  const { layout } = drawn;
  const marked = chosen === null ? undefined : layout.rows[chosen];
  return (
    <div className="lifelines" ref={frame} tabIndex={0} role="group" aria-label="Lifelines">
      <div className="sequence-top">
        <div className="sequence-corner">ms</div>
        <div dangerouslySetInnerHTML={drawn.heads} />
      </div>
      <div className="sequence-chart">
        <div className="sequence-times" dangerouslySetInnerHTML={drawn.times} />
        <div
          className="sequence-stage"
          onClick={({ target }) => {
            const row = (target as Element).closest("g.row");
            if (row) onChoose([...row.parentElement!.querySelectorAll("g.row")].indexOf(row));
          }}
        >
          {marked && (
            <div className="sequence-mark" style={{ top: marked.top, height: marked.height }} />
          )}
          <div dangerouslySetInnerHTML={drawn.rows} />
          {layout.rows.map(
            ({ row, top, height }) =>
              row.kind === "band" && (
                <div key={top} className="sequence-words" style={{ top, height }}>
                  <span>
                    ▶ <b>{row.title}</b> {row.detail}
                  </span>
                </div>
              ),
          )}
        </div>
      </div>
    </div>
  );
}
