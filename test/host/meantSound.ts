/** What a listener means to hear, from his commands alone: nothing of the player is asked. */
import type { VariantName } from "#engine/protocol/variant.ts";

/** An intention. */
export type Meant = {
  readonly track: number;
  readonly variant: VariantName;
  /** frame to begin at; null: where the track is */
  readonly start: number | null;
  /** where it begins, when the intention before it begins there, too, and was not heard: either lane may be
   *  the one that is heard first, and the other begins there once more */
  readonly twin: number | null;
  /** which seek or track change it goes back to */
  readonly origin: number;
  /** ms of `performance.now` at the click, or when it was to sound after all */
  readonly clickedMs: number;
};

export class MeantSound {
  /** every intention, the newest last */
  readonly history: Meant[] = [];
  /** whether the newest was heard */
  isHeard = true;
  wishes = false;
  variant: VariantName;
  /** commands so far */
  commands = 0;

  constructor(variant: VariantName) {
    this.variant = variant;
  }

  get meant(): Meant | null {
    return this.history.at(-1) ?? null;
  }

  seek(frame: number): void {
    if (this.meant) this.mean(this.meant.track, frame, this.history.length);
  }
  choose(track: number): void {
    this.mean(track, 0, this.history.length);
  }
  /** In place: a seek or a track that is not heard yet keeps its beginning. */
  setVariant(variant: VariantName): void {
    if (variant === this.variant) return;
    this.variant = variant;
    if (!this.meant) return;
    const { track, start, origin } = this.meant;
    this.mean(track, start, origin);
  }
  play(): void {
    // what was clicked in a pause is due from here on
    if (!this.wishes && this.meant && !this.isHeard)
      this.replace({ ...this.meant, clickedMs: performance.now() });
    this.wishes = true;
    this.commands++;
  }
  pause(): void {
    this.wishes = false;
    this.commands++;
  }

  /** An intention is heard. */
  hear(heard: Meant): void {
    if (heard === this.meant) this.isHeard = true;
    this.place(heard);
  }

  /** Where an intention begins is reached: it, and what goes back to the same seek, is in place by now. */
  place({ origin }: Meant): void {
    if (this.meant?.origin === origin) this.replace({ ...this.meant, start: null });
  }

  /** Both lanes that begin at one place were heard. */
  beginAgain(): void {
    if (this.meant) this.replace({ ...this.meant, twin: null });
  }

  /** The track has ended, and the next one goes on by itself. */
  advance(track: number): void {
    if (this.meant && this.isHeard)
      this.replace({ ...this.meant, track, start: null, origin: this.history.length });
  }

  private mean(track: number, start: number | null, origin: number): void {
    this.commands++;
    const clickedMs = performance.now();
    const { variant, meant } = this;
    const isTwin = meant?.track === track && meant.variant === variant && meant.start === start;
    const twin = isTwin ? start : null;
    this.history.push({ track, variant, start, twin, origin, clickedMs });
    this.isHeard = false;
  }

  private replace(meant: Meant): void {
    this.history[this.history.length - 1] = meant;
  }
}
