/** What became of renders, heard from the host's actors: which segments were begun, made, asked for and let go. */
import type { InspectionEvent } from "xstate";

type Heard = {
  readonly type: string;
  readonly id?: string;
  readonly ask?: number;
  readonly isOriginal?: boolean;
  readonly priority?: string;
  readonly tier?: string;
  readonly kind?: string;
  readonly isDone?: boolean;
};

export type ListenerAsk = {
  readonly atMs: number;
  readonly id: string;
  readonly isUrgent: boolean;
};

/** ms when an enhanced segment was made; one that is made again stands twice */
export type Made = { readonly atMs: number; readonly id: string };

type Mark = { readonly begun: number; readonly made: number; readonly asks: number };

export class RenderWatch {
  /** asks of players for enhanced segments, each once, in order */
  readonly asks: ListenerAsk[] = [];
  readonly made: Made[] = [];
  begun = 0;
  private readonly known = new Set<number>();
  private readonly originals = new Set<string>();
  private readonly wanted = new Set<string>();
  private readonly running = new Set<string>();
  private readonly onDisk = new Set<string>();
  private readonly inMemory = new Set<string>();

  /** For the host's `inspect`. */
  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== "@xstate.event") return;
    const heard = event.event as Heard;
    const { id } = heard;
    if (id === undefined) return;
    if (heard.type === "segment.ask") this.noteAsk(heard, id);
    else if (this.originals.has(id)) return;
    else if (heard.type === "room.granted") {
      this.begun++;
      this.running.add(id);
    } else if (heard.type === "engine.done") {
      this.running.delete(id);
      this.inMemory.add(id);
      this.made.push({ atMs: performance.now(), id });
    } else if (heard.type === "render.ended") this.running.delete(id);
    else if (heard.type === "move.ended") this.noteMove(heard, id);
  };

  mark(): Mark {
    return { begun: this.begun, made: this.made.length, asks: this.asks.length };
  }

  /** What has been since a mark. `evictedUnasked`: made since then, asked for by nobody, and neither in memory
   *  nor on disk any more. */
  since(mark: Mark): {
    readonly begun: number;
    readonly made: readonly Made[];
    readonly asks: readonly ListenerAsk[];
    readonly evictedUnasked: number;
    readonly runningYet: number;
  } {
    const made = this.made.slice(mark.made);
    const isLost = ({ id }: Made) =>
      !this.wanted.has(id) && !this.inMemory.has(id) && !this.onDisk.has(id);
    return {
      begun: this.begun - mark.begun,
      made,
      asks: this.asks.slice(mark.asks),
      evictedUnasked: made.filter(isLost).length,
      runningYet: this.running.size,
    };
  }

  private noteMove({ tier, kind, isDone }: Heard, id: string): void {
    if (kind === "drop") (tier === "disk" ? this.onDisk : this.inMemory).delete(id);
    else if (isDone) (kind === "write" ? this.onDisk : this.inMemory).add(id);
  }

  private noteAsk({ ask, isOriginal, priority }: Heard, id: string): void {
    if (isOriginal) return void this.originals.add(id);
    // what is prepared is not asked for by a listener; it may become so
    if (ask === undefined || priority === "low" || priority === "background") return;
    this.wanted.add(id);
    if (this.known.has(ask)) return;
    this.known.add(ask);
    this.asks.push({ atMs: performance.now(), id, isUrgent: priority === "critical" });
  }
}
