/** How much memory the device has and whether it is short of it. */
export type MemoryGauge = {
  /** GiB, or null when the platform does not tell */
  readonly deviceMemory: () => number | null;
};
