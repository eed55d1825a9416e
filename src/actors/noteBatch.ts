/** Notes on their way to whoever watches: so many at a time, and the number of those that came too fast. */
import type { InspectionBatch, InspectionNote } from "../protocol/inspection.ts";

/** steps and messages wait up to this many notes, and what tells of the living up to that many */
const stepsMax = 500;
const notesMax = 10_000;

export class NoteBatch {
  #notes: InspectionNote[] = [];
  #missed = 0;

  /** Who lives and who has ended is left out last, for it is told once: beyond 10,000 notes, steps and messages
   *  beyond 500. */
  add(note: InspectionNote): void {
    const isPassing = note.type === "step" || note.type === "message";
    if (this.#notes.length < (isPassing ? stepsMax : notesMax)) this.#notes.push(note);
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
