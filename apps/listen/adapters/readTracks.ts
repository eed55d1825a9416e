import type { PagePorts } from "#engine/actors/pageApi.ts";
import { fault } from "#engine/protocol/faults.ts";
import { trackListAnswer } from "#engine/streams/trackListAnswer.ts";

/** `GET /api/tracks` of a host, parsed. A refusal, a broken answer and a lost network are faults.
 *  @param url of the host, without a slash at its end */
export function createReadTracks(url: string): PagePorts["readTracks"] {
  return (_, emit) => {
    const abort = new AbortController();
    const settle = (report: Parameters<typeof emit>[0]): void => {
      if (!abort.signal.aborted) emit(report);
    };
    fetch(`${url}/api/tracks`, { signal: abort.signal, headers: { accept: "application/json" } })
      .then(async (answer) => {
        const body: unknown = await answer.json();
        settle(trackListAnswer(answer.ok, body));
      })
      .catch((cause: unknown) =>
        settle({
          type: "failed",
          fault: fault("link-lost", `The list of tracks: ${String(cause)}`),
        }),
      );
    return () => abort.abort();
  };
}
