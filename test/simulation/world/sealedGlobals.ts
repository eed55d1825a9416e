/** Runs something with the platform's own clock, timers and randomness taken away: whoever reaches for
 *  them has escaped the virtual world, and a run could not be replayed. xstate and RxJS throw unhandled
 *  errors from a real timer; here they come out as what they are. */
export type Escape = {
  readonly what: string;
  /** what was thrown inside; null when only the use itself is to blame */
  readonly cause: unknown;
  /** who did it */
  readonly stack: string;
};

/** Virtual answers to `Date.now` and `Math.random`; the same in every run. */
const frozenNow = 0;
const frozenRandom = 0.5;

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
      onEscape({ what, cause, stack: callerOf() });
      return 0;
    };
  const source = (what: string, answer: number) => (): number => {
    const stack = callerOf();
    // xstate stamps its scheduled events with the date, for nobody that we have
    if (!stack.includes("/node_modules/xstate/")) onEscape({ what, cause: null, stack });
    return answer;
  };
  Object.assign(globalThis, {
    setTimeout: timer("setTimeout"),
    setInterval: timer("setInterval"),
    setImmediate: timer("setImmediate"),
    queueMicrotask: timer("queueMicrotask"),
  });
  console.warn = (...words) =>
    onEscape({ what: `a warning: ${words.join(" ")}`, cause: null, stack: callerOf() });
  Math.random = source("Math.random", frozenRandom);
  Date.now = source("Date.now", frozenNow);
  try {
    return run();
  } finally {
    Object.assign(globalThis, { setTimeout, setInterval, setImmediate, queueMicrotask });
    Math.random = random;
    console.warn = warn;
    Date.now = now;
  }
}

/** The line of the stack that called the sealed function. */
function callerOf(): string {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 3;
  const { stack = "" } = new Error("left the virtual world");
  Error.stackTraceLimit = before;
  return stack.split("\n").at(-1) ?? "";
}
