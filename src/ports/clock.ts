/** Time, in milliseconds from an arbitrary origin; never goes backwards.
 *  Its timer half is what xstate's `clock` option and the RxJS scheduler adapter take. */
export type TimerId = unknown;
export type Clock = {
  readonly now: () => number;
  readonly setTimeout: (callback: (...args: any[]) => void, delayMs: number) => TimerId;
  readonly clearTimeout: (id: TimerId) => void;
};
/** Wall time, ms since 1970; may jump. Only for expiry and display. */
export type WallClock = { readonly wallNow: () => number };
