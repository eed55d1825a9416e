/** Downmix to at most two channels after ITU-R BS.775-3, annex 4: the centre and each surround join
 *  their side at −3 dB, a rear centre both sides at −6 dB, the low-frequency channel is left out.
 *
 *  All coefficients are divided by the larger sum of one output channel (2.41 for 5.1: −7.7 dB),
 *  so that no input that fits into ±1 can clip: what is quiet can be raised later, what is clipped
 *  is lost. Mono and stereo pass untouched. */

/** Places of loudspeakers: front, low-frequency, back, side; left, right, centre. */
export const speakers = ["FL", "FR", "FC", "LFE", "BL", "BR", "BC", "SL", "SR"] as const;
/** One of them. */
export type Speaker = (typeof speakers)[number];

/** Order of the channels in WAV and FLAC files of 1 … 8 channels (index 0: one channel). */
export const wavLayouts: readonly (readonly Speaker[])[] = [
  ["FC"],
  ["FL", "FR"],
  ["FL", "FR", "FC"],
  ["FL", "FR", "BL", "BR"],
  ["FL", "FR", "FC", "BL", "BR"],
  ["FL", "FR", "FC", "LFE", "BL", "BR"],
  ["FL", "FR", "FC", "LFE", "BC", "SL", "SR"],
  ["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"],
];

/** Order of the channels in Vorbis and Opus files (mapping family 1). */
export const vorbisLayouts: readonly (readonly Speaker[])[] = [
  ["FC"],
  ["FL", "FR"],
  ["FL", "FC", "FR"],
  ["FL", "FR", "BL", "BR"],
  ["FL", "FC", "FR", "BL", "BR"],
  ["FL", "FC", "FR", "BL", "BR", "LFE"],
  ["FL", "FC", "FR", "SL", "SR", "BC", "LFE"],
  ["FL", "FC", "FR", "SL", "SR", "BL", "BR", "LFE"],
];

/** Channels that `downmix` makes of `channels`. */
export function downmixedChannels(channels: number): 1 | 2 {
  return channels === 1 ? 1 : 2;
}

/** Gains of each input channel into left and right. Above eight channels, or where the layout has
 *  no front pair, the first two are taken as left and right and the others left out. */
export function downmixGains(layout: readonly Speaker[]): readonly (readonly [number, number])[] {
  const half = Math.SQRT1_2;
  const raw: Readonly<Record<Speaker, readonly [number, number]>> = {
    FL: [1, 0],
    FR: [0, 1],
    FC: [half, half],
    LFE: [0, 0],
    BL: [half, 0],
    BR: [0, half],
    BC: [0.5, 0.5],
    SL: [half, 0],
    SR: [0, half],
  };
  const gains = layout.map((speaker) => raw[speaker]);
  const sum = (side: 0 | 1) => gains.reduce((total, gain) => total + gain[side], 0);
  const largest = Math.max(sum(0), sum(1), 1);
  return gains.map(([left, right]) => [left / largest, right / largest] as const);
}

/** Downmixes planar samples.
 *  @param planar one array per channel, same lengths; mono and stereo are returned as they are
 *  @param layouts channel orders by count, `wavLayouts` or `vorbisLayouts`
 *  @returns one or two arrays. Cost about 1 ns per input sample. */
export function downmix(
  planar: readonly Float32Array[],
  layouts: readonly (readonly Speaker[])[] = wavLayouts,
): readonly Float32Array[] {
  if (planar.length <= 2) return planar;
  const layout = layouts[planar.length - 1];
  if (layout === undefined) return planar.slice(0, 2);
  const gains = downmixGains(layout);
  const length = planar[0]!.length;
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  for (let channel = 0; channel < planar.length; channel++) {
    const samples = planar[channel]!;
    const [toLeft, toRight] = gains[channel]!;
    if (toLeft !== 0) for (let i = 0; i < length; i++) left[i]! += samples[i]! * toLeft;
    if (toRight !== 0) for (let i = 0; i < length; i++) right[i]! += samples[i]! * toRight;
  }
  return [left, right];
}
