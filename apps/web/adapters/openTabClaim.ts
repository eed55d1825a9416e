import type { OpenTabClaim, TabClaimReport } from "#engine/ports/tabClaim.ts";

const name = "segue.sound";

/** The claim as a Web Lock: the browser frees it when its tab is closed or crashes. A lock that is stolen
 *  tells its holder; the others hear of it over a BroadcastChannel, and wait in the lock's queue to hear that
 *  it is free. Without locks (plain http from another device) every tab has the claim. */
export const openTabClaim: OpenTabClaim = (emitNow) => {
  const locks = (navigator as Partial<Navigator>).locks;
  let closed = false;
  const emit = (type: TabClaimReport["type"]): void => {
    if (!closed) emitNow({ type });
  };
  if (!locks) {
    const take = (): void => queueMicrotask(() => emit("granted"));
    return { take, giveBack: () => undefined, close: () => void (closed = true) };
  }

  const channel = new BroadcastChannel(name);
  let mine: { readonly giveBack: () => void } | null = null;
  let watch: AbortController | null = null;
  const endWatch = (): void => {
    watch?.abort();
    watch = null;
  };
  const waitUntilFreed = (): void => {
    if (watch) return;
    const { signal } = (watch = new AbortController());
    locks
      .request(name, { mode: "shared", signal }, () => undefined)
      .then(
        () => {
          if (signal.aborted) return;
          watch = null;
          emit("freed");
        },
        (cause: unknown) => {
          // given up: this tab takes the claim itself, or goes
          if (signal.aborted) return;
          watch = null;
          // stolen in the moment in which it was free
          if ((cause as DOMException).name === "AbortError") waitUntilFreed();
        },
      );
  };
  const see = (): void => {
    if (mine) return;
    emit("seen");
    waitUntilFreed();
  };
  const giveBack = (): void => {
    mine?.giveBack();
    mine = null;
  };
  const take = (): void => {
    giveBack();
    endWatch();
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const own = (mine = { giveBack: end });
    locks
      .request(name, { steal: true }, () => {
        if (mine === own) emit("granted");
        channel.postMessage("taken");
        return ended;
      })
      .catch((cause: unknown) => {
        if (mine !== own) return;
        // a browser that refuses locks altogether keeps nobody from sounding
        if ((cause as DOMException).name !== "AbortError") return emit("granted");
        mine = null;
        emit("lost");
        waitUntilFreed();
      });
  };

  channel.onmessage = see;
  locks
    .request(name, { mode: "shared", ifAvailable: true }, (lock) => {
      if (!lock) see();
    })
    .catch((cause: unknown) => console.warn("Other tabs are not looked at:", cause));
  return {
    take,
    giveBack,
    close: () => {
      closed = true;
      endWatch();
      giveBack();
      channel.close();
    },
  };
};
