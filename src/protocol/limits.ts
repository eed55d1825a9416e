/** Bounds that both peers of the protocol hold each other to. */
import * as z from "zod/mini";

export const protocolVersion = 1;
export const subprotocol = "segue.v1";

export const limits = {
  /** bytes of samples in one slice */
  sliceBytesMax: 64 * 1024,
  /** characters of one JSON control message */
  controlCharsMax: 64 * 1024,
  wantsMax: 16,
  holdingsMax: 256,
  crossfadeSecondsMax: 10,
  /** of the explanation of a plan */
  sentencesMax: 16,
  sentenceCharsMax: 240,
  cacheSegmentsMax: 256,
  framesMax: 24 * 3600 * 192_000,
  rateMin: 100,
  rateMax: 192_000,
} as const;

export const trackIdSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/));
export type TrackId = z.infer<typeof trackIdSchema>;

/** 128-bit render-key digest as 32 lower-case hexadecimal digits. */
export const renderKeySchema = z.string().check(z.regex(/^[0-9a-f]{32}$/));
export type RenderKey = z.infer<typeof renderKeySchema>;

/** Identity of one run of the host. */
export const epochSchema = z.string().check(z.regex(/^[0-9a-zA-Z_-]{1,32}$/));
export type Epoch = z.infer<typeof epochSchema>;

const natural = (max: number) => z.int().check(z.minimum(0), z.maximum(max));
export const counterSchema = natural(Number.MAX_SAFE_INTEGER);
export const frameSchema = natural(limits.framesMax);
export const rateSchema = z.int().check(z.minimum(limits.rateMin), z.maximum(limits.rateMax));

export const lanes = ["urgent", "bulk"] as const;
export const laneSchema = z.enum(lanes);
export type Lane = (typeof lanes)[number];

export const tiers = ["L1", "L2", "L3", "MISS", "ORIGINAL"] as const;
export const tierSchema = z.enum(tiers);
export type Tier = (typeof tiers)[number];

/** A run of frames of one rendering that a peer holds or lacks: `[from, until)`. */
export const holdingSchema = z.strictObject({
  key: renderKeySchema,
  from: frameSchema,
  until: frameSchema,
});
export type Holding = z.infer<typeof holdingSchema>;
