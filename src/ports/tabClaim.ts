/** The claim to sound, which one tab at a time has. Where the platform has no such thing it is everybody's. */
import type { Emit } from "./port.ts";

export type TabClaimReport =
  /** this tab has it, after `take` */
  | { readonly type: "granted" }
  /** another tab took it from this one */
  | { readonly type: "lost" }
  /** another tab has it, and this one asks for nothing */
  | { readonly type: "seen" }
  /** after `lost` or `seen`: that tab gave it back, was closed or has crashed */
  | { readonly type: "freed" };

export type TabClaim = {
  /** Asks for it; whoever has it loses it. Answered by `granted`, unless another tab or `giveBack` is faster. */
  readonly take: () => void;
  /** Gives it back, or up: neither `granted` nor `lost` follows. */
  readonly giveBack: () => void;
  /** Gives everything back; nothing is emitted afterwards. */
  readonly close: () => void;
};

/** Reports come later, never before this returns. */
export type OpenTabClaim = (emit: Emit<TabClaimReport>) => TabClaim;
