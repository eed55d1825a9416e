/** What of a page a person would stumble over, found without one: text that is hard to read, text upon text, what is
 *  wider than the window. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";

/** where pictures go; not kept in the repository */
const folder = fileURLToPath(new URL("../../test-results/looks", import.meta.url));

/** widths in px, and what the system wishes */
export const looks = [
  { width: 1280, colorScheme: "dark" },
  { width: 1280, colorScheme: "light" },
  { width: 400, colorScheme: "dark" },
  { width: 400, colorScheme: "light" },
] as const;
export type Look = { readonly width: number; readonly colorScheme: "dark" | "light" };

/** Shows the page so, and takes a picture of it: `test-results/looks/NAME-WIDTH-SCHEME.png`.
 *  @param part of the page of which there is to be a picture; left out: all of it */
export async function lookAt(
  page: Page,
  name: string,
  { width, colorScheme }: Look,
  part?: Locator,
): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height: 1000 });
  // what is fitted to the window is fitted in the next frame
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${width}-${colorScheme}.png`);
  if (!part) return void (await page.screenshot({ path, fullPage: true }));
  // what is fixed to the window would lie over it
  if ((await part.evaluate((each) => getComputedStyle(each).position)) !== "fixed")
    await page.setViewportSize({ width, height: 2400 });
  await part.screenshot({ path });
}

/** @returns px that the page is wider than the window */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** Texts whose colour differs too little from what is behind them: less than 4.5 to 1 (WCAG 2.2, 1.4.3).
 *  @returns `RATIO: text`; what stands before a picture or a gradient is left out */
export function faintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    type Colour = readonly [number, number, number, number];
    const parse = (css: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
      return [r, g, b, a];
    };
    const over = ([r, g, b, a]: Colour, below: Colour): Colour => [
      r * a + below[0] * (1 - a),
      g * a + below[1] * (1 - a),
      b * a + below[2] * (1 - a),
      1,
    ];
    const lightness = ([r, g, b]: Colour): number => {
      const [x, y, z] = [r, g, b].map((each) => {
        const share = each / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
    };
    /** null: a picture lies behind it */
    const behind = (element: Element | null): Colour | null => {
      if (!element) return parse(getComputedStyle(document.documentElement).backgroundColor);
      const { backgroundColor, backgroundImage } = getComputedStyle(element);
      if (backgroundImage !== "none") return null;
      const own = parse(backgroundColor);
      if (own[3] === 1) return own;
      const below = behind(element.parentElement);
      return below && over(own, below);
    };
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      const element = node.parentElement;
      if (text === "" || !element?.checkVisibility({ visibilityProperty: true })) continue;
      if (element.closest("title, option, :disabled, [aria-disabled=true]")) continue;
      const { width, height } = element.getBoundingClientRect();
      if (width < 2 || height < 2) continue;
      const style = getComputedStyle(element);
      const colour = parse(element instanceof SVGElement ? style.fill : style.color);
      const ground = behind(element);
      if (!ground) continue;
      const [one, other] = [over(colour, ground), ground].map(lightness);
      const ratio = (Math.max(one!, other!) + 0.05) / (Math.min(one!, other!) + 0.05);
      if (ratio < 4.5) found.add(`${ratio.toFixed(1)}: ${text.slice(0, 60)}`);
    }
    return [...found];
  });
}

/** Pairs of texts that lie upon each other. @param selector of the texts */
export function textsUponTexts(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate((wanted) => {
    const texts = [...document.querySelectorAll(wanted)]
      .filter((each) => (each.textContent ?? "") !== "")
      .map((each) => ({ words: each.textContent!, box: each.getBoundingClientRect() }));
    const found: string[] = [];
    texts.forEach((one, at) => {
      for (const other of texts.slice(at + 1)) {
        const across =
          Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down =
          Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // letters of neighbouring lines may touch
        const least = 0.3 * Math.min(one.box.height, other.box.height);
        if (across > 1 && down > least) found.push(`${one.words} | ${other.words}`);
      }
    });
    return found;
  }, selector);
}
