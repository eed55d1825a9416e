/** Bass to mid: energy of 60–250 Hz over that of 500–2000 Hz, dB: what a listener calls boomy or thin
 *  (bands in `bands.ts`).
 *  @param bandsDb energies of the seven bands, dB @returns −60 … 60; 0 for silence */
export function bassToMidDb(bandsDb: readonly number[]): number {
  const [, bass, , mid] = bandsDb;
  return Math.max(-60, Math.min(60, bass! - mid!));
}
