/** What the machines of a traced run did, in the words of `/inspect`, which opens it as a file. */
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import type {
  InspectionBatch,
  InspectionNote,
  InspectionPlace,
} from "#engine/protocol/inspection.ts";

/** notes of one batch */
const notesMax = 500;
/** characters of what a message carries */
const dataMax = 300;
/** in JSON: what nobody who watches is told */
const secrets = /("[^"]*(?:token|secret|password)[^"]*":)"[^"]*"/gi;

/** A side, and whose it is. */
export type InspectedPlace = Pick<InspectionBatch, "side" | "tab">;

export class InspectionLog {
  readonly #notes: { readonly place: InspectedPlace; readonly note: InspectionNote }[] = [];
  /** who lives, by place */
  readonly #living = new Map<string, Set<string>>();

  /** Listens to the machines of one root, and to what is told of its messages. Those of an earlier root at the same
   *  place are gone: a host that crashed says no more.
   *  @param now ms, on one clock for all roots */
  listen(place: InspectedPlace, now: () => number): InspectionRelay {
    this.leave(place, now());
    const living = new Set<string>();
    this.#living.set(nameOf(place), living);
    const relay = new InspectionRelay(now);
    relay.watch((note) => {
      if (note.type === "ended") living.delete(note.actor);
      else if (note.type !== "message") living.add(note.actor);
      this.#notes.push({ place, note });
    });
    return relay;
  }

  /** Whoever lives at a place is gone. @param at ms */
  leave(place: InspectedPlace, at: number): void {
    for (const actor of this.#living.get(nameOf(place)) ?? [])
      this.#notes.push({ place, note: { type: "ended", at, actor } });
    this.#living.delete(nameOf(place));
  }

  /** A message has come, or has been called out. What stays on one side its actors tell of.
   *  @param from, to participants of a trace: `page0/player`, `host/thread-1` @param at ms */
  message(from: string, to: string, name: string, detail: string, at: number): void {
    const ends = [from, to].map(sideOf);
    const [source, target] = ends.map((end) => end?.place);
    if (!source || !target || source === target) return;
    const tab = ends.map((end) => end!.tab).find((each) => each !== "") ?? "";
    const place: InspectedPlace = tab === "" ? { side: "host", tab } : { side: "worker", tab };
    const data = detail.replace(secrets, '$1"…"').slice(0, dataMax);
    const note = { type: "message", at, from: source, to: target, name, data } as const;
    this.#notes.push({ place, note });
  }

  /** @returns the file's text: an array of batches, by time */
  text(): string {
    const batches: (InspectedPlace & { missed: 0; notes: InspectionNote[] })[] = [];
    for (const { place, note } of this.#notes.toSorted(
      (one, other) => one.note.at - other.note.at,
    )) {
      const last = batches.at(-1);
      const isSame = last?.side === place.side && last.tab === place.tab;
      if (last && isSame && last.notes.length < notesMax) last.notes.push(note);
      else batches.push({ ...place, missed: 0, notes: [note] });
    }
    return JSON.stringify(batches);
  }
}

function nameOf({ side, tab }: InspectedPlace): string {
  return `${side} ${tab}`;
}

/** @returns undefined for what is on none of the sides: mixers, ears, disks */
function sideOf(
  participant: string,
): { readonly place: InspectionPlace; readonly tab: string } | undefined {
  const [, side, player = "", device] =
    /^(page|worker|host)(\d*)(?:\/(thread|decode|disk)\b)?/.exec(participant) ?? [];
  if (side === undefined || device === "disk") return undefined;
  if (device !== undefined)
    return { place: device === "thread" ? "renderers" : "decoders", tab: "" };
  return { place: side as InspectionPlace, tab: player === "" ? "" : `player ${player}` };
}
