/** Lanes: which intentions need audio, most important first, and where each of them is. Read from the
 *  preloader, from what is known of renditions, and from what the mixer said last. */
import type { SnapshotFrom } from "xstate";
import type { Intention, preloaderMachine } from "../../machines/preloader.machine.ts";
import type { LaneFeeder } from "./laneFeeder.ts";
import type { Supply } from "./supply.ts";
import type { LanePlace } from "./windowKeeper.ts";

type Preloader = { readonly getSnapshot: () => SnapshotFrom<typeof preloaderMachine> };

export type Standby = { readonly intention: Intention; readonly place: LanePlace };

export class Lanes {
  private readonly preloader: Preloader;
  private readonly supply: Supply;
  private readonly feeder: Pick<LaneFeeder, "keyOf">;
  /** the lane that sounds, or would, and its next frame; null before the mixer has said anything */
  mixer: { readonly generation: number | null; readonly frame: number } | null = null;

  constructor(preloader: Preloader, supply: Supply, feeder: Pick<LaneFeeder, "keyOf">) {
    this.preloader = preloader;
    this.supply = supply;
    this.feeder = feeder;
  }

  get isPreparing(): boolean {
    const { intention } = this.preloader.getSnapshot().value;
    return typeof intention === "object" && intention.preparing !== "settling";
  }

  /** The newest intention may be one of many: nothing is fetched for it yet. */
  get isSettling(): boolean {
    const { intention } = this.preloader.getSnapshot().value;
    return typeof intention === "object" && intention.preparing === "settling";
  }

  /** Where an intention's lane is, or would begin. */
  position(intention: Intention): number {
    const { mixer } = this;
    const follows =
      mixer &&
      mixer.generation !== null &&
      mixer.generation >= (intention.alignTo ?? intention.generation) &&
      mixer.generation <= intention.generation;
    const at = follows ? mixer.frame : intention.start;
    const rendition = this.supply.ready(intention);
    return rendition?.exact ? Math.min(at, rendition.frames) : at;
  }

  /** The intention being prepared, then the one that sounds, then what follows that without a click. */
  all(): Intention[] {
    const { intention, heard, successor } = this.preloader.getSnapshot().context;
    const found = intention && !this.isSettling ? [intention] : [];
    if (heard && heard !== intention) found.push(heard);
    if (successor) found.push(successor);
    return found;
  }

  /** The lanes, and the original that stands in while an enhanced variant is not there yet: it is
   *  fetched at once, so that nobody waits to learn that he has to wait. */
  surroundings(): Intention[] {
    const [first, ...others] = this.all();
    if (!first) return [];
    const sounds = others.some(
      ({ track, variant }) => track === first.track && variant === "original",
    );
    const needed = first.variant !== "original" && !this.supply.ready(first) && !sounds;
    if (!needed || !this.isPreparing) return [first, ...others];
    return [first, { ...first, variant: "original", counterpart: first.variant }, ...others];
  }

  private placeOf(intention: Intention): LanePlace {
    const { successor } = this.preloader.getSnapshot().context;
    const rendition = this.supply.ready(intention);
    const at = this.position(intention);
    return {
      key: this.feeder.keyOf(intention.generation) ?? rendition?.key ?? null,
      channels: rendition?.channels ?? 2,
      rate: intention.rate,
      at,
      rest: rendition?.exact ? rendition.frames - at : Number.POSITIVE_INFINITY,
      role: intention === successor ? "follows" : "lane",
    };
  }

  /** Where all of `surroundings` are, then what stands by. */
  places(): readonly LanePlace[] {
    const lanes = this.surroundings().map((intention) => this.placeOf(intention));
    return [...lanes, ...this.standbys().map(({ place }) => place)];
  }

  /** The other sides of A/B of what sounds and of what is being prepared: places of which something may be held,
   *  though nothing is asked for while something else is meant. */
  standbys(): Standby[] {
    const { heard, intention } = this.preloader.getSnapshot().context;
    const found = heard ? [heard] : [];
    if (intention && intention !== heard) found.push(intention);
    return found.map((side) => {
      const { variant, counterpart } = side;
      const other: Intention = { ...side, variant: counterpart, counterpart: variant };
      const rendition = this.supply.ready(other);
      const { rate } = side;
      const at = this.position(side);
      const rest = rendition?.exact ? rendition.frames - at : Number.POSITIVE_INFINITY;
      const { key = null, channels = 2 } = rendition ?? {};
      return { intention: other, place: { key, channels, rate, at, rest, role: "standsBy" } };
    });
  }

  /** Whether what sounds is what is meant. */
  get isSettled(): boolean {
    const { heard, intention } = this.preloader.getSnapshot().context;
    return heard !== null && heard === intention && this.mixer?.generation === heard.generation;
  }

  /** Frames between what sounds and its end, when that is known and nothing else is meant; else null. */
  restOfHeard(): number | null {
    const { heard } = this.preloader.getSnapshot().context;
    if (!heard || !this.isSettled) return null;
    const rendition = this.supply.ready(heard);
    return rendition?.exact ? rendition.frames - this.position(heard) : null;
  }
}
