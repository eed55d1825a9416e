/** Once only: who plays on undisturbed gets no frame twice. */
import { addSpan, missingSpans, type Span } from "#engine/machines/frameRanges.ts";
import type { Connect } from "#engine/ports/socket.ts";
import { decodeSlice } from "#engine/protocol/slice.ts";
import type { SimulatedMemory } from "../ports/simulatedMemory.ts";
import type { Docket } from "./docket.ts";
import type { Ear } from "./ear.ts";

/** Wraps the socket of a page worker. In calm a slice whose frames it was sent before, in the same calm, is
 *  one that it did not keep, or that was asked for twice. What comes late on a connection that it has given up
 *  counts for nothing: nobody takes it.
 *  @param memory of its machine: who has to give some back asks again for what was in it */
export function onceOnly(
  connect: Connect,
  ear: Ear,
  docket: Docket,
  memory: SimulatedMemory,
): Connect {
  const sent = new Map<string, readonly Span[]>();
  let knownSinceMs = 0;

  function notice(bytes: Uint8Array): void {
    // nothing need have come while it was short of it
    if (memory.sinceMs > knownSinceMs) sent.clear();
    knownSinceMs = memory.sinceMs;
    if (!ear.isCalm() || memory.isUnsettled) return sent.clear();
    const slice = decodeSlice(bytes);
    if (!slice) return;
    const { key, start, frames } = slice;
    const span = { from: start, until: start + frames };
    const before = sent.get(key) ?? [];
    const news = missingSpans(before, span).reduce((sum, { from, until }) => sum + until - from, 0);
    if (news < frames)
      docket.accuse("twice", `${frames - news} of the frames ${span.from}…${span.until} of ${key}`);
    sent.set(key, addSpan(before, span));
  }

  return (request, emit) => {
    let isGivenUp = false;
    const socket = connect(request, (report) => {
      if (report.type === "binary" && !isGivenUp) notice(report.bytes);
      emit(report);
    });
    return {
      ...socket,
      close: (code, reason) => {
        isGivenUp = true;
        socket.close(code, reason);
      },
    };
  };
}
