/** A two-way port between page, worker and worklet: structured clones, in order, never lost. */
import type { Emit } from "./port.ts";

export type Port = {
  /** @param transfer buffers or ports that move instead of being copied */
  readonly post: (message: unknown, transfer?: readonly unknown[]) => void;
  readonly listen: (emit: Emit<unknown>) => void;
  readonly close: () => void;
};
