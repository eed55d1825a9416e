/** A recording for `/inspect`: what the machines of a simulated run did, from its beginning to its end. */
import type { InspectionBatch, InspectionNote } from "#engine/protocol/inspection.ts";
import { readInspectionFile } from "#engine/streams/inspectionText.ts";
import { InspectionStore, type Inspected } from "./inspectionStore.ts";

export class Recording {
  readonly name: string;
  readonly #batches: readonly InspectionBatch[];
  /** ms of its first and its last note */
  readonly from: number;
  readonly until: number;

  private constructor(name: string, batches: readonly InspectionBatch[]) {
    this.name = name;
    this.#batches = batches;
    const times = batches.flatMap(({ notes }) => notes.map(({ at }) => at));
    this.from = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
    this.until = times.reduce((most, at) => Math.max(most, at), this.from);
  }

  /** @param text JSON: an array of batches @returns null when it is none, or has none */
  static read(name: string, text: string): Recording | null {
    const batches = readInspectionFile(text);
    if (!batches || batches.every(({ notes }) => notes.length === 0)) return null;
    return new Recording(name, batches);
  }

  /** What was known at a moment. Cost: that of all notes before it. @param at ms */
  at(at: number): Inspected {
    const store = new InspectionStore(Number.POSITIVE_INFINITY);
    const isPast = (note: InspectionNote): boolean => note.at <= at;
    for (const batch of this.#batches) {
      const notes = batch.notes.filter(isPast);
      if (notes.length > 0) store.take({ ...batch, notes });
    }
    return store.read();
  }
}
