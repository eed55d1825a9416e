import type { Start } from "#engine/ports/port.ts";
import { faultSchema } from "#engine/protocol/faults.ts";
import { inspectionAnswerSchema, type InspectionAsk } from "#engine/protocol/inspection.ts";

/** `POST /api/inspect/send`: asks an actor of the host to hear an event. Emits why it was not sent, in a sentence, or null. */
export const askHost: Start<InspectionAsk, string | null> = (what, emit) => {
  const abort = new AbortController();
  const settle = (refused: string | null): void => {
    if (!abort.signal.aborted) emit(refused);
  };
  fetch("/api/inspect/send", {
    method: "POST",
    body: JSON.stringify(what),
    signal: abort.signal,
    headers: { "content-type": "application/json" },
  })
    .then(async (answer) => {
      const body: unknown = await answer.json();
      const told = inspectionAnswerSchema.safeParse(body);
      if (answer.ok && told.success) return settle(told.data.refused);
      const { code, detail } = faultSchema.safeParse(body).data ?? {};
      settle(
        code === "method-not-allowed"
          ? "The host takes events only when it was started with --inspect."
          : (detail ?? "The host refuses it."),
      );
    })
    .catch(() => settle("The host does not answer."));
  return () => abort.abort();
};
