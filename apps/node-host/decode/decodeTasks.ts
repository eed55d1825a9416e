/** What a decode worker can be asked, and what it answers. */
import * as z from "zod/mini";
import { faultSchema } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { frameSchema } from "#engine/protocol/limits.ts";

const framesSchema = z.pipe(frameSchema, z.transform(frames));

export const decodeTaskSchema = z.strictObject({
  path: z.string(),
  pcmFolder: z.string(),
  /** bytes that one decoded source may take */
  pcmBytesMax: z.number(),
  /** nobody listens to it: what the store has of it is not used by that */
  isSpare: z.optional(z.boolean()),
});
export type DecodeTask = z.infer<typeof decodeTaskSchema>;

export const decodeNewsSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("probed"),
    info: z.strictObject({
      sourceId: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
      pcmPath: z.string(),
      rate: z.int().check(z.minimum(8000), z.maximum(192_000)),
      channels: z.int().check(z.minimum(1), z.maximum(2)),
      format: z.enum(["s16", "f32"]),
      framesHint: z.nullable(framesSchema),
    }),
    decoded: framesSchema,
    exact: z.boolean(),
  }),
  z.strictObject({ type: z.literal("progress"), decoded: framesSchema }),
  z.strictObject({
    type: z.literal("done"),
    total: framesSchema,
    flaw: z.optional(faultSchema),
  }),
  z.strictObject({ type: z.literal("failed"), fault: faultSchema }),
  /** the source lies in the store, and is not as it was written: it is decoded anew */
  z.strictObject({ type: z.literal("damaged") }),
  /** this file needs native code: to be asked of another kind of worker */
  z.strictObject({ type: z.literal("elsewhere") }),
]);
export type DecodeNews = z.infer<typeof decodeNewsSchema>;
