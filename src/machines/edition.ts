/** Edition: what the enhanced renderings of an open track are made with besides its own samples. The
 *  tracks of an album share one plan once all of them have been analysed; then a track runs on from the
 *  one before and into the one behind. Until then it stands alone. Pure. */
import { albumFingerprint } from "../audio/albumFingerprint.ts";
import type { Fingerprint } from "../audio/fingerprint.ts";
import type { Frames } from "../protocol/geometry.ts";
import type { TrackId } from "../protocol/limits.ts";
import type { SourceId, SourceInfo } from "../ports/decoder.ts";

/** A track of an album, and what is known of its content. */
export type AlbumMember = {
  readonly id: TrackId;
  readonly sourceId: SourceId | null;
  /** of that content */
  readonly fingerprint: Fingerprint | undefined;
};

/** The track before or behind, whose samples enter the first or the last segment. */
export type Neighbour = {
  readonly track: TrackId;
  readonly sourceId: SourceId;
  /** its exact length, at the rate that both have */
  readonly total: Frames;
};

export type Edition = {
  /** the plans are made from it: the album's, or the track's own */
  readonly fingerprint: Fingerprint;
  readonly before: Neighbour | null;
  readonly after: Neighbour | null;
};

/** @returns the edition of a track that stands alone */
export function loneEdition(fingerprint: Fingerprint): Edition {
  return { fingerprint, before: null, after: null };
}

/** @param own the track's fingerprint, of what is decoded of it now
 *  @param album in its order, the track among them; empty: it stands alone
 *  @returns the album's edition when every track of it is known, else the track's own */
export function editionOf(
  track: TrackId,
  source: SourceInfo,
  own: Fingerprint,
  album: readonly AlbumMember[],
): Edition {
  const at = album.findIndex(({ id }) => id === track);
  const fingerprints = album.map(({ id, fingerprint }) => (id === track ? own : fingerprint));
  if (at < 0 || album.length < 2 || fingerprints.some((each) => each === undefined))
    return loneEdition(own);
  const neighbour = (member: AlbumMember | undefined): Neighbour | null => {
    if (!member?.sourceId || !member.fingerprint) return null;
    const { rate, channels, total } = member.fingerprint;
    // what would have to be resampled or downmixed to fit is heard as silence there
    if (rate !== source.rate || channels !== source.channels || total === 0) return null;
    return { track: member.id, sourceId: member.sourceId, total };
  };
  return {
    fingerprint: albumFingerprint(fingerprints as readonly Fingerprint[]),
    before: neighbour(album[at - 1]),
    after: neighbour(album[at + 1]),
  };
}

/** Whether two editions make the same renderings. */
export function areAlike(a: Edition, b: Edition): boolean {
  return hasSamePlan(a, b) && isSame(a.before, b.before) && isSame(a.after, b.after);
}

/** Whether two editions make the same plans. */
export function hasSamePlan(a: Edition, b: Edition): boolean {
  return (
    a.fingerprint === b.fingerprint ||
    JSON.stringify(a.fingerprint) === JSON.stringify(b.fingerprint)
  );
}

function isSame(a: Neighbour | null, b: Neighbour | null): boolean {
  return a?.sourceId === b?.sourceId && a?.total === b?.total;
}
