/** A host in this process for a bench: real files, real workers, real disk; and how it is asked. */
import { mkdirSync } from "node:fs";
import type { Host, HostConfig } from "#engine/actors/hostApi.ts";
import type { RenderEngine, RenderRequest } from "#engine/ports/renderEngine.ts";
import type { ReadyRendition, Rendition } from "#engine/protocol/hostMessages.ts";
import { defaultVariant, variantName } from "#engine/protocol/variant.ts";
import { watchLivingActors } from "../../apps/node-host/inspectActors.ts";
import { openEngines } from "../../apps/node-host/openEngines.ts";
import { startHost, type RunningHost } from "../../apps/node-host/startHost.ts";
import { RenderWatch } from "../renderWatch.ts";

export type Print = (figure: Record<string, unknown>) => void;

export const slots = 2;
export const enhanced = variantName(defaultVariant);

export type Bench = {
  readonly running: RunningHost;
  readonly watch: RenderWatch;
  readonly engine: RenderEngine;
  /** what the engine was asked to render, in order */
  readonly requests: readonly RenderRequest[];
  /** ids of the tracks, as listed */
  readonly titles: readonly string[];
  readonly close: () => Promise<void>;
};

/** Starts a host and waits until its folder is listed.
 *  @param data the data folder; what lies there is used */
export async function openBench(
  music: string,
  data: string,
  config: Partial<HostConfig> = {},
): Promise<Bench> {
  mkdirSync(data, { recursive: true });
  const watch = new RenderWatch();
  const engines = openEngines({ data, workers: slots });
  const requests: RenderRequest[] = [];
  const engine: RenderEngine = {
    ...engines.engine,
    render: (request, emit) => {
      requests.push(request);
      return engines.engine.render(request, emit);
    },
  };
  const running = await startHost({
    folders: [music],
    data,
    port: 0,
    host: "127.0.0.1",
    page: data,
    config,
    ...engines,
    engine,
    actors: watchLivingActors(watch.inspect),
    tell: (line) => console.error(line),
  });
  while (running.library.list().scanning) await new Promise((later) => setTimeout(later, 50));
  return {
    running,
    watch,
    engine: engines.engine,
    requests,
    titles: running.library.list().tracks.map(({ id }) => id),
    close: async () => {
      await running.stop();
      await engines.close();
    },
  };
}

/** Opens a rendition of a track and waits until it is whole. */
export function openWhole(host: Host, track: string, variant = enhanced) {
  return new Promise<{ readonly rendition: ReadyRendition; readonly close: () => void }>(
    (resolve, reject) => {
      const close = host.openRendition({ track, variant, rate: null }, (report) => {
        if (report.type === "unopened") return reject(new Error(report.fault.detail));
        const told: Rendition = report;
        if (told.status === "failed") reject(new Error(told.fault.detail));
        else if (told.status === "ready" && told.exact) resolve({ rendition: told, close });
      });
    },
  );
}

export type Answer = {
  readonly tier: string;
  /** from asking to the first bytes, and to the last */
  readonly firstMs: number;
  readonly ms: number;
  /** the longest time between two runs of it: a block, when it was rendered */
  readonly gapMs: number;
};

/** Asks for a segment at the host, as HTTP does. */
export function readWhole(host: Host, { key }: ReadyRendition, segment: number): Promise<Answer> {
  const began = performance.now();
  let firstMs = Number.NaN;
  let lastMs = 0;
  let gapMs = 0;
  return new Promise((resolve, reject) => {
    host.readSegment({ key, segment }, (report) => {
      const ms = performance.now() - began;
      if (report.type === "failed") return reject(new Error(report.fault.detail));
      if (report.type === "done") return resolve({ tier: report.tier, firstMs, ms, gapMs });
      if (Number.isNaN(firstMs)) firstMs = ms;
      else gapMs = Math.max(gapMs, ms - lastMs);
      lastMs = ms;
    });
  });
}
