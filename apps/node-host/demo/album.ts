/** The album: which pieces, in which order, and their tags. */
import { atticRadio } from "./pieces/atticRadio.ts";
import { firstLight } from "./pieces/firstLight.ts";
import { glassTram } from "./pieces/glassTram.ts";
import { longTide } from "./pieces/longTide.ts";
import type { Piece } from "./music/score.ts";
import { undertow } from "./pieces/undertow.ts";

export const artist = "Segue";
export const albumTitle = "First Light";
export const year = "2026";
export const genre = "Instrumental";

/** In playing order; the first one is made first. */
export const pieces: readonly Piece[] = [firstLight, glassTram, longTide, atticRadio, undertow];

/** Raised whenever a piece changes; albums of another version are made anew. */
export const albumVersion = 1;
