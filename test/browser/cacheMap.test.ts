/** What the player shows of its caches: the waveform of what is decoded, and how long clicks took. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { launchChromium, openPlayer } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;

let folder: string;
let host: RunningHost;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-map-"));
  const music = join(folder, "music");
  mkdirSync(music);
  writeCodedWav(join(music, "one.wav"), 64 * rate, rate, 1);
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const patience = 20_000;

it("shows the track's waveform over what is ready of it, and how soon each click was heard", async () => {
  const player = await openPlayer(browser, host.url);
  const { page } = player;
  await player.choose("one");
  await player.until("transport", ["playing"]);
  await page.getByText("What is ready").click();

  const waveform = page.getByRole("img", { name: "Waveform", exact: true });
  await vi.waitFor(async () => expect(await waveform.count()).toBe(1), patience);
  const outline = await waveform.locator("path").first().getAttribute("d");
  expect(outline!.split("L").length).toBe(1600);
  // one stretch for every ten seconds, to scale: the last is the rest
  const cells = page.getByRole("img", { name: /^Original: / }).locator("i");
  await vi.waitFor(async () => expect(await cells.count()).toBe(7), patience);
  const widths = await cells.evaluateAll((all) => all.map((each) => each.clientWidth));
  expect(widths[6]! / widths[0]!).toBeCloseTo(0.4, 1);

  // and why each side is wanted where it is, drawn and said
  const drawnWhy = (side: string) =>
    page
      .getByRole("img", { name: new RegExp(`^${side}: `) })
      .locator("u")
      .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset["why"]));
  await vi.waitFor(
    async () =>
      expect([await drawnWhy("Enhanced"), await drawnWhy("Original")]).toContainEqual(["switch"]),
    patience,
  );
  await page.getByText("you may switch to this side", { exact: true }).waitFor();

  await player.seek(40);
  const chart = page.getByRole("img", { name: /^The last clicks: / });
  const told = () => chart.getAttribute("aria-label");
  await vi.waitFor(
    async () => expect(await told()).toMatch(/“one”: .*; Seek to 0:40: \d+ ms/),
    patience,
  );
  await player.setSwitch("Enhance", false);
  await vi.waitFor(async () => expect(await told()).toMatch(/; Original: \d+ ms$/), patience);
  expect(await chart.locator("i").last().getAttribute("data-kind")).toBe("variant");
  expect(player.errors).toEqual([]);
  await player.close();
}, 90_000);
