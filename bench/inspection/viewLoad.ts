/** `/inspect` in a real Chromium while steps come by the hundreds: how long its frames are apart, and whether it still
 *  answers. They come from another tab over the channel that inspected pages use. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchChromium } from "../../test/browser/player.ts";
import { runHost } from "../../test/browser/runHost.ts";
import type { Print } from "../host/openBench.ts";
import { summarise } from "../statistics.ts";

const rates = [0, 500, 2000] as const;
const seconds = 10;

export async function viewLoad(print: Print): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "segue-bench-"));
  const music = join(folder, "music");
  mkdirSync(music);
  const host = await runHost({ folders: [music], data: join(folder, "data") });
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
    const source = await context.newPage();
    await source.goto(`${host.url}/healthz`);
    const page = await context.newPage();
    for (const each of [source, page])
      await each.addInitScript("globalThis.__name = (named) => named");
    for (const view of ["Lifelines", "List"]) {
      await page.goto(`${host.url}/inspect`);
      await page.bringToFront();
      const messages = page.getByRole("region", { name: "Messages" });
      await messages.getByRole("button", { name: view }).click();
      for (const rate of rates) {
        const [frames] = await Promise.all([framesApart(page), send(source, rate)]);
        const before = performance.now();
        await messages.getByRole("button", { name: "Hold" }).click();
        await messages.getByRole("button", { name: "Go on" }).click();
        const twoClicksMs = Math.round(performance.now() - before);
        const missed = await messages.getByText("came too fast").allTextContents();
        print({
          ...{ bench: "inspection", part: "view", view, stepsPerSecond: rate },
          ...{ framesApartMs: summarise(frames), twoClicksMs, missed: missed[0] ?? "none" },
        });
      }
    }
  } finally {
    await browser.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ms between two frames of the page, for some seconds */
function framesApart(page: Page): Promise<number[]> {
  return page.evaluate(
    (durationMs) =>
      new Promise<number[]>((resolve) => {
        const apart: number[] = [];
        const begunMs = performance.now();
        let last = begunMs;
        const frame = (): void => {
          const now = performance.now();
          apart.push(now - last);
          last = now;
          if (now - begunMs < durationMs) requestAnimationFrame(frame);
          else resolve(apart);
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1000,
  );
}

/** A made tab says so many steps and messages a second, ten batches of them, as a page does: at most 500 at a time. */
function send(page: Page, rate: number): Promise<void> {
  return page.evaluate(
    ([perSecond, durationMs]) =>
      new Promise<void>((resolve) => {
        const channel = new BroadcastChannel("segue.inspection");
        const begunMs = performance.now();
        let sent = 0;
        const timer = setInterval(() => {
          const passedMs = performance.now() - begunMs;
          if (passedMs > durationMs) {
            clearInterval(timer);
            return resolve();
          }
          const due = Math.floor((passedMs / 1000) * perSecond) - sent;
          if (due === 0) return;
          sent += due;
          const at = performance.timeOrigin + performance.now();
          const notes = Array.from({ length: Math.min(due, 500) }, (_, each) =>
            each % 3 === 0
              ? {
                  type: "message",
                  at,
                  from: "host",
                  to: "worker",
                  name: `said ${each % 7}`,
                  data: "",
                }
              : {
                  ...{ type: "step", at, actor: `page/actor${each % 9}`, machine: "player" },
                  ...{ event: "lane.committed", by: null, data: '{"generation":1}' },
                  state: `wish.playing intention.${each % 2 ? "settled" : "preparing"} supply.ready`,
                  taken: [
                    {
                      from: "intention.preparing",
                      event: "lane.committed",
                      to: ["intention.settled"],
                    },
                  ],
                },
          );
          const batch = { side: "page", tab: "bench", notes, missed: Math.max(0, due - 500) };
          channel.postMessage({ type: "notes", batch });
        }, 100);
      }),
    [rate, seconds * 1000] as const,
  );
}
