/** What a pool and its workers say to each other: one strict union per direction.
 *  What a task or a report holds is its kind's own affair, and parsed there. */
import * as z from "zod/mini";
import { counterSchema } from "../protocol/limits.ts";

const job = counterSchema;

/** Pool to worker. */
export const workerOrderSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("worker/begin"),
    /** one Int32: the newest job that was cancelled; null where memory cannot be shared */
    flag: z.nullable(z.instanceof(SharedArrayBuffer)),
  }),
  z.strictObject({ type: z.literal("job/start"), job, task: z.unknown() }),
  z.strictObject({ type: z.literal("job/cancel"), job }),
]);
export type WorkerOrder = z.infer<typeof workerOrderSchema>;

/** Worker to pool. After `job/ended` nothing more is said of a job. */
export const workerNewsSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("worker/ready") }),
  /** still at it; only restarts the deadline */
  z.strictObject({ type: z.literal("job/alive"), job }),
  z.strictObject({ type: z.literal("job/report"), job, report: z.unknown() }),
  z.strictObject({ type: z.literal("job/ended"), job }),
]);
export type WorkerNews = z.infer<typeof workerNewsSchema>;
