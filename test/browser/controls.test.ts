/** The page's controls: names, roles, keys and pointer, over a player that only notes its commands. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { openGallery } from "./gallery/openGallery.ts";
import { launchChromium } from "./player.ts";

let gallery: Awaited<ReturnType<typeof openGallery>>;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  gallery = await openGallery();
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await gallery?.close();
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  expect(errors).toEqual([]);
});

async function show(scene: string, tracks = 12): Promise<void> {
  await page.goto(`${gallery.url}/?scene=${scene}&tracks=${tracks}`);
  await page.locator("main").waitFor();
}

/** The commands since the last call. */
const asked = (): Promise<unknown[][]> =>
  page.evaluate(() =>
    (window as unknown as { gallery: { asked: unknown[][] } }).gallery.asked.splice(0),
  );

const slider = (name: string) => page.getByRole("slider", { name, exact: true });
const playButtons = () => page.getByRole("button", { name: /^(Play|Pause)$/ });

describe("names and roles", () => {
  it("are there with nothing chosen, and Play can be pressed", async () => {
    await show("idle");
    for (const name of ["Previous", "Play", "Next"])
      await page.getByRole("button", { name, exact: true }).waitFor();
    for (const name of ["Position", "Intensity", "Volume"]) await slider(name).waitFor();
    for (const name of ["Enhance", "Match loudness"])
      expect(await page.getByRole("switch", { name, exact: true }).isChecked()).toBe(true);
    const presets = page.getByRole("radiogroup", { name: "Preset" }).getByRole("radio");
    expect(await presets.count()).toBe(5);
    const items = page.getByRole("list", { name: "Tracks" }).getByRole("listitem");
    expect(await items.count()).toBe(12);
    expect(await page.getByRole("status").innerText()).toBe("Ready.");
    expect(await playButtons().count()).toBe(1);
    await playButtons().click();
    expect(await asked()).toEqual([["play"]]);
    expect(await playButtons().getAttribute("aria-label")).toBe("Pause");
  });

  it("tell volume in percent and position in minutes", async () => {
    await show("playing");
    expect(await slider("Volume").inputValue()).toBe("100");
    expect(await slider("Position").getAttribute("max")).toBe("301");
    expect(await slider("Position").getAttribute("aria-valuetext")).toBe("1:23");
  });

  it("are the same on a phone of 360 pixels, and nothing is wider than it", async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    await show("playing");
    for (const name of ["Position", "Intensity", "Volume"])
      expect(await slider(name).isVisible()).toBe(true);
    expect(await playButtons().isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

describe("what is only there at times", () => {
  it("is a button that takes the sound over from another tab", async () => {
    await show("playing");
    expect(await page.getByRole("button", { name: "Play here" }).count()).toBe(0);
    await show("elsewhere");
    expect(await page.getByRole("status").innerText()).toBe("Plays in another tab.");
    await page.getByRole("button", { name: "Play here" }).click();
    expect(await asked()).toEqual([["play"]]);
  });

  it("is a notice of what the browser lacks, with room for it on a phone", async () => {
    await show("playing");
    expect(await page.getByRole("note").count()).toBe(0);
    await page.setViewportSize({ width: 360, height: 640 });
    await show("simple");
    expect(await page.getByRole("note").innerText()).toContain("--tls-cert and --tls-key");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

describe("the attributes of main", () => {
  it("tell what sounds and what is being prepared", async () => {
    await show("analysing");
    const data = await page.locator("main").evaluate((main) => ({ ...main.dataset }));
    expect(data).toMatchObject({
      transport: "playing",
      variant: "original",
      pending: "adaptive@80",
      output: "locked",
      link: "live",
      track: "t0",
    });
  });
});

describe("the position slider", () => {
  it("spans the track: a click seeks to its place", async () => {
    await show("playing");
    const box = (await slider("Position").boundingBox())!;
    for (const share of [0.05, 0.5, 0.95]) {
      await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
      const [command, ...others] = await asked();
      expect(command![0]).toBe("seek");
      // a pixel is more than half a second here
      expect(Math.abs((command![1] as number) - 301 * share)).toBeLessThan(301 / box.width);
      expect(others).toEqual([]);
    }
  });

  it("seeks once, when a dragged knob is let go", async () => {
    await show("playing");
    const box = (await slider("Position").boundingBox())!;
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 50, y);
    await page.mouse.down();
    for (let step = 1; step <= 20; step++) await page.mouse.move(box.x + 50 + step * 10, y);
    expect(await asked()).toEqual([]);
    const target = Number(await slider("Position").inputValue());
    await page.mouse.up();
    expect(await asked()).toEqual([["seek", target]]);
  });

  it("moves five seconds by an arrow key", async () => {
    await show("playing");
    await slider("Position").press("ArrowRight");
    await slider("Position").press("ArrowLeft");
    expect(await asked()).toEqual([
      ["seek", 88.4],
      ["seek", 83.4],
    ]);
  });
});

describe("the space key", () => {
  it("plays and pauses from anywhere, sliders and after a click on a track included", async () => {
    await show("playing");
    await page.keyboard.press(" ");
    await slider("Position").press(" ");
    expect(await asked()).toEqual([["pause"], ["play"]]);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.getByRole("listitem").nth(2).getByRole("button").click();
    await page.keyboard.press(" ");
    expect(await asked()).toEqual([["choose", "t2"], ["pause"]]);
  });

  it("stays with the button, switch or radio that has the focus", async () => {
    await show("playing");
    await page.getByRole("switch", { name: "Enhance" }).press(" ");
    await page.getByRole("radio", { name: "Adaptive" }).press(" ");
    await page.getByRole("button", { name: "Next", exact: true }).press(" ");
    expect(await asked()).toEqual([["setEnhance", false], ["next"]]);
  });
});

describe("the sound", () => {
  it("takes preset, intensity, volume and matched loudness", async () => {
    await show("playing");
    await page.getByRole("radio", { name: "Warm" }).check();
    await slider("Intensity").fill("45");
    await slider("Volume").press("ArrowDown");
    await page.getByRole("switch", { name: "Match loudness" }).click();
    const commands = await asked();
    expect(commands[0]).toEqual(["setPreset", "warm"]);
    expect(commands[1]).toEqual(["setIntensity", 45]);
    expect(commands).toContainEqual(["setVolume", 0.95]);
    expect(commands.at(-1)).toEqual(["setMatchLoudness", false]);
  });

  it("hears of a dragged intensity when it rests, not of every value", async () => {
    await show("playing");
    // in one task: how fast the machine delivers pointer moves must not matter
    await slider("Intensity").evaluate((element) => {
      const input = element as HTMLInputElement;
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!;
      for (let step = 0; step <= 60; step++) {
        set.call(input, String(step));
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    await page.waitForFunction(
      () => (window as unknown as { gallery: { asked: unknown[] } }).gallery.asked.length > 0,
    );
    expect(await asked()).toEqual([["setIntensity", 60]]);
    await slider("Intensity").dispatchEvent("change");
    expect(await asked()).toEqual([]);
  });
});

describe("a long library", () => {
  it("of 20,000 tracks keeps few rows in the document and reaches the last one", async () => {
    await show("playing", 20_000);
    await page.getByRole("listitem").first().waitFor();
    expect(await page.getByRole("listitem").count()).toBeLessThan(250);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    const last = page.locator("[role=listitem][aria-posinset='20000'] button");
    await last.click();
    expect(await asked()).toEqual([["choose", "t19999"]]);
    expect(await page.getByRole("listitem").count()).toBeLessThan(250);
  });
});

describe("an empty library", () => {
  it("says what to do", async () => {
    await show("empty");
    await page.getByText("No music here yet").waitFor();
    expect(await page.getByRole("listitem").count()).toBe(0);
    expect(await playButtons().isEnabled()).toBe(true);
  });
});
