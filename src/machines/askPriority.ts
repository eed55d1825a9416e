/** How important a session's ask for a segment is, and when a playhead needs it. */
import type { Demand, Want } from "../protocol/clientMessages.ts";
import type { RenderClass } from "./renderQueue.ts";

export type Priority = { readonly priority: RenderClass; readonly deadlineMs: number };

/** Bulk that the heard variant needs within this time is more important than any standby. */
const nearMs = 30_000;

/** @param at first frame lacking @param nowMs clock
 *  Urgent wants are critical; what the playhead reaches soon is normal, all else low. What is not
 *  ahead of the playhead (another track, the other side of A/B, frames behind) is due as if the
 *  playhead had to cross all that is near first. */
export function askPriority(demand: Demand, want: Want, at: number, nowMs: number): Priority {
  const { head, rate } = demand;
  const isHeard = head?.track === want.track && head.variant === want.variant;
  const aheadMs = isHeard ? ((at - head.frame) / rate) * 1000 : Number.NaN;
  const isNear = aheadMs >= 0 && aheadMs <= nearMs;
  const deadlineMs = nowMs + (isNear ? aheadMs : nearMs);
  if (want.lane === "urgent") return { priority: "critical", deadlineMs };
  return { priority: isNear && demand.playing ? "normal" : "low", deadlineMs };
}
