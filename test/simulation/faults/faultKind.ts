/** What a kind of fault is: how it is drawn, how long it goes on, and which levers it pulls. One file per
 *  part of the world; `faultKinds.ts` lists them all. */
import type { Access, HostRun, Mishaps } from "../hostRun.ts";
import type { PlayerRun } from "../playerRun.ts";
import type { Network } from "../ports/network.ts";
import type { SimulatedLibrary } from "../ports/simulatedLibrary.ts";
import type { DiskMedium } from "../ports/simulatedDisk.ts";
import type { IndexMedium } from "../ports/simulatedIndex.ts";
import type { SimulatedMemory } from "../ports/simulatedMemory.ts";
import type { WorkerBench } from "../ports/workerBench.ts";
import type { SeededRandom } from "../world/seededRandom.ts";
import type { World } from "../world/world.ts";

/** What a fault may lay its hands on. */
export type Levers = {
  readonly world: World;
  readonly network: Network;
  readonly medium: DiskMedium;
  readonly index: IndexMedium;
  readonly memory: SimulatedMemory;
  readonly library: SimulatedLibrary;
  readonly mishaps: Mishaps;
  readonly access: Access;
  readonly bench: WorkerBench;
  readonly players: readonly PlayerRun[];
  /** the run of the host that lives, if one does */
  readonly host: HostRun | null;
  /** The host dies, or leaves in good order, and comes back `downMs` later. Nothing when it is down. */
  readonly restartHost: (downMs: number, manner: "crash" | "inOrder") => void;
  /** Something begins to matter only now: calm begins anew `forMs` from now. */
  readonly disturb: (forMs: number) => void;
};

export type FaultKind<Type extends string, Details> = {
  readonly type: Type;
  /** how often it is drawn, relative to the others */
  readonly weight: number;
  /** @param player who is struck, when the fault strikes one */
  readonly draw: (random: SeededRandom, player: number) => Details;
  /** ms for which it goes on after it struck: until then nobody can have noticed, or mended it. Null: it
   *  may not be heard at all, calm goes on */
  readonly lastsMs: (details: Details) => number | null;
  readonly strike: (levers: Levers, details: Details) => void;
};

/** Keeps the type of a kind's details. */
export function faultKind<const Type extends string, Details>(
  kind: FaultKind<Type, Details>,
): FaultKind<Type, Details> {
  return kind;
}

export const instant = (): number => 0;
export const unheard = (): null => null;
export const nothingElse = (): Record<never, never> => ({});
export const onlyPlayer = (_random: SeededRandom, player: number): { readonly player: number } => ({
  player,
});
