/** Supply: what is known of renditions, and how far an intention is from being heard. */
import type { ReadyRendition, Rendition } from "../../protocol/hostMessages.ts";
import type { Intention, Measurement } from "../../machines/preloader.machine.ts";
import { RenditionShelf } from "../../machines/renditionShelf.ts";
import type { WindowCache } from "../../machines/windowCache.ts";

export class Supply extends RenditionShelf {
  /** the last one of each that was ready */
  private readonly readied = new RenditionShelf();

  override learn(rendition: Rendition): void {
    super.learn(rendition);
    if (rendition.status === "ready") this.readied.learn(rendition);
  }

  /** The rendition as it was when it was ready last. A host that has just begun, or looks at the file anew,
   *  says that it is not, and what is held of it is good all the same: its key names the content. */
  ready(intention: Intention): ReadyRendition | undefined {
    const found = this.readied.of(intention.track, intention.variant, intention.rate);
    return found?.status === "ready" ? found : undefined;
  }

  /** Gain for *Match loudness*: the louder side comes down to the other; never a boost. */
  matchGain(intention: Intention): number {
    const mine = this.ready(intention)?.loudness ?? null;
    const other = this.of(intention.track, intention.counterpart, intention.rate);
    const theirs = other?.status === "ready" ? other.loudness : null;
    if (mine === null || theirs === null) return 1;
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
    const known = this.ready(intention);
    const end = known?.exact ? known.frames : Number.POSITIVE_INFINITY;
    const until = Math.min(end, from + needFrames);
    const held = known ? window.heldUntil(known.key, from, until) : from;
    if (known && (from >= end || held >= until))
      return { generation, phase: "prepared", waitsFor: null, progress: 1 };
    if (rendition.status === "pending") return waiting(rendition.reason, rendition.progress);
    if (!rendition.exact && rendition.decoded < until)
      return waiting("decoding", until === 0 ? 0 : Math.min(1, rendition.decoded / until));
    if (!isLive) return waiting("link", null);
    const progress = needFrames === 0 ? 0 : (held - from) / needFrames;
    return { generation, phase: "filling", waitsFor: "slices", progress };
  }
}
