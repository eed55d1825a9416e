import { join } from "node:path";
import type { InspectionEvent } from "xstate";
import { createWorkerEngine, defaultWorkerEngineConfig } from "#engine/actors/workerEngine.ts";
import type { Decode } from "#engine/ports/decoder.ts";
import type { RenderEngine } from "#engine/ports/renderEngine.ts";
import { clock } from "./adapters/clock.ts";
import { createDecode } from "./decode/createDecode.ts";
import { followWorkers, type WorkerFigures } from "./workers/workerFigures.ts";
import { threadSpawner } from "./workers/spawnThread.ts";

/** bytes of decoded audio kept on disk */
const pcmBytes = 4_000_000_000;
const renderWorker = new URL("./workers/renderWorker.ts", import.meta.url);

export type Engines = {
  readonly decode: Decode;
  readonly engine: RenderEngine;
  readonly figures: () => WorkerFigures;
  /** Ends every worker. */
  readonly close: () => Promise<void>;
};

/** The workers of a host: those that decode and those that render.
 *  @param data the data folder; decoded audio goes to its `pcm`
 *  @param workers threads that render */
export function openEngines({
  data,
  workers,
  inspect,
}: {
  readonly data: string;
  readonly workers: number;
  readonly inspect?: (event: InspectionEvent) => void;
}): Engines {
  const decoder = createDecode({ clock, pcmFolder: join(data, "pcm"), pcmBytes, inspect });
  const engine = createWorkerEngine(
    { clock, spawn: threadSpawner(renderWorker, "render"), inspect, name: "host/renderers" },
    { ...defaultWorkerEngineConfig, slots: workers },
  );
  return {
    decode: decoder.decode,
    engine,
    figures: followWorkers(engine, decoder),
    close: async () => {
      await new Promise<void>((resolve) => decoder.close(resolve));
      await new Promise<void>((resolve) => engine.close(resolve));
    },
  };
}
