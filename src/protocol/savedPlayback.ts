/** What of a player outlives its page: where it stood and how it was set. Written and read by the page alone,
 *  but what is read back may be anything: of another version, damaged, or somebody else's. */
import * as z from "zod/mini";
import { limits, trackIdSchema } from "./limits.ts";
import { presetSchema } from "./variant.ts";

const version = 1;
/** characters; what is longer was not written by this */
const textMax = 1000;
const secondsMax = limits.framesMax / limits.rateMin;

const savedPlaybackSchema = z.strictObject({
  version: z.literal(version),
  /** null: none was ever chosen */
  track: z.nullable(trackIdSchema),
  /** into the track */
  seconds: z.number().check(z.minimum(0), z.maximum(secondsMax)),
  enhance: z.boolean(),
  preset: presetSchema,
  /** percent, steps of 5 */
  intensity: z.int().check(z.minimum(0), z.maximum(100), z.multipleOf(5)),
  /** 0…1 */
  volume: z.number().check(z.minimum(0), z.maximum(1)),
  matchLoudness: z.boolean(),
  crossfadeSeconds: z.number().check(z.minimum(0), z.maximum(limits.crossfadeSecondsMax)),
});
export type SavedPlayback = Readonly<Omit<z.infer<typeof savedPlaybackSchema>, "version">>;

/** @returns at most 1,000 characters of JSON */
export function encodeSavedPlayback(saved: SavedPlayback): string {
  return JSON.stringify({ version, ...saved });
}

/** @param text as read back, or null when nothing was there
 *  @returns null for whatever `encodeSavedPlayback` of this version did not write */
export function decodeSavedPlayback(text: string | null): SavedPlayback | null {
  if (text === null || text.length > textMax) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // damaged: the page begins as if it were new
    return null;
  }
  const parsed = savedPlaybackSchema.safeParse(value);
  if (!parsed.success) return null;
  const { version: _, ...saved } = parsed.data;
  return saved;
}
