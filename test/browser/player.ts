/** The page in a real Chromium, driven as a listener would, and what it let be heard. */
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../scripts/findChromium.mjs";

/** What went to the speakers: interleaved pairs as the 16-bit numbers they came from (exact where
 *  nothing scaled them), from `frame` of the context on. */
export type Heard = {
  readonly left: Float64Array;
  readonly right: Float64Array;
};

export async function launchChromium(): Promise<Browser> {
  const executablePath = await findChromium();
  if (!executablePath) throw new Error("no Chromium: install one or set CHROMIUM_PATH");
  return chromium.launch({
    executablePath,
    args: [...chromiumFlags, "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  });
}

/** Opens the player and waits until its output and its link are there.
 *  @param search `?tap` keeps what is heard; empty: as a listener has it
 *  @param beside a player in another tab of the same browser; left out: a browser of its own
 *  @param init runs in the page before its own code */
export async function openPlayer(
  browser: Browser,
  url: string,
  search = "?tap",
  beside?: Player,
  init?: () => void,
): Promise<Player> {
  const context =
    beside?.page.context() ??
    (await browser.newContext({ viewport: { width: 1280, height: 800 } }));
  const page = await context.newPage();
  // what runs TypeScript may wrap named functions in this; the page does not know it
  await page.addInitScript("globalThis.__name = (named) => named");
  if (init) await page.addInitScript(init);
  const player = new Player(page);
  page.on("pageerror", (error) => player.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") player.errors.push(message.text());
  });
  await page.goto(`${url}/${search}`);
  await player.until("link", ["live"]);
  await player.until("output", ["locked", "running"]);
  return player;
}

export class Player {
  readonly page: Page;
  /** uncaught errors and console errors of the page */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until `data-NAME` of the main element is one of `values`. */
  async until(name: string, values: readonly string[], timeoutMs = 20_000): Promise<void> {
    await this.page.waitForFunction(
      ([attribute, wanted]) =>
        (wanted as string[]).includes(
          document.querySelector("main")?.getAttribute(`data-${attribute as string}`) ?? "",
        ),
      [name, [...values]],
      { timeout: timeoutMs, polling: 20 },
    );
  }

  attribute(name: string): Promise<string | null> {
    return this.page.locator("main").getAttribute(`data-${name}`);
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  /** Scrolls until the list entry that shows `title` is there: long lists keep only rows near the
   *  window. @throws Error at the end of the list */
  async reveal(title: string): Promise<void> {
    await this.page.getByRole("list", { name: "Tracks" }).evaluate(async (list, wanted) => {
      const frame = () => new Promise((next) => requestAnimationFrame(next));
      const scrollers: Element[] = [document.scrollingElement!];
      for (let each: Element | null = list; each; each = each.parentElement)
        if (each.scrollHeight > each.clientHeight) scrollers.push(each);
      const isThere = () =>
        [...list.querySelectorAll("li, [role=listitem]")].some((item) =>
          item.textContent?.includes(wanted),
        );
      const far = Math.max(...scrollers.map((each) => each.scrollHeight));
      for (let at = 0; at <= far && !isThere(); at += 300) {
        for (const each of scrollers) each.scrollTop = at;
        await frame();
        await frame();
      }
      if (!isThere()) throw new Error(`no track shows ${wanted}`);
    }, title);
  }

  /** The button that plays the track whose list entry shows `title`. */
  async entry(title: string): Promise<Locator> {
    await this.reveal(title);
    const list = this.page.getByRole("list", { name: "Tracks" });
    return list.getByRole("listitem").filter({ hasText: title }).getByRole("button").first();
  }

  /** Plays a track. */
  async choose(title: string): Promise<void> {
    await (await this.entry(title)).click();
  }

  async setSwitch(name: string, on: boolean): Promise<void> {
    const control = this.page.getByRole("switch", { name });
    if ((await control.getAttribute("aria-checked")) === String(on)) return;
    await control.click();
  }

  /** Seeks as the slider does: its value in seconds, then input and change. */
  async seek(seconds: number): Promise<void> {
    await this.page.getByRole("slider", { name: "Position" }).evaluate((slider, value) => {
      const input = slider as HTMLInputElement;
      // React overrides the element's own `value`; the prototype's setter is what a hand's move does
      Reflect.set(HTMLInputElement.prototype, "value", String(value), input);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }, seconds);
  }

  /** Seconds that the page shows. */
  async position(): Promise<number> {
    return Number(await this.page.getByRole("slider", { name: "Position" }).inputValue());
  }

  async untilPosition(seconds: number, timeoutMs = 30_000): Promise<void> {
    await this.page.waitForFunction(
      (wanted) =>
        Number(document.querySelector<HTMLInputElement>("[aria-label=Position]")?.value ?? -1) >=
        wanted,
      seconds,
      { timeout: timeoutMs, polling: 50 },
    );
  }

  /** Presses Pause and waits until the speakers are silent and the tap has said so. */
  async pause(): Promise<void> {
    await this.press("Pause");
    await this.until("transport", ["paused", "ready", "ended"]);
    await this.untilSilent();
  }

  /** Waits until the tap's last word is silence: nothing of the sound before is under way any more. */
  async untilSilent(): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const batches = (window as unknown as { segueTap: { left: Float32Array }[] }).segueTap;
        return batches.at(-1)?.left.every((sample) => sample === 0) === true;
      },
      undefined,
      { polling: 20 },
    );
  }

  /** Everything heard so far, and forgets it. */
  async takeHeard(): Promise<Heard> {
    const sides = await this.page.evaluate(() => {
      const batches = (window as unknown as { segueTap: Batch[] }).segueTap.splice(0);
      type Batch = { left: Float32Array; right: Float32Array };
      const encode = (side: "left" | "right") => {
        const bytes = batches.flatMap((batch) => {
          const view = new Uint8Array(batch[side].buffer, 0, batch[side].byteLength);
          const parts: string[] = [];
          for (let at = 0; at < view.length; at += 8192)
            parts.push(String.fromCharCode(...view.subarray(at, at + 8192)));
          return btoa(parts.join(""));
        });
        return bytes;
      };
      return { left: encode("left"), right: encode("right") };
    });
    return { left: decode(sides.left), right: decode(sides.right) };
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

function decode(parts: readonly string[]): Float64Array {
  const runs = parts.map((part) => {
    const bytes = Uint8Array.from(Buffer.from(part, "base64"));
    return new Float32Array(bytes.buffer, 0, bytes.byteLength / 4);
  });
  const all = new Float64Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    for (let i = 0; i < run.length; i++) all[at + i] = run[i]! * 32768;
    at += run.length;
  }
  return all;
}
