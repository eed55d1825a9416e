import type { Fidelity } from "#engine/protocol/hostMessages.ts";
import { useView } from "../pageContext.ts";
import { Artwork } from "./Artwork.tsx";
import { Mark } from "./Mark.tsx";

const fidelities: Readonly<Record<Fidelity, string>> = {
  exact: "bit-exact",
  dithered: "dithered to 16 bit",
  resampled: "resampled",
};

/** The stage: what is on, large. */
export function NowPlaying() {
  const track = useView((view) => view.track);
  const fidelity = useView((view) => view.fidelity);
  const hasTracks = useView((view) => view.tracks.length > 0);
  return (
    <section className="stage" aria-label="Now playing">
      {track && (
        <div className="stage-glow" aria-hidden="true">
          <Artwork key={track.id} track={track} eager />
        </div>
      )}
      <div className="stage-art">
        {track ? (
          <Artwork key={track.id} track={track} eager />
        ) : (
          <div className="art art-empty">
            <Mark />
          </div>
        )}
      </div>
      <div className="stage-words">
        <h2 className="stage-title">{track ? track.title : "Nothing chosen yet"}</h2>
        <p className="stage-artist">
          {track
            ? [track.artist, track.album].filter(Boolean).join(" · ") || "Unknown artist"
            : hasTracks && "Press Play, or choose a track."}
        </p>
        {track && (
          <p className="stage-facts">
            {[
              track.format.toUpperCase(),
              track.sampleRate > 0 && `${track.sampleRate / 1000} kHz`,
              fidelity && fidelities[fidelity],
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        )}
      </div>
    </section>
  );
}
