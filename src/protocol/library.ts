/** Bodies of the HTTP interface that the page reads too. */
import * as z from "zod/mini";
import { faultSchema } from "./faults.ts";
import { counterSchema, frameSchema, trackIdSchema } from "./limits.ts";

/** Columns of every waveform, however long its track. */
export const waveformColumns = 800;

const text = z.string().check(z.maxLength(1000));

/** One entry of `GET /api/tracks`. */
export const trackEntrySchema = z.strictObject({
  id: trackIdSchema,
  /** falls back to the file's name */
  title: text,
  artist: text,
  album: text,
  /** frames at `sampleRate`; binding only when `exact` */
  durationFrames: frameSchema,
  exact: z.boolean(),
  sampleRate: counterSchema,
  channels: counterSchema,
  format: text,
  /** address of the cover picture, when there is one */
  cover: z.optional(text),
  fault: z.optional(faultSchema),
});
export type TrackEntry = z.infer<typeof trackEntrySchema>;

export const trackListSchema = z.strictObject({
  tracks: z.array(trackEntrySchema).check(z.maxLength(100_000)),
  /** true while the folder scan goes on */
  scanning: z.boolean(),
  revision: counterSchema,
});
export type TrackList = z.infer<typeof trackListSchema>;

/** Columns of a waveform, lowest or highest sample of each, of full scale. */
const columns = z
  .array(z.int().check(z.minimum(-127), z.maximum(127)))
  .check(z.length(waveformColumns));

/** `GET /api/tracks/ID/waveform`. */
export const waveformSchema = z.strictObject({ low: columns, high: columns });
export type Waveform = z.infer<typeof waveformSchema>;
