/** Intention times: how long each of the listener's last intentions took from the click to its first frame, which is
 *  when the mixer took it over. For the chart that the page shows. */
import { frames, framesToSeconds } from "../../protocol/geometry.ts";
import type { MixerReport } from "../../protocol/mixerMessages.ts";
import type { PageCommand } from "../../protocol/pageMessages.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { IntentionTime } from "../pageApi.ts";

type Intended = Extract<PageCommand, { type: "page/intend" }>;
type Pending = IntentionTime & { readonly sinceMs: number; readonly generation: number };

const keptMax = 20;

export class IntentionTimes {
  readonly #clock: Pick<Clock, "now">;
  /** of a click that has not become an intention yet: there may be no output to intend anything for */
  #clickedMs: number | null = null;
  #last: Pick<IntentionTime, "track" | "variant"> | null = null;
  #pending: Pending | null = null;
  #ended: readonly IntentionTime[] = [];
  #told: readonly IntentionTime[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** The last twenty, oldest first; the same array until one of them changes. */
  get list(): readonly IntentionTime[] {
    return this.#told;
  }

  /** The listener clicks. @param act carries that out, before it returns; where it means nothing new, nothing is noted */
  click(act: () => void): void {
    this.#clickedMs = this.#clock.now();
    act();
    // before there is an output the first intention waits for it
    if (this.#last) this.#clickedMs = null;
  }

  /** The player has an intention: of the last click, or it goes on with that in another way (the original stands in,
   *  the output is another). @param variant what the listener chose, whatever stands in for it */
  intended({ generation, track, start, rate }: Intended, variant: VariantName): void {
    const before = this.#last;
    this.#last = { track, variant };
    if (this.#clickedMs === null) {
      if (this.#pending) this.#pending = { ...this.#pending, generation };
      return;
    }
    if (this.#pending) this.#end({ outcome: "replaced" });
    const kind =
      before?.track !== track ? "track" : before.variant !== variant ? "variant" : "seek";
    this.#pending = {
      ...{ kind, track, variant, generation, sinceMs: this.#clickedMs },
      ...{ seconds: framesToSeconds(frames(start), rate), outcome: "pending", tookMs: null },
    };
    this.#clickedMs = null;
    this.#tell();
  }

  /** What the mixer did: with the first frame of an intention, or of a later one, it is heard. */
  hear(report: MixerReport): void {
    const pending = this.#pending;
    if (report.type !== "lane/committed" || !pending || report.generation < pending.generation)
      return;
    this.#end({ outcome: "heard", tookMs: this.#clock.now() - pending.sinceMs });
  }

  /** An intention cannot be carried out. */
  failed(generation: number): void {
    if (generation === this.#pending?.generation) this.#end({ outcome: "failed" });
  }

  #end(how: Pick<IntentionTime, "outcome"> & Partial<IntentionTime>): void {
    const { generation: _, sinceMs: __, ...time } = this.#pending!;
    this.#ended = [...this.#ended, { ...time, ...how }].slice(-keptMax);
    this.#pending = null;
    this.#tell();
  }

  #tell(): void {
    const { generation: _, sinceMs: __, ...pending } = this.#pending ?? {};
    this.#told = this.#pending
      ? [...this.#ended, pending as IntentionTime].slice(-keptMax)
      : this.#ended;
  }
}
