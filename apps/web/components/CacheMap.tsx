import { useState } from "react";
import { formatTime } from "../formatTime.ts";
import { useView } from "../pageContext.ts";
import { places, reasons, sentenceOf, summaryOf, wantedStretches, whyOf } from "./cacheWords.ts";
import { IntentionChart } from "./IntentionChart.tsx";
import { Waveform } from "./Waveform.tsx";

/** What of the track is ready, and where, to one scale: its waveform, a row of stretches for each side, the head
 *  across them; below, how long the last clicks took. */
export function CacheMap() {
  const hasTrack = useView((view) => view.track !== null);
  const [isOpen, setIsOpen] = useState(false);
  if (!hasTrack) return null;
  return (
    <details
      className="cache-map"
      open={isOpen}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>What is ready</summary>
      {isOpen && <Map />}
      {isOpen && <IntentionChart />}
    </details>
  );
}

function Map() {
  const cached = useView((view) => view.cached);
  const track = useView((view) => view.track);
  const duration = useView((view) => view.durationSeconds);
  const position = useView((view) => view.positionSeconds);
  const variant = useView((view) => view.variant);
  if (!track) return null;
  const { original, enhanced, segmentSeconds, heldFromSeconds, heldUntilSeconds } = cached;
  const isEnhancedHeard = variant === "" ? null : variant !== "original";
  const percent = (seconds: number): number =>
    duration > 0 ? Math.min(100, (100 * seconds) / duration) : 0;
  const held = [percent(heldFromSeconds), percent(heldUntilSeconds)] as const;
  const revision = `${track.exact} ${track.durationFrames}`;
  return (
    <>
      <div className="cache-axis">
        <span />
        <Waveform track={track.id} revision={revision} held={held} />
        {(
          [
            ["Enhanced", enhanced, isEnhancedHeard === true],
            ["Original", original, isEnhancedHeard === false],
          ] as const
        ).map(([side, segments, isHeard]) => (
          <div key={side} className={`cache-row ${isHeard ? "heard" : ""}`}>
            <span>{side}</span>
            <div className="cache-cells" role="img" aria-label={`${side}: ${summaryOf(segments)}`}>
              {segments !== "" &&
                wantedStretches(position, duration, isHeard).map(({ why, from, until }) => (
                  <u
                    key={why}
                    data-why={why}
                    style={{
                      left: `${percent(from)}%`,
                      width: `${percent(until) - percent(from)}%`,
                    }}
                    title={reasons[why]}
                  />
                ))}
              {segments === "" && <em>not known yet</em>}
              {[...segments].map((letter, segment) => {
                const from = segment * segmentSeconds;
                const until = Math.min(duration, from + segmentSeconds);
                return (
                  <i
                    key={segment}
                    data-place={letter}
                    style={{ flexGrow: until - from }}
                    title={`${formatTime(from)}–${formatTime(until)} ${places[letter]}: ${whyOf(from, until, position, isHeard)}`}
                  />
                );
              })}
              {isHeard && (
                <b
                  className="cache-held"
                  style={{ left: `${held[0]}%`, width: `${Math.max(0, held[1] - held[0])}%` }}
                  title="held by this page"
                />
              )}
            </div>
          </div>
        ))}
        <div className="cache-over">
          <b className="cache-head" style={{ left: `${percent(position)}%` }} />
        </div>
      </div>
      <p className="cache-sentence">{sentenceOf(cached, position, isEnhancedHeard)}</p>
      <p className="cache-legend">
        <strong>Where it is</strong>
        <span>
          <i data-place="m" /> in the host's memory
        </span>
        <span>
          <i data-place="d" /> on its disk
        </span>
        <span>
          <i data-place="c" /> being made
        </span>
        <span>
          <i data-place="-" /> not made yet
        </span>
        <span>
          <b /> held by this page
        </span>
      </p>
      <p className="cache-legend">
        <strong>Why it is wanted</strong>
        {Object.entries(reasons).map(([why, text]) => (
          <span key={why}>
            <u data-why={why} /> {text}
          </span>
        ))}
        <span>no line: for later, while nobody waits for anything else</span>
      </p>
    </>
  );
}
