/** Eviction count: what has left a tier in this run, by the reason it left. Plain. */

/** `room`: something else came. `pressure`: the budget shrank. `expiry`: too old. `corrupt`: torn, altered or
 *  missing when it was read. `foreign`: none of ours. */
export const evictionReasons = ["room", "pressure", "expiry", "corrupt", "foreign"] as const;
export type EvictionReason = (typeof evictionReasons)[number];

export class EvictionCount<Tier extends string> {
  readonly #counts = new Map<Tier, Map<EvictionReason, number>>();

  note(tier: Tier, reason: EvictionReason): void {
    const counts = this.#counts.get(tier) ?? new Map<EvictionReason, number>();
    this.#counts.set(tier, counts.set(reason, (counts.get(reason) ?? 0) + 1));
  }

  of(tier: Tier, reason: EvictionReason): number {
    return this.#counts.get(tier)?.get(reason) ?? 0;
  }
}
