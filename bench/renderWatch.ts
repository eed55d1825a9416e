/** What became of renders, heard from the host's actors: which segments were begun, made and asked for. */
import type { InspectionEvent } from "xstate";

type Heard = {
  readonly type: string;
  readonly id?: string;
  readonly ask?: number;
  readonly isOriginal?: boolean;
  readonly priority?: string;
};

export type ListenerAsk = {
  readonly atMs: number;
  readonly id: string;
  readonly isUrgent: boolean;
};

export class RenderWatch {
  /** asks of players for enhanced segments, each once, in order */
  readonly asks: ListenerAsk[] = [];
  /** ms when each enhanced segment was made, in order; one that is made again stands twice */
  readonly made: { readonly atMs: number; readonly id: string }[] = [];
  begun = 0;
  private readonly known = new Set<number>();
  private readonly originals = new Set<string>();

  /** For the host's `inspect`. */
  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== "@xstate.event") return;
    const heard = event.event as Heard;
    const { id } = heard;
    if (id === undefined) return;
    if (heard.type === "segment.ask") this.noteAsk(heard, id);
    else if (this.originals.has(id)) return;
    else if (heard.type === "room.granted") this.begun++;
    else if (heard.type === "engine.done") this.made.push({ atMs: performance.now(), id });
  };

  private noteAsk({ ask, isOriginal, priority }: Heard, id: string): void {
    if (isOriginal) return void this.originals.add(id);
    // what is prepared is not asked for by a listener; it may become so
    if (ask === undefined || priority === "low" || priority === "background") return;
    if (this.known.has(ask)) return;
    this.known.add(ask);
    this.asks.push({ atMs: performance.now(), id, isUrgent: priority === "critical" });
  }
}
