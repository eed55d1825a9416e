/** All kinds of faults. A new one is an object in a file of this folder, and a line here. */
import type { SeededRandom } from "../world/seededRandom.ts";
import { diskFaults } from "./diskFaults.ts";
import { engineFaults } from "./engineFaults.ts";
import type { FaultKind, Levers } from "./faultKind.ts";
import { fileFaults } from "./fileFaults.ts";
import { hostFaults } from "./hostFaults.ts";
import { indexFaults } from "./indexFaults.ts";
import { linkFaults } from "./linkFaults.ts";
import { outputFaults } from "./outputFaults.ts";
import { pageFaults } from "./pageFaults.ts";
import { visitorFaults } from "./visitorFaults.ts";
import { workerFaults } from "./workerFaults.ts";

export const faultKinds = [
  ...linkFaults,
  ...hostFaults,
  ...fileFaults,
  ...diskFaults,
  ...indexFaults,
  ...outputFaults,
  ...pageFaults,
  ...engineFaults,
  ...workerFaults,
  ...visitorFaults,
] as const;

type BlowOf<Kind> =
  Kind extends FaultKind<infer Type, infer Details> ? { readonly type: Type } & Details : never;
/** What a fault is, apart from when it strikes. Plain data. */
export type Blow = BlowOf<(typeof faultKinds)[number]>;

/** the names of all kinds */
export const blowTypes: readonly Blow["type"][] = faultKinds.map(({ type }) => type);

type AnyKind = FaultKind<string, unknown>;
const byType = new Map<string, AnyKind>();
for (const kind of faultKinds) {
  if (byType.has(kind.type)) throw new Error(`two kinds of faults are named ${kind.type}`);
  byType.set(kind.type, kind as AnyKind);
}

function kindOf({ type }: Blow): AnyKind {
  const kind = byType.get(type);
  if (!kind) throw new RangeError(`no fault is named ${type}`);
  return kind;
}

/** A fault of any kind, drawn by weight. @param player who is struck, when it strikes one */
export function drawBlow(random: SeededRandom, player: number): Blow {
  const sum = faultKinds.reduce((all, { weight }) => all + weight, 0);
  let at = random.between(0, sum);
  const kind = (faultKinds as readonly AnyKind[]).find(({ weight }) => (at -= weight) < 0)!;
  return { type: kind.type, ...(kind.draw(random, player) as object) } as Blow;
}

/** ms for which a fault goes on after it struck; null: nobody may notice it. @throws RangeError for a kind that there is not */
export function lastsMs(blow: Blow): number | null {
  return kindOf(blow).lastsMs(blow);
}

/** @throws RangeError for a kind that there is not */
export function strike(blow: Blow, levers: Levers): void {
  kindOf(blow).strike(levers, blow);
}
