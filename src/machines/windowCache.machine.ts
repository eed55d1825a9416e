/** Window cache: how much of the listener's surroundings the page worker keeps.
 *
 *    roomy ⇄ full
 *
 *  The bytes lie in `windowCache.ts`; this decides the share of each lane: time *and* bytes.
 *  Invariants: what is held never exceeds the budget by more than the slice that just came;
 *  a lane's share is a quarter behind the playhead and three quarters ahead when bytes are short. */
import { assign, setup } from "xstate";

export type WindowEvent = {
  readonly type: "window.counted";
  readonly bytes: number;
  readonly lanes: number;
};

export type WindowContext = {
  readonly bytes: number;
  readonly budgetBytes: number;
  readonly lanes: number;
};

export const windowCacheMachine = setup({
  types: {
    context: {} as WindowContext,
    events: {} as WindowEvent,
    input: {} as { readonly budgetBytes: number },
  },
  guards: {
    isFull: ({ context, event }) => event.bytes > context.budgetBytes * 0.9,
  },
  actions: {
    count: assign(({ event }) => ({ bytes: event.bytes, lanes: event.lanes })),
  },
}).createMachine({
  id: "windowCache",
  context: ({ input }) => ({ bytes: 0, budgetBytes: input.budgetBytes, lanes: 0 }),
  initial: "roomy",
  on: {
    "window.counted": [
      { guard: "isFull", target: ".full", actions: "count" },
      { target: ".roomy", actions: "count" },
    ],
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
