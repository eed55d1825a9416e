/** One run of the host: the production root over simulated ports, from its start to its death. */
import type { InspectionEvent } from "xstate";
import type { Host } from "#engine/actors/hostApi.ts";
import { createWorkerEngine, type WorkerEngine } from "#engine/actors/workerEngine.ts";
import type { Docket } from "./judge/docket.ts";
import { engineDues } from "./judge/engineDues.ts";
import { indexDues } from "./judge/indexDues.ts";
import { SurveyDues } from "./judge/surveyDues.ts";
import type { Plants } from "./plants.ts";
import { simulatedCatalogue } from "./ports/simulatedCatalogue.ts";
import { simulatedDecode } from "./ports/simulatedDecode.ts";
import { simulatedDisk, type DiskMedium } from "./ports/simulatedDisk.ts";
import { simulatedIndex, type IndexMedium } from "./ports/simulatedIndex.ts";
import type { SimulatedLibrary } from "./ports/simulatedLibrary.ts";
import { simulatedMemoryGauge, type SimulatedMemory } from "./ports/simulatedMemory.ts";
import { simulatedFingerprint, variantOfPlan } from "./ports/simulatedFingerprints.ts";
import { newsName, renderProgram } from "./ports/simulatedRenders.ts";
import type { SimulatedTabClaims } from "./ports/simulatedTabClaims.ts";
import { simulatedWorkers } from "./ports/simulatedWorkers.ts";
import { tracedDecode, tracedDisk } from "./ports/tracedPorts.ts";
import { virtualClock, wallNow } from "./ports/virtualClock.ts";
import type { WorkerBench } from "./ports/workerBench.ts";
import type { Network } from "./ports/network.ts";
import type { RootsOf } from "./roots.ts";
import type { Climate } from "./scenario.ts";
import { simulatedEngineConfig, simulatedHostConfig } from "./simulatedConfig.ts";
import type { Realm } from "./world/realm.ts";
import type { World } from "./world/world.ts";

/** What will go wrong, and has not yet. */
export type Mishaps = {
  /** renders that fail before the next one succeeds */
  renders: number;
};

/** What the host wants to hear from whoever connects, from its next run on; pages that load then know it. */
export type Access = { token: string };

/** What outlives the runs of the host. */
export type Machine = {
  readonly world: World;
  readonly docket: Docket;
  readonly network: Network;
  readonly medium: DiskMedium;
  readonly index: IndexMedium;
  readonly memory: SimulatedMemory;
  readonly library: SimulatedLibrary;
  readonly keys: Map<string, string>;
  readonly mishaps: Mishaps;
  readonly access: Access;
  /** the workers of the run that lives */
  readonly bench: WorkerBench;
  readonly plants: Plants;
  readonly climate: Climate;
  /** of the one browser, where the players are tabs of it */
  readonly claims: SimulatedTabClaims | null;
  /** what a page shows outlives it */
  readonly keepsPlayback: boolean;
  /** whether no fault has struck yet */
  readonly isUnharmed: () => boolean;
  /** hears what xstate tells of every actor of hosts and players */
  readonly inspect: ((event: InspectionEvent) => void) | undefined;
  readonly rootsOf: RootsOf;
};

export class HostRun {
  readonly host: Host;
  readonly realm: Realm;
  readonly engine: WorkerEngine;
  readonly survey: SurveyDues;
  /** ms when it began */
  readonly startedMs: number;
  private readonly machine: Machine;

  /** @param run counts the runs from 1 */
  constructor(machine: Machine, run: number) {
    const {
      world,
      docket,
      network,
      medium,
      index,
      memory,
      library,
      plants,
      bench,
      climate,
      access,
    } = machine;
    const realm = world.realm("host", run);
    const clock = plants.clock(virtualClock(world, realm));
    const inspect = world.trace?.inspect("host", machine.inspect) ?? machine.inspect;
    const renders = {
      ...machine,
      fingerprintOf: simulatedFingerprint,
      variantOf: plants.variantOf ?? variantOfPlan,
      misplace: plants.misplace,
      analysisMs: climate.analysisMs,
    };
    const spawn = simulatedWorkers({
      world,
      owner: realm,
      bench,
      load: (self) => renderProgram(renders, self),
      nameOf: newsName,
    });
    this.machine = machine;
    this.startedMs = world.now;
    this.realm = realm;
    this.engine = createWorkerEngine({ clock, spawn, inspect }, simulatedEngineConfig);
    this.survey = new SurveyDues(world, docket, machine.isUnharmed);
    const { decode, spareSources } = simulatedDecode(world, realm, library);
    const disk = tracedDisk(world, simulatedDisk(world, realm, medium));
    this.host = machine.rootsOf(`host.${run}`).createHost(
      {
        clock,
        wallClock: clock,
        random: { uniform: () => realm.random.uniform() },
        ...indexDues(machine, disk, simulatedIndex(world, realm, index)),
        memory: simulatedMemoryGauge(world, realm, memory),
        catalogue: simulatedCatalogue(world, realm, library),
        ...this.survey.between({
          decode: tracedDecode(world, decode),
          spareSources,
          engine: engineDues(renders, this.engine),
        }),
        inspect,
      },
      simulatedHostConfig(run, climate, access.token),
    );
    network.serve(realm, (socket) => this.host.accept(socket));
  }

  /** The process is gone from one moment to the next. */
  crash(): void {
    const { world, medium, network, bench } = this.machine;
    this.realm.die();
    bench.dieAll();
    medium.tear(this.realm, wallNow(world));
    network.goDown();
  }

  /** Ends the run in good order. @param done when host and workers say that nothing of them is left */
  stop(done: () => void): void {
    this.machine.network.refuse();
    this.host.stop(() => this.engine.close(done));
  }
}
