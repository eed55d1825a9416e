import { useCallback, useEffect, useRef, useState } from "react";
import type { CSSProperties } from "react";
import type { TrackEntry } from "#engine/protocol/library.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { usePage, useView } from "../pageContext.ts";
import { EmptyLibrary } from "./EmptyLibrary.tsx";
import { TrackRow } from "./TrackRow.tsx";

/** Rows that appear and disappear together; only blocks near the window have any. */
const blockRows = 40;

/** The library. Of very long ones only what is near the window is in the document. */
export function TrackList() {
  const page = usePage();
  const tracks = useView((view) => view.tracks);
  const scanning = useView((view) => view.scanning);
  const current = useView((view) => view.track?.id ?? null);
  const choose = useCallback((track: TrackId) => page.choose(track), [page]);
  const blocks = Math.ceil(tracks.length / blockRows);
  return (
    <section className="library" aria-labelledby="tracks-heading">
      <header className="library-head">
        <h2 id="tracks-heading">Tracks</h2>
        <p className="library-count">
          {scanning ? "looking for more…" : tracks.length > 0 && tracks.length.toLocaleString("en")}
        </p>
      </header>
      <div className="tracks" role="list" aria-labelledby="tracks-heading">
        {Array.from({ length: blocks }, (_, block) => (
          <TrackBlock
            key={block}
            tracks={tracks}
            first={block * blockRows}
            current={current}
            choose={choose}
          />
        ))}
      </div>
      {tracks.length === 0 && <EmptyLibrary scanning={scanning} />}
    </section>
  );
}

function TrackBlock(props: {
  readonly tracks: readonly TrackEntry[];
  readonly first: number;
  readonly current: TrackId | null;
  readonly choose: (track: TrackId) => void;
}) {
  const { tracks, first, current, choose } = props;
  const block = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(first < 2 * blockRows);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.at(-1)!.isIntersecting),
      { rootMargin: "1200px 0px" },
    );
    observer.observe(block.current!);
    return () => observer.disconnect();
  }, []);
  const rows = tracks.slice(first, first + blockRows);
  return (
    <div
      ref={block}
      role="presentation"
      className="track-block"
      style={{ "--rows": rows.length } as CSSProperties}
    >
      {near &&
        rows.map((track, index) => (
          <TrackRow
            key={track.id}
            track={track}
            place={first + index + 1}
            of={tracks.length}
            current={track.id === current}
            choose={choose}
          />
        ))}
    </div>
  );
}
