import { useView } from "../pageContext.ts";
import { Artwork } from "./Artwork.tsx";
import { PlayHere } from "./PlayHere.tsx";
import { Position } from "./Position.tsx";
import { Status } from "./Status.tsx";
import { Transport } from "./Transport.tsx";
import { Volume } from "./Volume.tsx";

/** The bar at the bottom that is always in reach. */
export function PlayerBar() {
  const track = useView((view) => view.track);
  return (
    <footer className="bar">
      <div className="bar-now">
        {track && (
          <div className="bar-art" aria-hidden="true">
            <Artwork key={track.id} track={track} eager />
          </div>
        )}
        <div className="bar-words">
          {track && <p className="bar-title">{track.title}</p>}
          <Status />
        </div>
        <PlayHere />
      </div>
      <Transport />
      <Position />
      <Volume />
    </footer>
  );
}
