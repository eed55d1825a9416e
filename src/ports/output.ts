/** The AudioContext with the lane mixer in its worklet, as the page sees it. */
import type { Fault } from "../protocol/faults.ts";
import type { Emit } from "./port.ts";

export type ContextState = "running" | "suspended" | "interrupted" | "closed";

export type OutputReport =
  /** context and worklet exist; `feed` is the worker's end of the mixer, to be handed over whole */
  | { readonly type: "created"; readonly rate: number; readonly feed: unknown }
  | { readonly type: "state"; readonly state: ContextState }
  /** seconds of `currentTime` consumed; about twice a second while it moves, else never */
  | { readonly type: "clock"; readonly seconds: number }
  /** a message from the mixer, not yet parsed */
  | { readonly type: "mixer"; readonly message: unknown }
  | { readonly type: "failed"; readonly fault: Fault };

export type OutputDevice = {
  /** Asks to run; outcome arrives as `state`. Called inside the gesture where there is one. */
  readonly resume: () => void;
  readonly suspend: () => void;
  readonly post: (message: unknown) => void;
  /** Gives everything back; nothing is emitted afterwards. */
  readonly close: () => void;
};

/** Opens a context at `rate` Hz, suspended. Reports come later, never before this returns. */
export type OpenOutput = (
  request: { readonly rate: number },
  emit: Emit<OutputReport>,
) => OutputDevice;
