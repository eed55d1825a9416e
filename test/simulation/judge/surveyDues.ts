/** Survey dues: stands between the host and the ports by which it analyses tracks for nobody. While somebody listens
 *  nothing of the kind goes on; nothing is analysed twice; what was decoded for that alone is gone when the host
 *  is, and what somebody listened to is not thrown away. */
import type { Decode, SpareSources } from "#engine/ports/decoder.ts";
import type { RenderEngine } from "#engine/ports/renderEngine.ts";
import type { PlayerRun } from "../playerRun.ts";
import { contentOfSource } from "../ports/simulatedDecode.ts";
import type { World } from "../world/world.ts";
import type { Docket } from "./docket.ts";
import { calmSeconds } from "./ear.ts";

/** ms after the last command within which the host knows that somebody plays */
const hearingMs = 2000;
/** ms without sound that count as silence */
const silenceMs = 100;

type Ports = {
  readonly decode: Decode;
  readonly spareSources: SpareSources;
  readonly engine: RenderEngine;
};

export class SurveyDues {
  private readonly world: World;
  private readonly docket: Docket;
  /** decodes and analyses that go on for nobody */
  private readonly going = new Set<string>();
  /** what was decoded for nobody and lies there */
  private readonly spare = new Set<string>();
  /** what was decoded, and then rendered */
  private readonly heard = new Set<string>();
  private readonly made = new Set<string>();
  private readonly isUnharmed: () => boolean;

  /** @param isUnharmed whether no fault has struck yet: what broke may have to be made anew */
  constructor(world: World, docket: Docket, isUnharmed: () => boolean) {
    this.world = world;
    this.docket = docket;
    this.isUnharmed = isUnharmed;
  }

  /** @returns the ports that the host gets in their place */
  between({ decode, spareSources, engine }: Ports): Ports {
    return {
      decode: (request, emit) => {
        const job = `the decoding of ${request.path}`;
        const { isSpare = false } = request;
        if (isSpare) this.going.add(job);
        const cancel = decode(request, (report) => {
          if (report.type === "done" || report.type === "failed") this.going.delete(job);
          if (report.type === "probed" && isSpare && !report.exact && this.going.has(job)) {
            this.spare.add(report.info.pcmPath);
            // what somebody had listened to was lost before
            this.heard.delete(report.info.pcmPath);
          }
          emit(report);
        });
        return () => {
          this.going.delete(job);
          cancel();
        };
      },
      spareSources: {
        keep: (path, pcmPath) => {
          this.going.delete(`the decoding of ${path}`);
          if (pcmPath !== null) {
            this.spare.delete(pcmPath);
            this.going.delete(`the analysis of ${pcmPath}`);
          }
          spareSources.keep(path, pcmPath);
        },
        discard: (pcmPath) => {
          if (this.heard.has(pcmPath))
            this.docket.accuse("survey", `${pcmPath} was listened to, and is thrown away`);
          this.spare.delete(pcmPath);
          spareSources.discard(pcmPath);
        },
      },
      engine: {
        slots: engine.slots,
        render: (request, emit) => {
          this.heard.add(request.source.pcmPath);
          return engine.render(request, emit);
        },
        measure: engine.measure,
        analyse: (request, emit) => {
          const { pcmPath, sourceId } = request.source;
          const job = `the analysis of ${pcmPath}`;
          if (this.spare.has(pcmPath)) this.going.add(job);
          const cancel = engine.analyse(request, (report) => {
            this.going.delete(job);
            if (report.type === "done") this.analysed(sourceId);
            emit(report);
          });
          return () => {
            this.going.delete(job);
            cancel();
          };
        },
      },
    };
  }

  /** @param disturbedMs when the last fault was over */
  inspect(players: readonly PlayerRun[], disturbedMs: number): void {
    const { now } = this.world;
    if (this.going.size === 0 || now - disturbedMs <= calmSeconds * 1000) return;
    for (const { listener, ear } of players) {
      const sinceMs = Math.max(listener.lastCommandMs, listener.wishSinceMs);
      if (!listener.isPlaying || now - sinceMs <= hearingMs || now - ear.soundMs > silenceMs)
        continue;
      this.docket.accuse("survey", `${[...this.going].join(", ")} goes on while somebody listens`);
    }
  }

  /** The host has stopped. */
  end(): void {
    for (const pcmPath of this.spare)
      this.docket.accuse("leak", `${pcmPath} was decoded for nobody, and is left`);
    for (const job of this.going) this.docket.accuse("leak", `${job} goes on`);
  }

  private analysed(sourceId: string): void {
    const { track, version } = contentOfSource(sourceId);
    const name = `${track.id}.${version}`;
    if (this.made.has(name) && this.isUnharmed())
      this.docket.accuse("once", `${name} is analysed a second time`);
    this.made.add(name);
  }
}
