/** The seven bands in which the fingerprint sums energy and the plan sets gains. */

/** Names of the bands, low to high. */
export const bandNames = [
  "sub",
  "bass",
  "low mid",
  "mid",
  "upper mid",
  "presence",
  "brilliance",
] as const;

/** Edges in Hz; band b reaches from edge b to edge b + 1. */
export const bandEdgesHz = [20, 60, 250, 500, 2000, 4000, 6000, 20_000] as const;

/** Geometric middle of each band, Hz. */
export const bandCentresHz: readonly number[] = bandNames.map((_, band) =>
  Math.sqrt(bandEdgesHz[band]! * bandEdgesHz[band + 1]!),
);

/** Energy of each band.
 *  @param power power per bin of a spectrum, bins `rate / size` apart from 0 Hz on
 *  @param size length of the transform @returns seven sums, in the unit of `power` */
export function bandEnergies(power: Float64Array, size: number, rate: number): number[] {
  const width = rate / size;
  return bandNames.map((_, band) => {
    const from = Math.ceil(bandEdgesHz[band]! / width);
    const until = Math.min(Math.ceil(bandEdgesHz[band + 1]! / width), power.length);
    let sum = 0;
    for (let bin = from; bin < until; bin++) sum += power[bin]!;
    return sum;
  });
}
