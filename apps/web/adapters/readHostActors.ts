import type { ActorLine } from "#engine/actors/pageApi.ts";
import type { Start } from "#engine/ports/port.ts";
import * as z from "zod/mini";

const text = z.string().check(z.maxLength(500));
const actorLinesSchema = z
  .array(z.strictObject({ side: z.literal("host"), id: text, machine: text, state: text }))
  .check(z.maxLength(10_000));

export type HostActorsReport =
  | { readonly type: "lines"; readonly lines: readonly ActorLine[] }
  /** this host does not offer them */
  | { readonly type: "refused" }
  | { readonly type: "unreachable" };

/** `GET /api/inspect`, once. */
export const readHostActors: Start<null, HostActorsReport> = (_, emit) => {
  const abort = new AbortController();
  const settle = (report: HostActorsReport): void => {
    if (!abort.signal.aborted) emit(report);
  };
  fetch("/api/inspect", { signal: abort.signal })
    .then(async (answer) => {
      const lines = answer.ok ? actorLinesSchema.safeParse(await answer.json()) : null;
      settle(lines?.success ? { type: "lines", lines: lines.data } : { type: "refused" });
    })
    .catch(() => settle({ type: "unreachable" }));
  return () => abort.abort();
};
