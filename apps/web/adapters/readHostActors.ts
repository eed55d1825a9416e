import type { ActorLine } from "#engine/actors/pageApi.ts";
import type { Start } from "#engine/ports/port.ts";
import * as z from "zod/mini";

const text = z.string().check(z.maxLength(500));
const actorLinesSchema = z
  .array(z.strictObject({ side: z.literal("host"), id: text, machine: text, state: text }))
  .check(z.maxLength(10_000));

/** `GET /api/inspect`, once; null when the host does not answer or does not offer it. */
export const readHostActors: Start<null, readonly ActorLine[] | null> = (_, emit) => {
  const abort = new AbortController();
  fetch("/api/inspect", { signal: abort.signal })
    .then(async (answer) => {
      const lines = answer.ok ? actorLinesSchema.safeParse(await answer.json()) : null;
      if (!abort.signal.aborted) emit(lines?.success ? lines.data : null);
    })
    .catch(() => {
      // Unreachable is what null says; the next look may find it back.
      if (!abort.signal.aborted) emit(null);
    });
  return () => abort.abort();
};
