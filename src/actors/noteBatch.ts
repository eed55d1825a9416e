/** Notes on their way to whoever watches: so many at a time, and the number of those that came too fast. */
import type { InspectionBatch, InspectionNote } from "../protocol/inspection.ts";

/** notes of one batch */
const notesMax = 500;

export class NoteBatch {
  #notes: InspectionNote[] = [];
  #missed = 0;

  /** The list of the living is never left out, for it is told once; steps are, beyond 500. */
  add(note: InspectionNote): void {
    if (this.#notes.length < notesMax || note.type !== "step") this.#notes.push(note);
    else this.#missed++;
  }

  /** @returns what has come since the last time; null when nothing has */
  take(): Pick<InspectionBatch, "notes" | "missed"> | null {
    if (this.#notes.length === 0) return null;
    const batch = { notes: this.#notes.slice(0, 2000), missed: this.#missed };
    this.#notes = this.#notes.slice(2000);
    this.#missed = 0;
    return batch;
  }
}
