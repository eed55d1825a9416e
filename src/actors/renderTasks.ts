/** What a render worker can be asked, and what it answers: strict, parsed at both ends. */
import * as z from "zod/mini";
import type { Fingerprint } from "../audio/fingerprint.ts";
import type { Plan } from "../audio/plan.ts";
import { faultSchema } from "../protocol/faults.ts";
import { counterSchema, frameSchema, rateSchema, renderKeySchema } from "../protocol/limits.ts";
import { frames } from "../protocol/geometry.ts";

/** Checked by `frameSchema`, so that the brand costs nothing but its name. */
const framesSchema = z.pipe(frameSchema, z.transform(frames));

const sourceSchema = z.strictObject({
  sourceId: z.string().check(z.maxLength(64)),
  pcmPath: z.string().check(z.maxLength(4096)),
  rate: rateSchema,
  channels: z.int().check(z.minimum(1), z.maximum(2)),
  format: z.enum(["s16", "f32"]),
  framesHint: z.nullable(framesSchema),
});

/** Plans and fingerprints are made by this engine and change with it: only their version is looked
 *  at here. */
const hasVersion = (value: unknown) =>
  typeof value === "object" && value !== null && Number.isInteger(Reflect.get(value, "version"));
const planSchema = z.custom<Plan>(hasVersion);
const fingerprintSchema = z.custom<Fingerprint>(hasVersion);

const seconds = z.number().check(z.minimum(0), z.maximum(3600));
const geometrySchema = z.strictObject({
  intervalSeconds: seconds,
  overlapSeconds: seconds,
  contextSeconds: seconds,
});

const besideSchema = z.strictObject({
  source: sourceSchema,
  total: z.nullable(framesSchema),
  frames: framesSchema,
});

const requestSchema = z.strictObject({
  key: renderKeySchema,
  source: sourceSchema,
  sourceFrames: z.nullable(framesSchema),
  plan: z.nullable(planSchema),
  geometry: geometrySchema,
  rate: rateSchema,
  segment: counterSchema,
  range: z.strictObject({ from: framesSchema, until: framesSchema }),
  before: z.optional(z.nullable(besideSchema)),
  after: z.optional(z.nullable(besideSchema)),
  format: z.optional(z.literal("f32le")),
});

export const renderTaskSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("render"), request: requestSchema }),
  z.strictObject({ type: z.literal("analyse"), source: sourceSchema, total: framesSchema }),
  z.strictObject({
    type: z.literal("measure"),
    source: sourceSchema,
    total: framesSchema,
    plan: planSchema,
    geometry: geometrySchema,
  }),
]);
export type RenderTask = z.infer<typeof renderTaskSchema>;

const failedSchema = z.strictObject({ type: z.literal("failed"), fault: faultSchema });

/** Reports of a render, without its end: runs, then the loudness of all of them. */
export const renderNewsSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("slice"),
    start: framesSchema,
    frames: framesSchema,
    samples: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
  z.strictObject({
    type: z.literal("loudness"),
    firstHop: counterSchema,
    /** ten a second */
    sums: z.array(z.number()).check(z.maxLength(40_000)),
  }),
  failedSchema,
]);
export const analyseNewsSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("analysed"), fingerprint: fingerprintSchema }),
  failedSchema,
]);
export const measureNewsSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("measured"), loudness: z.nullable(z.number()) }),
  failedSchema,
]);
export type RenderTaskNews =
  | z.infer<typeof renderNewsSchema>
  | z.infer<typeof analyseNewsSchema>
  | z.infer<typeof measureNewsSchema>;
