/** Plan: all parameters of the chain for one track and variant. Placeholder types. */
export type EqBand = {
  readonly type: "highpass" | "lowshelf" | "peaking" | "highshelf";
  readonly frequency: number;
  readonly q: number;
  readonly gainDb: number;
};

/** Quantised and canonical, so that equal plans have equal digests. */
export type Plan = {
  readonly version: number;
  readonly eq: readonly EqBand[];
  readonly compressor: {
    readonly thresholdDb: number;
    readonly ratio: number;
    readonly kneeDb: number;
    readonly attackMs: number;
    readonly releaseMs: number;
  } | null;
  readonly width: number;
  readonly gainDb: number;
  readonly ceilingDb: number;
};
