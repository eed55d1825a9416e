/** One text that outlives the page, as far as the platform allows: where it is full, denied or not there at
 *  all, nothing is read and what is written is lost. */
export type Storage = {
  /** @returns what was written last, or null */
  readonly read: () => string | null;
  readonly write: (text: string) => void;
};
