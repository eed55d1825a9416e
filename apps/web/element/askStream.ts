import type { Start } from "#engine/ports/port.ts";
import { fault, faultSchema, type Fault } from "#engine/protocol/faults.ts";

export type StreamReport =
  | { readonly type: "source.available" }
  /** not yet, or the host is away */
  | { readonly type: "source.delayed"; readonly afterMs: number }
  | { readonly type: "source.refused"; readonly fault: Fault };

const awayMs = 2000;

/** Asks for the first byte of a stream: an audio element does not tell why it got nothing. The host answers
 *  when it knows the whole length. */
export const askStream: Start<string, StreamReport> = (address, emit) => {
  const abort = new AbortController();
  const settle = (report: StreamReport): void => {
    if (!abort.signal.aborted) emit(report);
  };
  fetch(address, { signal: abort.signal, headers: { range: "bytes=0-0" } })
    .then(async (answer) => {
      if (answer.ok) return settle({ type: "source.available" });
      const told = faultSchema.safeParse(await answer.json().catch(() => null));
      const reason = told.success
        ? told.data
        : fault("audio-unavailable", `The host answered ${answer.status}.`);
      const isLater = answer.status === 503 || (told.success && reason.retryable);
      settle(
        isLater
          ? { type: "source.delayed", afterMs: waitOf(answer.headers.get("retry-after")) }
          : { type: "source.refused", fault: reason },
      );
    })
    .catch(() => settle({ type: "source.delayed", afterMs: awayMs }));
  return () => abort.abort();
};

/** Retry-After in seconds (RFC 9110 §10.2.3; a date is not read), at most half a minute. */
function waitOf(header: string | null): number {
  const seconds = /^\d{1,4}$/.test(header ?? "") ? Number(header) : 1;
  return Math.min(30, seconds) * 1000;
}
