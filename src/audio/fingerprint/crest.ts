/** Crest: sample peak over RMS, dB, 0 (square wave, silence) … about 60.
 *  After AES17: 3 dB for a sine, 12 to 20 for music that was left alone.
 *  @param peak linear @param energy sum of squares @param samples how many, of all channels */
export function crestDb(peak: number, energy: number, samples: number): number {
  return energy <= 0 ? 0 : 20 * Math.log10(peak / Math.sqrt(energy / samples));
}
