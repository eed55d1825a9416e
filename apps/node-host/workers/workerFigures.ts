/** What the metrics tell of the workers, by their work: rendering, analysing and measuring, decoding; and of the
 *  store that they decode into. */
import type { Observable } from "rxjs";
import type { WorkerEngine } from "#engine/actors/workerEngine.ts";
import type { Timeouts } from "#engine/actors/timeouts.ts";
import type { Decoder } from "../decode/createDecode.ts";
import type { SourceStoreFigures } from "../decode/sourceStore.ts";

export type WorkerFigures = {
  /** since the start */
  readonly lost: { readonly render: number; readonly decode: number };
  /** how long a worker may be silent now, ms */
  readonly timeoutsMs: {
    readonly render: number;
    readonly analyse: number;
    readonly decode: number;
  };
  readonly store: SourceStoreFigures;
};

/** Follows the workers; there is nothing to end, the streams end with them. */
export function followWorkers(engine: WorkerEngine, decoder: Decoder): () => WorkerFigures {
  const renderers = latest(engine.timeouts$);
  const decoders = latest(decoder.timeouts$);
  return () => ({
    lost: { render: engine.figures().lostWorkers, decode: decoder.figures().lostWorkers },
    timeoutsMs: {
      render: renderers()["render"]!.timeoutMs,
      analyse: renderers()["measure"]!.timeoutMs,
      decode: decoders()["thread"]!.timeoutMs,
    },
    store: decoder.store(),
  });
}

function latest(timeouts$: Observable<Timeouts<string>>): () => Timeouts<string> {
  let now: Timeouts<string> = {};
  timeouts$.subscribe((each) => (now = each));
  return () => now;
}
