/** What the lane mixer (in the AudioWorklet) hears and reports.
 *  It has two ports: `control` from the page, `feed` from the page worker; reports go to both. */
import * as z from "zod/mini";
import { counterSchema, frameSchema } from "./limits.ts";

const generation = counterSchema;
const gain = z.number().check(z.minimum(0), z.maximum(1));

/** From the page. None of these ever waits for the network. */
export const mixerControlSchema = z.discriminatedUnion("type", [
  /** the listener's newest intention: commits of an older generation are refused from now on */
  z.strictObject({ type: z.literal("mixer/intend"), generation }),
  /** `hold`: what is silent stays so until the next commit, because the lane that would sound is not
   *  what is meant any more */
  z.strictObject({ type: z.literal("mixer/transport"), playing: z.boolean(), hold: z.boolean() }),
  z.strictObject({ type: z.literal("mixer/volume"), gain }),
]);
export type MixerControl = z.infer<typeof mixerControlSchema>;

/** From the page worker. A lane is named by the generation that asked for it. */
export const mixerFeedSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("lane/open"),
    generation,
    /** first frame to sound, unless aligned */
    start: frameSchema,
    /** when the lane that sounds has this generation or a later one, go on at its position instead of
     *  at `start` */
    alignTo: z.nullable(generation),
    /** it bridges a wait in silence: not taken when there is a lane already that it would go on from */
    standsIn: z.boolean(),
    /** takes over when the lane of this generation comes to its end, and only then; null: at once */
    after: z.nullable(generation),
    /** frames before that end at which it takes over, with an equal-power crossfade as long; 0: no fade, the
     *  next frame after the last */
    crossfade: frameSchema,
    channels: z.int().check(z.minimum(1), z.maximum(2)),
    gain,
  }),
  z.strictObject({
    type: z.literal("lane/feed"),
    generation,
    start: frameSchema,
    frames: frameSchema,
    /** interleaved s16 samples, frames × channels; transferred */
    samples: z.instanceof(Int16Array),
  }),
  /** exact length of the lane's track, once known */
  z.strictObject({ type: z.literal("lane/end"), generation, end: frameSchema }),
  z.strictObject({ type: z.literal("lane/gain"), generation, gain }),
  /** let the lane take over at the next quantum at which it covers its position */
  z.strictObject({ type: z.literal("lane/commit"), generation }),
]);
export type MixerFeed = z.infer<typeof mixerFeedSchema>;

export const mixerReportSchema = z.discriminatedUnion("type", [
  /** about 20 times a second while running, and at once when anything in it changes */
  z.strictObject({
    type: z.literal("mixer/state"),
    /** generation of the lane that sounds (or would, when paused); null before the first commit */
    generation: z.nullable(generation),
    /** next frame of that lane */
    frame: frameSchema,
    /** true while samples other than silence are due: playing, not starved, not ended */
    sounding: z.boolean(),
    starved: z.boolean(),
    /** frames queued behind `frame` in that lane */
    queued: counterSchema,
    /** frames queued in the lane that waits to be committed, 0 when there is none */
    queuedPending: counterSchema,
    /** frames of silence given while playing because data were late, since the mixer began */
    underrun: counterSchema,
  }),
  z.strictObject({ type: z.literal("lane/committed"), generation, frame: frameSchema }),
  /** the last frame of the track has been emitted */
  z.strictObject({ type: z.literal("lane/ended"), generation }),
]);
export type MixerReport = z.infer<typeof mixerReportSchema>;
