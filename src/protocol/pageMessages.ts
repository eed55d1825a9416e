/** What the page and its worker say to each other over a MessagePort. */
import * as z from "zod/mini";
import { faultSchema } from "./faults.ts";
import { cacheStateSchema, libraryChangedSchema, renditionSchema } from "./hostMessages.ts";
import { counterSchema, epochSchema, frameSchema, rateSchema, trackIdSchema } from "./limits.ts";
import { variantNameSchema } from "./variant.ts";

/** Page to worker. */
export const pageCommandSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("page/open"),
    /** WebSocket address of the host */
    url: z.string().check(z.maxLength(2000)),
    token: z.optional(z.string().check(z.maxLength(128))),
    player: z.string().check(z.maxLength(64)),
    /** GiB as `navigator.deviceMemory` tells; null when it does not */
    deviceMemory: z.nullable(z.number()),
  }),
  /** The newest intention; replaces whatever was being prepared. */
  z.strictObject({
    type: z.literal("page/intend"),
    generation: counterSchema,
    track: trackIdSchema,
    variant: variantNameSchema,
    /** the other side of A/B: `original` for an enhanced variant, and the other way round */
    counterpart: variantNameSchema,
    rate: rateSchema,
    start: frameSchema,
    /** go on at the position of what sounds, if it is of this generation or a later one (a switch in
     *  place: none of them moved) */
    alignTo: z.nullable(counterSchema),
    /** it stands in for what is awaited, and is not needed when something sounds at its place already */
    standsIn: z.boolean(),
    /** it came right behind another click, so another may come right behind it */
    hurried: z.boolean(),
  }),
  /** What is to follow the lane that sounds when that ends, without a click; replaces what was said before. */
  z.strictObject({
    type: z.literal("page/succeed"),
    generation: counterSchema,
    /** null: nothing does */
    succession: z.nullable(
      z.strictObject({
        track: trackIdSchema,
        variant: variantNameSchema,
        counterpart: variantNameSchema,
        rate: rateSchema,
        /** generation of the lane at whose end it begins */
        after: counterSchema,
        /** frames of crossfade into it; 0: it follows without a gap */
        crossfade: frameSchema,
      }),
    ),
  }),
  z.strictObject({ type: z.literal("page/transport"), playing: z.boolean() }),
  z.strictObject({ type: z.literal("page/matchLoudness"), on: z.boolean() }),
  /** what comes behind the chosen track; told to the host, so that it may make it ready */
  z.strictObject({ type: z.literal("page/following"), track: z.nullable(trackIdSchema) }),
  /** the mixer's feed port, as the platform hands it over; opened by the worker's own adapter */
  z.strictObject({ type: z.literal("page/mixer"), port: z.unknown() }),
  /** nothing is wanted any more */
  z.strictObject({ type: z.literal("page/leave") }),
]);
export type PageCommand = z.infer<typeof pageCommandSchema>;

const linkStates = [
  "idle",
  "connecting",
  "handshaking",
  "live",
  "backingOff",
  "resuming",
  "refused",
] as const;
export type LinkState = (typeof linkStates)[number];

export const waits = ["link", "probing", "decoding", "analysing", "slices"] as const;

/** Worker to page. */
export const pageReportSchema = z.union([
  z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("link/state"),
      state: z.enum(linkStates),
      epoch: z.nullable(epochSchema),
      rttMs: z.nullable(z.number()),
    }),
    /** how the intention `generation` comes along */
    z.strictObject({
      type: z.literal("supply/state"),
      generation: counterSchema,
      /** outdated: what sounds is of a file that is another now */
      phase: z.enum(["waiting", "filling", "prepared", "outdated"]),
      waitsFor: z.nullable(z.enum(waits)),
      progress: z.nullable(z.number()),
    }),
    /** the end of the lane that sounds is near, and is known: it is time to say what follows */
    z.strictObject({ type: z.literal("supply/nearing"), generation: counterSchema }),
    /** the books of the window cache */
    z.strictObject({
      type: z.literal("window/state"),
      bytes: counterSchema,
      budgetBytes: counterSchema,
      /** what is held around the head of what sounds, or of what is about to; nothing: both 0 */
      heldFrom: frameSchema,
      heldUntil: frameSchema,
    }),
    z.strictObject({
      type: z.literal("page/fault"),
      generation: z.nullable(counterSchema),
      fault: faultSchema,
    }),
    /** the worker's actors, for whoever watches */
    z.strictObject({
      type: z.literal("worker/actors"),
      actors: z
        .array(
          z.strictObject({
            id: z.string().check(z.maxLength(100)),
            machine: z.string().check(z.maxLength(100)),
            state: z.string().check(z.maxLength(200)),
          }),
        )
        .check(z.maxLength(100)),
    }),
    libraryChangedSchema,
    /** what the host has of a rendering, and how long its segments are: what has changed since the last time */
    z.strictObject({
      type: z.literal("cache/told"),
      key: cacheStateSchema.shape.key,
      segmentSeconds: z.number(),
      segments: cacheStateSchema.shape.segments,
    }),
  ]),
  renditionSchema,
]);
export type PageReport = z.infer<typeof pageReportSchema>;
