import { useEffect, useMemo, useState } from "react";
import type { TrackId } from "#engine/protocol/limits.ts";
import { waveformColumns, type Waveform as Columns } from "#engine/protocol/library.ts";
import { readWaveform } from "../adapters/readWaveform.ts";

/** The track's waveform over the whole width, that part of it lit which this page holds; before the host has decoded
 *  the track, a line.
 *  @param track its id; null: there is none @param isDecoded as far as is known; before it is, the host is not asked
 *  @param held percent of the width, from and until
 *  @param onPick hears of a click, at which share of the width; who has no pointer has the slider of the position */
export function Waveform(props: {
  readonly track: TrackId | null;
  readonly isDecoded: boolean;
  readonly held: readonly [number, number];
  readonly onPick: (share: number) => void;
}) {
  const { track, isDecoded, held, onPick } = props;
  const [read, setRead] = useState<{ readonly of: TrackId; readonly columns: Columns } | null>(
    null,
  );
  const columns = read?.of === track ? read.columns : null;
  const isWanted = columns === null;
  useEffect(() => {
    if (!isWanted || track === null || !isDecoded) return undefined;
    return readWaveform(track, (found) => setRead({ of: track, columns: found }));
  }, [track, isDecoded, isWanted]);
  const outline = useMemo(() => outlineOf(columns), [columns]);
  const [from, until] = held.map((percent) => (percent / 100) * waveformColumns);
  return (
    <svg
      className="waveform"
      data-none={track === null || undefined}
      role="img"
      aria-label={labelOf(track, columns !== null)}
      viewBox={`0 -130 ${waveformColumns} 260`}
      preserveAspectRatio="none"
      onClick={({ clientX, currentTarget }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        onPick((clientX - left) / width);
      }}
    >
      <clipPath id="waveform-held">
        <rect x={from} y="-130" width={Math.max(0, until! - from!)} height="260" />
      </clipPath>
      <path d={outline} />
      <path d={outline} className="held" clipPath="url(#waveform-held)" />
    </svg>
  );
}

function labelOf(track: TrackId | null, isKnown: boolean): string {
  if (track === null) return "No track";
  return isKnown ? "Waveform" : "The waveform comes when the track is decoded";
}

/** Along the highest samples there, along the lowest ones back. */
function outlineOf(columns: Columns | null): string {
  const { high, low } = columns ?? { high: [0, 0], low: [0, 0] };
  const step = waveformColumns / (high.length - 1);
  const there = high.map((level, at) => `${(at * step).toFixed(1)} ${-Math.max(1, level)}`);
  const back = low.map((level, at) => `${(at * step).toFixed(1)} ${-Math.min(-1, level)}`);
  return `M${there.join("L")}L${back.reverse().join("L")}Z`;
}
