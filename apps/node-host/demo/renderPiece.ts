/** One piece as a whole file: music, 16 bits, tags and cover. */
import { albumTitle, artist, genre, pieces, year } from "./album.ts";
import { paint } from "./cover/paint.ts";
import { encodePng } from "./cover/png.ts";
import { encodeTaggedWav } from "./files/taggedWav.ts";
import { mixdown, type MixdownOptions } from "./mix/mixdown.ts";
import type { Piece } from "./music/score.ts";
import { albumRate } from "./synth/instrument.ts";

const coverSide = 500;

/** @returns a WAV file; the same bytes every time on one machine. Cost: 2 to 5 s, 500 MB. */
export async function renderPiece(piece: Piece, options: MixdownOptions = {}): Promise<Uint8Array> {
  const sides = await mixdown(piece, options);
  const cover = encodePng(paint(piece.cover, coverSide), coverSide, coverSide);
  const { title, key, tempo, comment } = piece;
  const tags = {
    title,
    artist,
    album: albumTitle,
    year,
    genre,
    key,
    tempo,
    comment,
    track: pieces.indexOf(piece) + 1,
    tracks: pieces.length,
    cover,
  };
  return encodeTaggedWav(sides, albumRate, tags, title);
}
