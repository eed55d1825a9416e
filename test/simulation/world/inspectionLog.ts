/** What the machines of a traced run did, in the words of `/inspect`, which opens it as a file. */
import type { InspectionEvent } from "xstate";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import type { InspectionBatch, InspectionNote } from "#engine/protocol/inspection.ts";

/** notes of one batch */
const notesMax = 500;

/** A side, and whose it is. */
export type InspectedPlace = Pick<InspectionBatch, "side" | "tab">;

export class InspectionLog {
  readonly #notes: { readonly place: InspectedPlace; readonly note: InspectionNote }[] = [];
  /** who lives, by place */
  readonly #living = new Map<string, Set<string>>();

  /** Listens to the machines of one root. Those of an earlier root at the same place are gone: a host that crashed
   *  says no more.
   *  @param now ms, on one clock for all roots */
  listen(place: InspectedPlace, now: () => number): (event: InspectionEvent) => void {
    const name = `${place.side} ${place.tab}`;
    for (const actor of this.#living.get(name) ?? [])
      this.#notes.push({ place, note: { type: "ended", at: now(), actor } });
    const living = new Set<string>();
    this.#living.set(name, living);
    const relay = new InspectionRelay(now);
    relay.watch((note) => {
      if (note.type === "ended") living.delete(note.actor);
      else if (note.type !== "message") living.add(note.actor);
      this.#notes.push({ place, note });
    });
    return relay.inspect;
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
