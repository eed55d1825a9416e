import { useState } from "react";
import { createStorage } from "../adapters/storage.ts";
import { formatTime } from "../formatTime.ts";
import { usePage, useView } from "../pageContext.ts";
import { places, reasons, sentenceOf, summaryOf, wantedStretches, whyOf } from "./cacheWords.ts";
import { IntentionChart } from "./IntentionChart.tsx";
import { Waveform } from "./Waveform.tsx";

/** where there is room for it, and for the tracks below it */
const roomy = "(min-width: 1100px) and (min-height: 760px)";
const keptOpen = createStorage("segue.ready");

/** What of the track is ready, and where, to one scale: its waveform, a row of stretches for each side, the head
 *  across them, and how long the last clicks took. Open where there is room for it, until somebody closes it. */
export function CacheMap() {
  const [isOpen, setIsOpen] = useState(() => {
    const kept = keptOpen.read();
    return kept === null ? matchMedia(roomy).matches : kept === "open";
  });
  return (
    <details className="panel cache-map" open={isOpen}>
      <summary
        onClick={(click) => {
          // it is opened by what is kept, not the other way round
          click.preventDefault();
          keptOpen.write(isOpen ? "closed" : "open");
          setIsOpen(!isOpen);
        }}
      >
        What is ready
      </summary>
      {isOpen && (
        <div className="cache-body">
          <Map />
          <Legend />
          <IntentionChart />
        </div>
      )}
    </details>
  );
}

function Map() {
  const page = usePage();
  const cached = useView((view) => view.cached);
  const track = useView((view) => view.track);
  const duration = useView((view) => view.durationSeconds);
  const position = useView((view) => view.positionSeconds);
  const variant = useView((view) => view.variant);
  const { original, enhanced, segmentSeconds, heldFromSeconds, heldUntilSeconds } = cached;
  const isEnhancedHeard = variant === "" ? null : variant !== "original";
  const percent = (seconds: number): number =>
    duration > 0 ? Math.min(100, (100 * seconds) / duration) : 0;
  const held = [percent(heldFromSeconds), percent(heldUntilSeconds)] as const;
  return (
    <div>
      <div className="cache-axis">
        <span />
        <Waveform
          track={track?.id ?? null}
          isDecoded={track?.exact ?? false}
          held={held}
          onPick={(share) => {
            if (duration > 0) page.seek(share * duration);
          }}
        />
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
              {segments === "" && track && <em>not known yet</em>}
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
        {track && (
          <div className="cache-over">
            <b className="cache-head" style={{ left: `${percent(position)}%` }} />
          </div>
        )}
      </div>
      <p className="cache-sentence">
        {track
          ? sentenceOf(cached, position, isEnhancedHeard)
          : "Choose a track: here is what of it is ready, where, and why."}
      </p>
    </div>
  );
}

/** What its colours and lines mean. */
function Legend() {
  return (
    <div>
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
    </div>
  );
}
