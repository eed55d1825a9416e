/** Connections that stay open, rationed: over HTTP/1.1 a browser opens six to a host for all of its tabs together
 *  (https://developer.mozilla.org/docs/Web/API/EventSource), and those that never end leave the others waiting for as
 *  long. */
import type { Start } from "#engine/ports/port.ts";

/** that may stay open at a time; the rest is for what is fetched */
const slots = 3;
const nameOf = (slot: number): string => `segue.connection.${slot}`;

/** Takes a slot, which is a Web Lock: it is free again when it is given back, and when its tab is closed or crashes.
 *  Without locks (plain http from another device) there are as many as are asked for. Emits `taken` once, and `waiting`
 *  before it while there is none. */
export const takeConnectionSlot: Start<null, "waiting" | "taken"> = (_, emit) => {
  const locks = (navigator as Partial<Navigator>).locks;
  const asked = new AbortController();
  let giveBack = (): void => undefined;
  let isOver = false;
  /** @returns whether it was this one */
  const hold = async (lock: Lock | null): Promise<boolean> => {
    if (!lock || isOver || asked.signal.aborted) return false;
    asked.abort();
    emit("taken");
    await new Promise<void>((resolve) => (giveBack = resolve));
    return true;
  };
  const take = async (free: LockManager): Promise<void> => {
    for (let slot = 0; slot < slots; slot++)
      if (await free.request(nameOf(slot), { ifAvailable: true }, hold)) return;
    if (isOver) return;
    emit("waiting");
    const { signal } = asked;
    const all = Array.from({ length: slots }, (_each, slot) =>
      // the others are given up when one is granted
      free.request(nameOf(slot), { signal }, hold).catch(() => false),
    );
    await Promise.all(all);
  };
  if (locks) void take(locks);
  else emit("taken");
  return () => {
    isOver = true;
    asked.abort();
    giveBack();
  };
};
