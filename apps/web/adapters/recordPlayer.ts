/** Page and page worker with recorders on them; loaded only when the host records. */
import type { createPage } from "#engine/actors/page.ts";
import { recordPage } from "#engine/actors/tape/recordPage.ts";
import { RootTape } from "#engine/actors/tape/rootTape.ts";
import { postTape } from "./postTape.ts";
import { tapeClock } from "./tapeClock.ts";

/** @param create the page's root @param player its name; the first digits of it name both roots on the tape
 *  @param isInspected whoever watches hears of the worker's actors too */
export function recordPlayer(
  create: typeof createPage,
  player: string,
  isInspected: boolean,
): {
  readonly createPage: typeof createPage;
  readonly worker: Worker;
} {
  const name = player.slice(0, 12);
  return {
    createPage: recordPage(create, new RootTape(`page.${name}`, tapeClock, postTape())),
    worker: new Worker(new URL("./recordedPageWorker.worker.ts", import.meta.url), {
      type: "module",
      name: isInspected ? `worker.${name} ${player}` : `worker.${name}`,
    }),
  };
}
