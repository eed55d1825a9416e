import { useState } from "react";
import type { TrackEntry } from "#engine/protocol/library.ts";
import { GeneratedArt } from "./GeneratedArt.tsx";

/** The track's cover, or, when it has none or it does not load, a picture made of its name.
 *  Decoration: the title stands beside it wherever it is shown. */
export function Artwork({
  track,
  eager,
}: {
  readonly track: TrackEntry;
  readonly eager?: boolean;
}) {
  const [broken, setBroken] = useState<string | null>(null);
  if (!track.cover || broken === track.cover) return <GeneratedArt track={track} />;
  return (
    <img
      className="art"
      src={track.cover}
      alt=""
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      onError={() => setBroken(track.cover!)}
    />
  );
}
