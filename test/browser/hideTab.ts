/** Hides a tab as a browser does behind which another one is in front: its page is told, its timers run once a
 *  second, and it is not painted. A Chromium without a screen takes every tab for visible, so this is done inside
 *  the page; its workers go on, as they do. */
import type { Page } from "playwright-core";

type Hiding = { segueHide: (on: boolean) => void };

/** Runs in the page before its own code. */
export function makeHidable(): void {
  let isHidden = false;
  const { setTimeout: later, requestAnimationFrame: paint } = window;
  const unpainted: FrameRequestCallback[] = [];
  // at the next whole second
  const slowed = (ms: number): number =>
    isHidden ? Math.max(ms, 1000 - (performance.now() % 1000)) : ms;
  const repeated = new Map<number, number>();
  let next = 1_000_000;
  const replaced = {
    setTimeout: (act: TimerHandler, ms = 0, ...rest: unknown[]) => later(act, slowed(ms), ...rest),
    setInterval: (act: (...rest: unknown[]) => void, ms = 0, ...rest: unknown[]) => {
      const id = next++;
      const again = (): void => {
        repeated.set(
          id,
          later(() => {
            again();
            act(...rest);
          }, slowed(ms)),
        );
      };
      again();
      return id;
    },
    clearInterval: (id: number) => {
      clearTimeout(repeated.get(id));
      repeated.delete(id);
    },
    requestAnimationFrame: (act: FrameRequestCallback) =>
      isHidden ? unpainted.push(act) : paint(act),
    segueHide: (on: boolean) => {
      isHidden = on;
      document.dispatchEvent(new Event("visibilitychange"));
      for (const act of unpainted.splice(0)) paint(act);
    },
  };
  Object.assign(window, replaced);
  Object.defineProperty(document, "hidden", { get: () => isHidden });
  Object.defineProperty(document, "visibilityState", {
    get: () => (isHidden ? "hidden" : "visible"),
  });
}

/** @param page opened with `makeHidable` */
export async function hideTab(page: Page, on: boolean): Promise<void> {
  await page.evaluate((hidden) => (window as unknown as Hiding).segueHide(hidden), on);
}
