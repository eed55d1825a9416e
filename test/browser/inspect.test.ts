/** `/inspect`: what lives, and the chart of it. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;

let folder: string;
let host: RunningHost;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-inspect-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeCodedWav(join(music, "one.wav"), 20 * rate, rate, 1);
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** Names of the states that are lit. */
const lit = (page: Page) => page.locator("svg.chart .state.active > .name").allTextContents();

it("draws the chart of the actor that was clicked, and lights what is active as it changes", async () => {
  const player: Player = await openPlayer(browser, host.url);
  const page = await player.page.context().newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${host.url}/inspect`);

  await page.getByRole("button", { name: "link", exact: true }).click();
  await vi.waitFor(
    async () => expect(await lit(page)).toEqual(["open", "live", "listening"]),
    10_000,
  );
  expect(await page.locator("svg.chart").getAttribute("aria-label")).toBe(
    "link: open.live.listening",
  );

  // the host's side, of the other page's session too
  const processors = page.getByRole("button", { name: "trackProcessor", exact: true });
  await player.press("Play");
  await processors.first().click();
  await vi.waitFor(async () => expect(await lit(page)).toContain("leased"), 10_000);
  expect(errors).toEqual([]);
  await player.close();
}, 60_000);
