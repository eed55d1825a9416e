/** What the player shows of its caches: the waveform of what is decoded, and how long clicks took. */
import { expect, it, vi } from "vitest";
import { hostOfOne } from "./hostOfOne.ts";
import { openPlayer } from "./player.ts";

const bench = hostOfOne(64);

const patience = 20_000;

it("shows the track's waveform over what is ready of it, and how soon each click was heard", async () => {
  const player = await openPlayer(bench.browser, bench.host.url);
  const { page } = player;
  await player.choose("one");
  await player.until("transport", ["playing"]);

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

it("is open where there is room for it, stays as somebody leaves it, and a click into the waveform goes there", async () => {
  const player = await openPlayer(bench.browser, bench.host.url);
  const { page } = player;
  const sentence = page.locator(".cache-sentence");
  expect(await sentence.textContent()).toMatch(/^Choose a track: /);
  await player.choose("one");
  await player.until("transport", ["playing"]);
  const waveform = page.getByRole("img", { name: "Waveform", exact: true });
  await waveform.waitFor();
  const { width, height } = (await waveform.boundingBox())!;
  await waveform.click({ position: { x: width / 2, y: height / 2 } });
  const clicks = page.getByRole("img", { name: /^The last clicks: / });
  await vi.waitFor(
    async () => expect(await clicks.getAttribute("aria-label")).toMatch(/Seek to 0:3[12]: \d/),
    patience,
  );
  await page.getByText("What is ready").click();
  expect(await sentence.count()).toBe(0);
  await page.reload();
  await player.until("link", ["live"]);
  expect(await sentence.count()).toBe(0);
  await page.getByText("What is ready").click();
  await sentence.waitFor();
  expect(player.errors).toEqual([]);
  await player.close();
}, 60_000);

it("is closed where it would leave no room for the tracks", async () => {
  const context = await bench.browser.newContext({ viewport: { width: 400, height: 800 } });
  const page = await context.newPage();
  await page.goto(bench.host.url);
  await page.getByText("What is ready").waitFor();
  expect(await page.locator(".cache-sentence").count()).toBe(0);
  await context.close();
}, 30_000);
