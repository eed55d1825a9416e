import * as z from "zod/mini";

/** From what must be looked into to everything that is said between actors. */
export const logLevels = ["error", "warn", "info", "debug", "trace"] as const;
export const logLevelSchema = z.enum(logLevels);
export type LogLevel = z.infer<typeof logLevelSchema>;
