import { PlaybackKeeper } from "#engine/actors/page/playbackKeeper.ts";
import type { Page } from "#engine/actors/pageApi.ts";
import type { Storage } from "#engine/ports/storage.ts";
import type { SavedPlayback } from "#engine/protocol/savedPlayback.ts";
import { clock } from "./clock.ts";

/** Keeps where the page stands in `storage`, to the last moment before it goes. */
export function keepPlayback(page: Page, saved: SavedPlayback | null, storage: Storage): void {
  const keeper = new PlaybackKeeper(page.view, saved, { storage, clock });
  addEventListener("pagehide", () => keeper.flush());
  // a telephone may end a hidden page without another word
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keeper.flush();
  });
}
