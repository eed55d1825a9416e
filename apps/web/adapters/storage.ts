import type { Storage } from "#engine/ports/storage.ts";

/** whether the console has it */
let told = false;

/** One entry in this tab's storage, which outlives a reload, and the same in that of all tabs, which outlives
 *  the tab: each tab finds its own place again, a new one that of the last. Where the browser denies storage,
 *  or it is full, the page works without; the console says so, once.
 *  @param key of the entry; left out: of what plays */
export function createStorage(key = "segue.playback"): Storage {
  const attempt = <Result>(act: () => Result): Result | null => {
    try {
      return act();
    } catch (cause) {
      if (!told) console.warn("Nothing is kept over a reload:", cause);
      told = true;
      return null;
    }
  };
  return {
    read: () =>
      attempt(() => sessionStorage.getItem(key)) ?? attempt(() => localStorage.getItem(key)),
    write: (text) => {
      attempt(() => sessionStorage.setItem(key, text));
      attempt(() => localStorage.setItem(key, text));
    },
  };
}
