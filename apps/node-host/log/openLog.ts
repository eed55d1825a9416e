/** The host's log: one JSON line per event, for machines to read; docs/logging.md explains every one. What a
 *  listener at the terminal should read is told beside it, in words. */
import pino, { type Logger } from "pino";
import type { LogLevel } from "./logLevels.ts";

export type Log = Logger;

/** A log that nobody reads. */
export const noLog: Log = pino({ enabled: false });

/** Opens the log. Lines are written before the call that logs them returns: the last ones count most.
 *  @param file absolute, written on if it is there; null: stderr
 *  @param tell hears once when the log cannot be written any more; the host goes on without it
 *  @throws the system's error when the file cannot be opened */
export function openLog(level: LogLevel, file: string | null, tell: (line: string) => void): Log {
  const destination = pino.destination({ dest: file ?? 2, sync: true });
  let hasFailed = false;
  destination.on("error", (cause: Error) => {
    if (!hasFailed) tell(`The log cannot be written: ${cause.message}`);
    hasFailed = true;
  });
  return pino(
    {
      level,
      base: null,
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
}
