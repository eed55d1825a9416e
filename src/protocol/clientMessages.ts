/** What a player says to the host: one strict union, bounded everywhere.
 *  Text frames of the WebSocket; see docs/protocol.md. */
import * as z from "zod/mini";
import {
  counterSchema,
  epochSchema,
  frameSchema,
  holdingSchema,
  laneSchema,
  limits,
  protocolVersion,
  rateSchema,
  trackIdSchema,
} from "./limits.ts";
import { variantNameSchema } from "./variant.ts";

/** First message of a connection. `resume` after a break: what the player still holds. */
export const helloSchema = z.strictObject({
  type: z.literal("hello"),
  version: z.literal(protocolVersion),
  token: z.optional(z.string().check(z.maxLength(128))),
  /** names the player over reconnects; chosen by it at random */
  player: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
  resume: z.optional(
    z.strictObject({
      epoch: epochSchema,
      inventory: z.array(holdingSchema).check(z.maxLength(limits.holdingsMax)),
    }),
  ),
  /** bytes of slices (header included) that the host may send at first, per lane */
  credit: z.strictObject({ urgent: counterSchema, bulk: counterSchema }),
});

/** A range that the player lacks and wants sent, frames at the demand's rate. An empty range
 *  (`from` = `until`) asks for no samples: it says that the state of the rendition is of interest. */
export const wantSchema = z.strictObject({
  track: trackIdSchema,
  variant: variantNameSchema,
  from: frameSchema,
  until: frameSchema,
  lane: laneSchema,
});
export type Want = z.infer<typeof wantSchema>;

/** The whole of what a player wants now; replaces the demand before it.
 *  What the last demand wanted and this one does not is cancelled as far down as it got. */
export const demandSchema = z.strictObject({
  type: z.literal("demand"),
  /** raised by one with every demand of a connection */
  demand: counterSchema,
  /** slices received on this connection when this was written; later ones count as under way */
  received: counterSchema,
  playing: z.boolean(),
  /** Hz; the rate at which the player wants frames */
  rate: rateSchema,
  /** where the listener is */
  head: z.optional(
    z.strictObject({ track: trackIdSchema, variant: variantNameSchema, frame: frameSchema }),
  ),
  /** what is heard when this track has ended, as far as the player knows: it may be made ready */
  next: z.optional(z.strictObject({ track: trackIdSchema })),
  /** most important first */
  wants: z.array(wantSchema).check(z.maxLength(limits.wantsMax)),
  holds: z.array(holdingSchema).check(z.maxLength(limits.holdingsMax)),
});
export type Demand = z.infer<typeof demandSchema>;

/** Cumulative bytes of slices that may be sent on a lane since the connection opened. */
export const creditSchema = z.strictObject({
  type: z.literal("credit"),
  lane: laneSchema,
  granted: counterSchema,
});

/** Withdraws every demand up to and including `demand`; queued slices are dropped. */
export const cancelSchema = z.strictObject({ type: z.literal("cancel"), demand: counterSchema });

/** Heartbeat; `at` is the sender's own clock in ms and is echoed. */
export const pingSchema = z.strictObject({ type: z.literal("ping"), at: z.number() });

export const clientMessageSchema = z.discriminatedUnion("type", [
  helloSchema,
  demandSchema,
  creditSchema,
  cancelSchema,
  pingSchema,
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;
