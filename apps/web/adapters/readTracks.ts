import type { PagePorts } from "#engine/actors/pageApi.ts";
import { fault } from "#engine/protocol/faults.ts";
import { trackListAnswer } from "#engine/streams/trackListAnswer.ts";

/** `GET /api/tracks`, parsed. A refusal, a broken answer and a lost network are faults. */
export const readTracks: PagePorts["readTracks"] = (_, emit) => {
  const abort = new AbortController();
  const settle = (report: Parameters<typeof emit>[0]): void => {
    if (!abort.signal.aborted) emit(report);
  };
  fetch("/api/tracks", { signal: abort.signal, headers: { accept: "application/json" } })
    .then(async (answer) => {
      const body: unknown = await answer.json();
      settle(trackListAnswer(answer.ok, body));
    })
    .catch((cause: unknown) =>
      settle({ type: "failed", fault: fault("link-lost", `The list of tracks: ${String(cause)}`) }),
    );
  return () => abort.abort();
};
