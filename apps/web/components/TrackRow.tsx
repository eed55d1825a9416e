import { memo } from "react";
import { leavesAudio } from "#engine/protocol/faults.ts";
import type { TrackEntry } from "#engine/protocol/library.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { formatTime } from "../formatTime.ts";
import { Artwork } from "./Artwork.tsx";
import { Icon } from "./Icon.tsx";

type TrackRowProps = {
  readonly track: TrackEntry;
  /** counted from 1 */
  readonly place: number;
  readonly of: number;
  readonly current: boolean;
  readonly choose: (track: TrackId) => void;
};

/** One track; the whole row is the button that plays it. */
export const TrackRow = memo(function TrackRow(props: TrackRowProps) {
  const { track, place, of, current, choose } = props;
  const { fault } = track;
  const isBroken = fault !== undefined && !leavesAudio(fault);
  return (
    <div role="listitem" className="row" aria-posinset={place} aria-setsize={of}>
      <button
        type="button"
        className="row-button"
        aria-current={current || undefined}
        data-faulty={isBroken || undefined}
        // A click leaves the focus where it was, so that Space goes on to mean Pause.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => choose(track.id)}
      >
        <span className="row-place" aria-hidden="true">
          {current ? <SoundingBars /> : place}
        </span>
        <span className="row-art" aria-hidden="true">
          <Artwork track={track} />
        </span>
        <span className="row-words">
          <span className="row-title">{track.title}</span>
          <span className="row-artist">
            {fault ? fault.detail : track.artist || "Unknown artist"}
          </span>
        </span>
        <span className="row-album">{track.album}</span>
        <span className="row-format">{track.format}</span>
        <span className="row-time">
          {isBroken ? (
            <Icon name="warning" />
          ) : (
            formatTime(track.sampleRate > 0 ? track.durationFrames / track.sampleRate : 0)
          )}
        </span>
      </button>
    </div>
  );
});

/** Moves while the page sounds; the style sheet decides. */
function SoundingBars() {
  return (
    <span className="bars">
      <i />
      <i />
      <i />
    </span>
  );
}
