/** Supply: what is known of renditions, and how far an intention is from being heard. */
import type { ReadyRendition, Rendition } from "../../protocol/hostMessages.ts";
import type { VariantName } from "../../protocol/variant.ts";
import type { Intention, Measurement } from "../../machines/preloader.machine.ts";
import type { WindowCache } from "../../machines/windowCache.ts";

const renditionsMax = 64;

export class Supply {
  private readonly renditions = new Map<string, Rendition>();

  /** @returns true when this rendition was not ready before with the same key */
  learn(rendition: Rendition): boolean {
    const name = nameOf(rendition.track, rendition.variant, rendition.rate);
    const before = this.renditions.get(name);
    this.renditions.delete(name);
    this.renditions.set(name, rendition);
    if (this.renditions.size > renditionsMax)
      this.renditions.delete(this.renditions.keys().next().value!);
    return (
      rendition.status === "ready" && (before?.status !== "ready" || before.key !== rendition.key)
    );
  }

  of(track: string, variant: VariantName, rate: number): Rendition | undefined {
    return this.renditions.get(nameOf(track, variant, rate));
  }

  ready(intention: Intention): ReadyRendition | undefined {
    const found = this.of(intention.track, intention.variant, intention.rate);
    return found?.status === "ready" ? found : undefined;
  }

  /** Gain for *Match loudness*: the louder side comes down to the other; never a boost. */
  matchGain(intention: Intention): number {
    const mine = this.ready(intention)?.loudness;
    const other = this.of(intention.track, intention.counterpart, intention.rate);
    const theirs = other?.status === "ready" ? other.loudness : null;
    if (mine == null || theirs == null) return 1;
    return 10 ** (Math.min(0, theirs - mine) / 20);
  }

  /** @param from first frame that will sound (the position of the old lane for a switch in place)
   *  @param needFrames frames that must be there before the lane may be committed */
  measure(
    intention: Intention,
    from: number,
    needFrames: number,
    window: WindowCache,
    isLive: boolean,
  ): Measurement {
    const { generation } = intention;
    const waiting = (waitsFor: Measurement["waitsFor"], progress: number | null) =>
      ({ generation, phase: "waiting", waitsFor, progress }) as const;
    const rendition = this.of(intention.track, intention.variant, intention.rate);
    if (!rendition) return waiting(isLive ? "probing" : "link", null);
    if (rendition.status === "failed") return waiting(null, null);
    if (rendition.status === "pending") return waiting(rendition.reason, rendition.progress);
    const end = rendition.exact ? rendition.frames : Number.POSITIVE_INFINITY;
    const until = Math.min(end, from + needFrames);
    const held = window.heldUntil(rendition.key, from, until);
    if (from >= end || held >= until)
      return { generation, phase: "prepared", waitsFor: null, progress: 1 };
    if (!rendition.exact && rendition.decoded < until)
      return waiting("decoding", until === 0 ? 0 : Math.min(1, rendition.decoded / until));
    if (!isLive) return waiting("link", null);
    const progress = needFrames === 0 ? 0 : (held - from) / needFrames;
    return { generation, phase: "filling", waitsFor: "slices", progress };
  }
}

function nameOf(track: string, variant: string, rate: number): string {
  return `${track} ${variant} ${rate}`;
}
