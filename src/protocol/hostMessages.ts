/** What the host says to a player: one strict union. Slices travel beside it as binary frames. */
import * as z from "zod/mini";
import { faultSchema } from "./faults.ts";
import {
  counterSchema,
  epochSchema,
  frameSchema,
  limits,
  protocolVersion,
  rateSchema,
  renderKeySchema,
  tierSchema,
  trackIdSchema,
} from "./limits.ts";
import { variantNameSchema } from "./variant.ts";

const share = z.number().check(z.minimum(0), z.maximum(1));

/** Answer to `hello`. */
export const welcomeSchema = z.strictObject({
  type: z.literal("welcome"),
  version: z.literal(protocolVersion),
  epoch: epochSchema,
  /** true when `resume.epoch` is this run of the host */
  resumed: z.boolean(),
  limits: z.strictObject({
    sliceBytesMax: counterSchema,
    wantsMax: counterSchema,
    intervalSeconds: z.number(),
    overlapSeconds: z.number(),
  }),
});

const renditionName = {
  type: z.literal("rendition"),
  track: trackIdSchema,
  variant: variantNameSchema,
  rate: rateSchema,
};

/** How the wire's 16 bits relate to the source: bit-exact, dithered, or resampled (and dithered). */
export const fidelities = ["exact", "dithered", "resampled"] as const;
export type Fidelity = (typeof fidelities)[number];

export const renditionReadySchema = z.strictObject({
  ...renditionName,
  status: z.literal("ready"),
  key: renderKeySchema,
  channels: z.int().check(z.minimum(1), z.maximum(2)),
  /** length at `rate`; binding only when `exact` */
  frames: frameSchema,
  exact: z.boolean(),
  /** frames at `rate` that are decoded, counted from the start: what can be rendered now */
  decoded: frameSchema,
  fidelity: z.enum(fidelities),
  /** integrated loudness of this rendering, LUFS; null until measured or for silence */
  loudness: z.nullable(z.number()),
  /** of an enhanced one that is exact: what was done to the track and why, in plain sentences */
  explanation: z.optional(
    z
      .array(z.string().check(z.maxLength(limits.sentenceCharsMax)))
      .check(z.maxLength(limits.sentencesMax)),
  ),
});

/** Not yet: why, and how far (0…1). */
export const renditionPendingSchema = z.strictObject({
  ...renditionName,
  status: z.literal("pending"),
  reason: z.enum(["probing", "decoding", "analysing"]),
  progress: share,
});

export const renditionFailedSchema = z.strictObject({
  ...renditionName,
  status: z.literal("failed"),
  fault: faultSchema,
});

/** State of one track in one variant at one rate; sent when demanded and whenever it changes. */
export const renditionSchema = z.discriminatedUnion("status", [
  renditionReadySchema,
  renditionPendingSchema,
  renditionFailedSchema,
]);
export type Rendition = z.infer<typeof renditionSchema>;
export type ReadyRendition = z.infer<typeof renditionReadySchema>;

/** Delta of what the host has of a rendering: `tier` when held, `readyInMs` when on its way. */
export const cacheStateSchema = z.strictObject({
  type: z.literal("cache/state"),
  key: renderKeySchema,
  segments: z
    .array(
      z.strictObject({
        segment: counterSchema,
        tier: z.nullable(tierSchema),
        readyInMs: z.nullable(z.number()),
      }),
    )
    .check(z.maxLength(limits.cacheSegmentsMax)),
});

export const hostFaultSchema = z.strictObject({
  type: z.literal("fault"),
  fault: faultSchema,
  demand: z.optional(counterSchema),
  track: z.optional(trackIdSchema),
});

export const libraryChangedSchema = z.strictObject({
  type: z.literal("library/changed"),
  revision: counterSchema,
});

export const pongSchema = z.strictObject({ type: z.literal("pong"), at: z.number() });

export const hostMessageSchema = z.union([
  z.discriminatedUnion("type", [
    welcomeSchema,
    cacheStateSchema,
    hostFaultSchema,
    libraryChangedSchema,
    pongSchema,
  ]),
  renditionSchema,
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;
