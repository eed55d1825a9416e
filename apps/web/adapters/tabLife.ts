/** How a tab tells that it lives, and others hear that it does no more, however it ended: by a Web Lock that bears its
 *  name, which the browser frees when the tab is closed, crashes, or shows another page. */
import type { Start } from "#engine/ports/port.ts";

const nameOf = (tab: string): string => `segue.tab.${tab}`;
const locks = (): LockManager | undefined => (navigator as Partial<Navigator>).locks;

/** Lives until its end. Without locks (plain http from another device) nobody hears of that. */
export function liveAs(tab: string): void {
  const never = new Promise<void>(() => undefined);
  locks()
    ?.request(nameOf(tab), () => never)
    .catch((cause: unknown) => console.warn("Other tabs will not hear of this one's end:", cause));
}

/** Emits once, when a tab that lives as `tab` is gone. */
export const hearOfEnd: Start<string, void> = (tab, emit) => {
  const request = new AbortController();
  const { signal } = request;
  locks()
    ?.request(nameOf(tab), { mode: "shared", signal }, () => {
      if (!signal.aborted) emit();
    })
    .catch((cause: unknown) => {
      if (!signal.aborted) console.warn("The end of another tab will not be heard of:", cause);
    });
  return () => request.abort();
};
