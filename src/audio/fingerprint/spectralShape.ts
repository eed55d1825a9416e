/** Shape of a mean power spectrum in three numbers (Peeters, "A large set of audio features", CUIDADO
 *  report, IRCAM 2004, §6). Bin 0 is left out everywhere. */

/** Centre of the power spectrum, Hz, 0 … rate/2; 0 for silence.
 *  @param power per bin, from 0 Hz on @param width Hz between bins */
export function spectralCentroid(power: Float64Array, width: number): number {
  let sum = 0;
  let moment = 0;
  for (let k = 1; k < power.length; k++) {
    sum += power[k]!;
    moment += power[k]! * k;
  }
  return sum === 0 ? 0 : (moment / sum) * width;
}

/** Frequency below which 85 % of the power lies, Hz, 0 … rate/2; 0 for silence. */
export function spectralRolloff(power: Float64Array, width: number): number {
  let sum = 0;
  for (let k = 1; k < power.length; k++) sum += power[k]!;
  if (sum === 0) return 0;
  let below = 0;
  let bin = 0;
  while (bin < power.length - 1 && below + power[bin + 1]! < 0.85 * sum) below += power[++bin]!;
  return bin * width;
}

/** Geometric to arithmetic mean of the power, 0 (tone, silence) … 1 (white noise). */
export function spectralFlatness(power: Float64Array): number {
  let sum = 0;
  let logarithms = 0;
  for (let k = 1; k < power.length; k++) {
    sum += power[k]!;
    logarithms += Math.log(power[k]! + 1e-30);
  }
  const bins = power.length - 1;
  return sum === 0 ? 0 : Math.exp(logarithms / bins) / (sum / bins);
}
