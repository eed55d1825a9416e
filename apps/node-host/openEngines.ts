import { join } from "node:path";
import { createWorkerEngine, defaultWorkerEngineConfig } from "#engine/actors/workerEngine.ts";
import type { Decode, SpareSources } from "#engine/ports/decoder.ts";
import type { RenderEngine } from "#engine/ports/renderEngine.ts";
import type { SpawnWorker } from "#engine/ports/workerSlot.ts";
import type { InspectionPlace } from "#engine/protocol/inspection.ts";
import { clock } from "./adapters/clock.ts";
import { createDecode } from "./decode/createDecode.ts";
import type { ActorWatch } from "./inspectActors.ts";
import { followWorkers, type WorkerFigures } from "./workers/workerFigures.ts";
import { threadSpawner } from "./workers/spawnThread.ts";

/** bytes of decoded audio kept on disk */
const pcmBytes = 4_000_000_000;
/** of these, for what is decoded while nobody plays: 47 minutes of stereo in 16 bits at 44.1 kHz */
const spareBytes = 500_000_000;
const renderWorker = new URL("./workers/renderWorker.ts", import.meta.url);

export type Engines = {
  readonly decode: Decode;
  readonly spareSources: SpareSources;
  readonly engine: RenderEngine;
  readonly figures: () => WorkerFigures;
  /** Ends every worker. */
  readonly close: () => Promise<void>;
};

/** The workers of a host: those that decode and those that render.
 *  @param data the data folder; decoded audio goes to its `pcm`
 *  @param workers threads that render @param actors hears of their pools, and of what is said to them */
export function openEngines({
  data,
  workers,
  actors,
}: {
  readonly data: string;
  readonly workers: number;
  readonly actors?: Pick<ActorWatch, "inspect" | "watchWorkers">;
}): Engines {
  const inspect = actors?.inspect;
  const watched = (spawn: SpawnWorker, there: InspectionPlace): SpawnWorker =>
    actors ? actors.watchWorkers(spawn, there) : spawn;
  const decoder = createDecode({
    ...{ clock, pcmFolder: join(data, "pcm"), pcmBytes, spareBytes, inspect },
    watched: (spawn) => watched(spawn, "decoders"),
  });
  const engine = createWorkerEngine(
    {
      clock,
      spawn: watched(threadSpawner(renderWorker, "render"), "renderers"),
      inspect,
      name: "host/renderers",
    },
    { ...defaultWorkerEngineConfig, slots: workers },
  );
  return {
    decode: decoder.decode,
    spareSources: decoder.spareSources,
    engine,
    figures: followWorkers(engine, decoder),
    close: async () => {
      await new Promise<void>((resolve) => decoder.close(resolve));
      await new Promise<void>((resolve) => engine.close(resolve));
    },
  };
}
