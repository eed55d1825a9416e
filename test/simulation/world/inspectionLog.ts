/** What the machines of a traced run did, in the words of `/inspect`, which opens it as a file. */
import type { InspectionEvent } from "xstate";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import type { InspectionBatch, InspectionNote } from "#engine/protocol/inspection.ts";

/** notes of one batch */
const notesMax = 500;

export class InspectionLog {
  readonly #now: () => number;
  readonly #batches: { side: InspectionBatch["side"]; tab: string; notes: InspectionNote[] }[] = [];
  /** who lives, by shell */
  readonly #living = new Map<string, Set<string>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Listens to the machines of one root. Those of an earlier root of the same name are gone: a host that crashed
   *  says no more.
   *  @param shell `host`, `page0`, `worker0`, … */
  listen(shell: string): (event: InspectionEvent) => void {
    const [, side, player] = /^(page|worker|host)(\d*)$/.exec(shell)!;
    const place = {
      side: side as InspectionBatch["side"],
      tab: player === "" ? "" : `player ${player}`,
    };
    const at = this.#now();
    for (const actor of this.#living.get(shell) ?? [])
      this.#add(place, { type: "ended", at, actor });
    const living = new Set<string>();
    this.#living.set(shell, living);
    const relay = new InspectionRelay(this.#now);
    relay.watch((note) => {
      if (note.type === "ended") living.delete(note.actor);
      else living.add(note.actor);
      this.#add(place, note);
    });
    return relay.inspect;
  }

  /** @returns the file's text: an array of batches, in their order */
  text(): string {
    return JSON.stringify(this.#batches.map((batch): InspectionBatch => ({ ...batch, missed: 0 })));
  }

  #add(place: Pick<InspectionBatch, "side" | "tab">, note: InspectionNote): void {
    const last = this.#batches.at(-1);
    const isSame = last?.side === place.side && last.tab === place.tab;
    if (last && isSame && last.notes.length < notesMax) last.notes.push(note);
    else this.#batches.push({ ...place, notes: [note] });
  }
}
