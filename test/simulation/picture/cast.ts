/** Cast: who is shown in a picture, and who shares a lifeline. A picture about a player leaves the others
 *  and their sessions out, and folds the inside of the host into one lifeline. */
import type { TraceEntry } from "../world/trace.ts";
import { countKeys, keyOf } from "./entryKey.ts";
import {
  foldedLifeline,
  isInside,
  isNamedBy,
  ownerOf,
} from "../../../apps/web/sequence/lifelines.ts";

/** a change of the host that comes so often in one run is a matter of course */
const cycleMin = 2;
/** tells the page what to show about actors; it follows from what is shown anyhow */
const forShow: ReadonlySet<string> = new Set(["worker/actors"]);

export type Cast = {
  readonly isShown: (entry: TraceEntry) => boolean;
  readonly isFolded: (entry: TraceEntry) => boolean;
  readonly lifelineOf: (id: string) => string;
};

/** @param actors who is wanted, by name or by the last part of it; everybody whom it concerns if omitted
 *  @throws RangeError when nobody has such a name */
export function castOf(entries: readonly TraceEntry[], actors?: readonly string[]): Cast {
  for (const actor of actors ?? []) requireSomebody(entries, actor);
  const player = playerConcerned(entries);
  const isShown = chooser(entries, player, actors);
  if (actors || player === null) return { isShown, isFolded: () => false, lifelineOf: (id) => id };
  return { isShown, isFolded: folder(entries.filter(isShown)), lifelineOf: folded };
}

function requireSomebody(entries: readonly TraceEntry[], actor: string): void {
  const everybody = new Set(
    entries.flatMap(({ from, to }) => [from, to].filter((id) => id !== undefined)),
  );
  if ([...everybody].some((id) => isNamedBy(id, actor))) return;
  const names = [...everybody].sort().join(", ");
  throw new RangeError(`nobody is named ${actor}; there are ${names}`);
}

/** The player whom the failing moment, or else the last command, concerns; null when it is nobody's. */
function playerConcerned(entries: readonly TraceEntry[]): string | null {
  const violation = entries.find(({ mark }) => mark === "violation");
  if (violation) return /player (\d+)/.exec(violation.detail ?? "")?.[1] ?? null;
  const command = entries.findLast(({ mark }) => mark === "command");
  return /\d+$/.exec(command?.to ?? "")?.[0] ?? null;
}

function chooser(
  entries: readonly TraceEntry[],
  player: string | null,
  actors: readonly string[] | undefined,
) {
  const others =
    actors || player === null ? new Set<TraceEntry>() : entriesOfOthers(entries, player);
  return (entry: TraceEntry): boolean => {
    const { label, from, to, name, detail, change, mark, event } = entry;
    if (mark === "violation" || mark === "fault" || label === "host.start") return true;
    if (mark === "command") return !others.has(entry);
    if (to === undefined || forShow.has(name ?? "") || others.has(entry)) return false;
    if (actors && !actors.some((actor) => isNamedBy(to, actor) || isNamedBy(from ?? to, actor)))
      return false;
    // a nudge inside one root: it carries nothing and changes nothing
    const isNudge = event === undefined && (detail ?? "{}") === "{}" && isInside(from ?? to, to);
    return change !== undefined || !isNudge;
  };
}

/** Entries of the other players and of their sessions on the host. */
function entriesOfOthers(entries: readonly TraceEntry[], player: string): ReadonlySet<TraceEntry> {
  const others = new Set<TraceEntry>();
  // a session's name comes again in the next run of the host
  for (const run of runsOfHost(entries)) {
    const sessions = new Set<string>();
    const isOthers = (id: string | undefined): boolean =>
      id !== undefined && (ownerOf(id) ?? player) !== player;
    for (const { from, to } of run) {
      if (isOthers(from) && to?.startsWith("host/session.")) sessions.add(to);
      if (isOthers(to) && from?.startsWith("host/session.")) sessions.add(from);
    }
    for (const entry of run)
      if ([entry.from, entry.to].some((id) => isOthers(id) || sessions.has(id ?? "")))
        others.add(entry);
  }
  return others;
}

function runsOfHost(entries: readonly TraceEntry[]): TraceEntry[][] {
  const runs: TraceEntry[][] = [[]];
  for (const entry of entries) {
    if (entry.label === "host.start") runs.push([]);
    runs.at(-1)!.push(entry);
  }
  return runs;
}

/** Folds what goes on inside the host, but for what changes a session, or a track of a session, for once. */
function folder(shown: readonly TraceEntry[]): (entry: TraceEntry) => boolean {
  const seen = countKeys(shown);
  const spoken = new Set(shown.filter(({ from }) => isSession(from)).map(({ to }) => to));
  return (entry) => {
    const { from, to, mark, change } = entry;
    if (mark !== undefined || to === undefined) return false;
    if (ownerOf(to) !== null || (from !== undefined && ownerOf(from) !== null)) return false;
    const matters = change !== undefined && seen.get(keyOf(entry))! < cycleMin;
    return !matters || !(isSession(to) || (to.startsWith("host/track.") && spoken.has(to)));
  };
}

function isSession(id: string | undefined): boolean {
  return id?.startsWith("host/session.") === true;
}

/** The devices and the inner machines of the host share one lifeline. */
function folded(id: string): string {
  return !id.startsWith("host") || /^host\/(session|track)\./.test(id) ? id : foldedLifeline;
}
