/** Randomness: jitter and names, nothing that has to stay secret. */
export type Random = {
  /** uniform in [0, 1) */
  readonly uniform: () => number;
};
