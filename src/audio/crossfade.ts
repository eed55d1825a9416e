/** Crossfade: the gains of two lanes of which one takes over from the other. Equal gain between renderings of
 *  the same frames, which are correlated; equal power otherwise. */

/** @property done frames of it that are over @property frames that it takes */
export type Crossfade = {
  readonly frames: number;
  readonly done: number;
  readonly equalGain: boolean;
};

/** The incoming half, in place: from nothing to full over what is left of the fade, and full behind it.
 *  @param count frames of both sides. Cost O(count) */
export function rise(
  left: Float32Array,
  right: Float32Array,
  count: number,
  fade: Crossfade,
): void {
  for (let i = 0; i < count && fade.done + i < fade.frames; i++) {
    const at = (fade.done + i + 1) / (fade.frames + 1);
    const gain = fade.equalGain ? at : Math.sin((at * Math.PI) / 2);
    left[i]! *= gain;
    right[i]! *= gain;
  }
}

/** The outgoing half, in place. @param count frames of both sides, no more than are left of the fade.
 *  Cost O(count) */
export function fall(
  left: Float32Array,
  right: Float32Array,
  count: number,
  fade: Crossfade,
): void {
  for (let i = 0; i < count; i++) {
    const at = (fade.done + i + 1) / (fade.frames + 1);
    const gain = fade.equalGain ? 1 - at : Math.cos((at * Math.PI) / 2);
    left[i]! *= gain;
    right[i]! *= gain;
  }
}
