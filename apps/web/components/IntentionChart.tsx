import type { IntentionTime } from "#engine/actors/pageApi.ts";
import { formatTime } from "../formatTime.ts";
import { useView } from "../pageContext.ts";

/** ms at the lower and the upper edge; between them by decades, for a toggle takes ten and a slow disk a thousand */
const [leastMs, mostMs] = [3, 10_000];
const lines = [
  [10, "10 ms"],
  [100, "0.1 s"],
  [1000, "1 s"],
] as const;

/** percent of the chart's height for what has no time: a stub for what nobody waits for any more */
const untimed = { heard: 0, pending: 100, replaced: 12, failed: 100 } as const;

/** How long the last clicks took until their first frame was heard: one bar each, the newest on the right. */
export function IntentionChart() {
  const intentions = useView((view) => view.intentions);
  const tracks = useView((view) => view.tracks);
  const titleOf = (id: string): string =>
    tracks.find((track) => track.id === id)?.title ?? "a track";
  const texts = intentions.map((each) => textOf(each, titleOf));
  const newest = texts.at(-1) ?? "none yet";
  return (
    <figure className="intentions">
      <figcaption>
        How soon the last clicks were heard <span>{newest}</span>
      </figcaption>
      <div
        className="intention-bars"
        role="img"
        aria-label={`The last clicks: ${texts.join("; ") || newest}`}
      >
        {lines.map(([ms, name]) => (
          <u key={ms} style={{ bottom: `${heightOf(ms)}%` }}>
            {name}
          </u>
        ))}
        {intentions.map(({ kind, outcome, tookMs }, at) => (
          <i
            key={at}
            title={texts[at]}
            data-kind={kind}
            data-outcome={outcome}
            style={{ height: `${tookMs === null ? untimed[outcome] : heightOf(tookMs)}%` }}
          />
        ))}
      </div>
      <p className="cache-legend">
        <span>
          <i data-kind="track" /> another track
        </span>
        <span>
          <i data-kind="seek" /> another place
        </span>
        <span>
          <i data-kind="variant" /> another sound
        </span>
        <span>
          <i data-outcome="replaced" /> replaced by a newer click
        </span>
      </p>
    </figure>
  );
}

/** @returns percent of the chart's height */
function heightOf(ms: number): number {
  const share = Math.log(ms / leastMs) / Math.log(mostMs / leastMs);
  return Math.round(100 * Math.min(1, Math.max(0.04, share)));
}

const names: Readonly<Record<string, string>> = { original: "Original" };

function textOf(
  { kind, outcome, tookMs, track, variant, seconds }: IntentionTime,
  titleOf: (id: string) => string,
): string {
  const what = {
    track: () => `“${titleOf(track)}”`,
    seek: () => `Seek to ${formatTime(seconds)}`,
    variant: () => names[variant] ?? variant.replace("@", " ") + " %",
  }[kind]();
  switch (outcome) {
    case "heard":
      return `${what}: ${tookMs! < 1000 ? `${Math.round(tookMs!)} ms` : `${(tookMs! / 1000).toFixed(1)} s`}`;
    case "pending":
      return `${what}: on its way`;
    case "replaced":
      return `${what}: replaced by a newer click`;
    case "failed":
      return `${what}: could not be had`;
  }
}
