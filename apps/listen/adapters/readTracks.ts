import type { PagePorts } from "#engine/actors/pageApi.ts";
import { fault, faultSchema, type Fault } from "#engine/protocol/faults.ts";
import { trackListSchema } from "#engine/protocol/library.ts";

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
        if (!answer.ok) return settle({ type: "failed", fault: faultOf(body) });
        const list = trackListSchema.safeParse(body);
        settle(
          list.success
            ? { type: "tracks", list: list.data }
            : {
                type: "failed",
                fault: fault("protocol-violation", "The list of tracks is malformed."),
              },
        );
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

function faultOf(body: unknown): Fault {
  const told = faultSchema.safeParse(body);
  return told.success ? told.data : fault("link-lost", "The list of tracks was refused.");
}
