import { useView } from "../pageContext.ts";

const words: Readonly<Record<string, string>> = {
  m: "in the host's memory",
  d: "on the host's disk",
  c: "being made",
  "-": "not made yet",
};

/** What of the track is ready, by stretches of some seconds: one row for each side, and what the page itself holds of
 *  the one that is heard. Drawn under the slider, to its scale. */
export function CacheMap() {
  const original = useView((view) => view.cached.original);
  const enhanced = useView((view) => view.cached.enhanced);
  const heldFromSeconds = useView((view) => view.cached.heldFromSeconds);
  const heldUntilSeconds = useView((view) => view.cached.heldUntilSeconds);
  const duration = useView((view) => view.durationSeconds);
  const position = useView((view) => view.positionSeconds);
  const variant = useView((view) => view.variant);
  const hasTrack = useView((view) => view.track !== null);
  if (!hasTrack) return null;
  const isEnhancedHeard = variant !== "" && variant !== "original";
  const percent = (seconds: number): number =>
    duration > 0 ? Math.min(100, (100 * seconds) / duration) : 0;
  const held = {
    left: `${percent(heldFromSeconds)}%`,
    width: `${Math.max(0, percent(heldUntilSeconds) - percent(heldFromSeconds))}%`,
  };
  return (
    <details className="cache-map">
      <summary>What is ready</summary>
      {(
        [
          ["Enhanced", enhanced, isEnhancedHeard],
          ["Original", original, variant === "original"],
        ] as const
      ).map(([side, segments, isHeard]) => (
        <div key={side} className={`cache-row ${isHeard ? "heard" : ""}`}>
          <span>{side}</span>
          <div className="cache-cells" role="img" aria-label={`${side}: ${summaryOf(segments)}`}>
            {[...segments].map((letter, segment) => (
              <i key={segment} data-place={letter} title={words[letter]} />
            ))}
            {isHeard && <b className="cache-held" style={held} title="held by this page" />}
            {isHeard && <b className="cache-head" style={{ left: `${percent(position)}%` }} />}
          </div>
        </div>
      ))}
      <p className="cache-legend">
        <i data-place="m" /> in the host's memory <i data-place="d" /> on its disk{" "}
        <i data-place="c" /> being made <i data-place="-" /> not made yet <b /> held by this page
      </p>
    </details>
  );
}

/** `6 of 24 in the host's memory, 2 being made`. */
function summaryOf(segments: string): string {
  if (segments === "") return "nothing known yet";
  const parts = ["m", "d", "c"].flatMap((letter) => {
    const count = segments.split(letter).length - 1;
    return count > 0 ? [`${count} of ${segments.length} ${words[letter]}`] : [];
  });
  return parts.join(", ") || "nothing ready yet";
}
