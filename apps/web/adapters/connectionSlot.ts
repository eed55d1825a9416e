/** Connections that stay open, rationed: over HTTP/1.1 a browser opens six to a host for all of its tabs together
 *  (https://developer.mozilla.org/docs/Web/API/EventSource), and those that never end leave the others waiting for as
 *  long. */
import type { Start } from "#engine/ports/port.ts";

/** that may stay open at a time; the rest is for what is fetched */
export const slotsMax = 3;
const nameOf = (slot: number): string => `segue.connection.${slot}`;

/** Takes a slot, which is a Web Lock: it is free again when it is given back, and when its tab is closed or crashes.
 *  Without locks (plain http from another device), or where they are refused, there are as many as are asked for. Emits
 *  `taken` once, and `waiting` before it while there is none. */
export const takeConnectionSlot: Start<null, "waiting" | "taken"> = (_, emit) => {
  const locks = (navigator as Partial<Navigator>).locks;
  const queue = new AbortController();
  let state: "asking" | "taken" | "over" = "asking";
  let giveBack = (): void => undefined;
  const ended = new Promise<void>((resolve) => (giveBack = resolve));
  const settle = (): void => {
    if (state !== "asking") return;
    state = "taken";
    queue.abort();
    emit("taken");
  };
  const hold = (lock: Lock | null): Promise<void> | undefined => {
    if (!lock || state !== "asking") return undefined;
    settle();
    return ended;
  };
  const ask = async (free: LockManager): Promise<void> => {
    for (let slot = 0; slot < slotsMax && state === "asking"; slot++)
      await free.request(nameOf(slot), { ifAvailable: true }, hold);
    if (state !== "asking") return;
    emit("waiting");
    const { signal } = queue;
    const asked = Array.from({ length: slotsMax }, (_each, slot) =>
      free.request(nameOf(slot), { signal }, hold).catch((cause: unknown) => {
        // another one was granted, or none is wanted any more
        if (!signal.aborted) throw cause;
      }),
    );
    await Promise.all(asked);
  };
  if (locks) ask(locks).catch(settle);
  else queueMicrotask(settle);
  return () => {
    state = "over";
    queue.abort();
    giveBack();
  };
};
