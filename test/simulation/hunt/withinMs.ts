/** A bound for what may never return: an event in which the engine goes round in circles. */
import { runInThisContext } from "node:vm";

const bound = globalThis as { boundRun?: () => void };

/** Runs something synchronous, and breaks it off where it stands when it takes longer; nothing it has on its stack is
 *  unwound, `finally` neither.
 *  @param ms of real time @returns undefined when it was broken off */
export function withinMs<Result>(ms: number, run: () => Result): Result | undefined {
  const { setTimeout, setInterval, setImmediate, queueMicrotask } = globalThis;
  const { random } = Math;
  const { now } = Date;
  const { warn } = console;
  let result: Result | undefined;
  bound.boundRun = () => {
    result = run();
  };
  try {
    runInThisContext("boundRun()", { timeout: ms });
    return result;
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw thrown;
    // what `withSealedGlobals` could not put back
    Object.assign(globalThis, { setTimeout, setInterval, setImmediate, queueMicrotask });
    Math.random = random;
    Date.now = now;
    console.warn = warn;
    return undefined;
  } finally {
    delete bound.boundRun;
  }
}
