/** Window cache: how much of the listener's surroundings the page worker keeps.
 *
 *    roomy ⇄ full
 *
 *  The bytes lie in `windowCache.ts`; this decides how many there may be, and the share of each lane: time
 *  *and* bytes. A device with little memory has a smaller budget (`windowBudget.ts`), and so has one that is short of it, for
 *  as long as it is.
 *  Invariants: what is held never exceeds the budget by more than the slice that just came;
 *  a lane's share is a quarter behind the playhead and three quarters ahead when bytes are short. */
import { assign, setup } from "xstate";
import type { MemoryLevel } from "../ports/memoryGauge.ts";
import { windowBudget, type WindowBounds } from "./windowBudget.ts";

export type WindowEvent =
  | { readonly type: "window.counted"; readonly bytes: number; readonly lanes: number }
  /** GiB that the device has; null when nobody can tell */
  | { readonly type: "device.told"; readonly gib: number | null }
  | { readonly type: "memory.changed"; readonly level: MemoryLevel };

export type WindowContext = {
  readonly bytes: number;
  readonly bounds: WindowBounds;
  readonly deviceGib: number | null;
  readonly memory: MemoryLevel;
  readonly lanes: number;
};

/** Bytes that the window may hold as things are. */
export function budgetBytes({ bounds, deviceGib, memory }: WindowContext): number {
  return windowBudget(bounds, deviceGib, memory);
}
/** of the budget; above it the window is full */
const fullShare = 0.9;

function noted(context: WindowContext, event: WindowEvent): WindowContext {
  switch (event.type) {
    case "window.counted":
      return { ...context, bytes: event.bytes, lanes: event.lanes };
    case "device.told":
      return { ...context, deviceGib: event.gib };
    case "memory.changed":
      return { ...context, memory: event.level };
  }
}

const whatever = [
  { guard: "isFull", target: ".full", actions: "note" },
  { target: ".roomy", actions: "note" },
] as const;

export const windowCacheMachine = setup({
  types: {
    context: {} as WindowContext,
    events: {} as WindowEvent,
    input: {} as WindowBounds,
  },
  guards: {
    isFull: ({ context, event }) => {
      const after = noted(context, event);
      return after.bytes > budgetBytes(after) * fullShare;
    },
  },
  actions: {
    note: assign(({ context, event }) => noted(context, event)),
  },
}).createMachine({
  id: "windowCache",
  context: ({ input: { windowBytes, windowBytesMin } }) => ({
    bytes: 0,
    bounds: { windowBytes, windowBytesMin },
    deviceGib: null,
    memory: "roomy",
    lanes: 0,
  }),
  initial: "roomy",
  on: {
    "window.counted": whatever,
    "device.told": whatever,
    "memory.changed": whatever,
  },
  states: {
    roomy: { description: "Everything that is wanted fits." },
    full: { description: "Bytes, not time, bound what is kept." },
  },
});

/** Frames that a lane may keep behind and ahead of its playhead.
 *  @param wanted frames by time @param bytesPerFrame channels × 2
 *  @param shareBytes the lane's share of the budget */
export function laneWindow(
  wanted: { readonly behind: number; readonly ahead: number },
  bytesPerFrame: number,
  shareBytes: number,
): { readonly behind: number; readonly ahead: number } {
  const room = Math.floor(shareBytes / bytesPerFrame);
  if (wanted.behind + wanted.ahead <= room) return wanted;
  const ahead = Math.min(wanted.ahead, Math.floor(room * 0.75));
  return { ahead, behind: Math.min(wanted.behind, room - ahead) };
}
