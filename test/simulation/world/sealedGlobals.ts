/** Runs something with the platform's own clock, timers and randomness taken away: what is done in a real
 *  timer would happen outside the virtual world. xstate and RxJS throw unhandled errors from one; here
 *  they come out as what they are. Date and `Math.random` stand still (xstate stamps its scheduled events
 *  with them); that the engine does not use them is a rule of the linter. */
export type Escape = {
  readonly what: string;
  /** what was thrown inside; null when only the use itself is to blame */
  readonly cause: unknown;
};

/** @param run synchronous @param onEscape called for every use, while `run` goes on */
export function withSealedGlobals<Result>(
  run: () => Result,
  onEscape: (escape: Escape) => void,
): Result {
  const { setTimeout, setInterval, setImmediate, queueMicrotask } = globalThis;
  const { warn } = console;
  const { random } = Math;
  const { now } = Date;
  // the callback runs at once: what it throws is the error that somebody wanted to be rid of
  const timer =
    (what: string) =>
    (callback: () => void): 0 => {
      let cause: unknown = null;
      try {
        callback();
      } catch (thrown) {
        cause = thrown;
      }
      onEscape({ what, cause });
      return 0;
    };
  Object.assign(globalThis, {
    setTimeout: timer("setTimeout"),
    setInterval: timer("setInterval"),
    setImmediate: timer("setImmediate"),
    queueMicrotask: timer("queueMicrotask"),
  });
  console.warn = (...words) => onEscape({ what: `warning: ${words.join(" ")}`, cause: null });
  Math.random = () => 0.5;
  Date.now = () => 0;
  try {
    return run();
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval, setImmediate, queueMicrotask });
    Math.random = random;
    Date.now = now;
    console.warn = warn;
  }
}
