/** `/inspect` where something is not to be had: it says what, and why. */
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { hostOfOne } from "./hostOfOne.ts";

const patience = 15_000;

const bench = hostOfOne(5, ["--inspect"]);
let context: BrowserContext;
beforeEach(async () => {
  context = await bench.browser.newContext();
});
afterEach(() => context.close());

async function open(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${bench.host.url}/inspect`);
  return page;
}
const hostTable = (page: Page) => page.getByRole("region", { name: "Host", exact: true });
const hears = (page: Page) => hostTable(page).getByRole("button", { name: "cache", exact: true });
const waits = (page: Page) => hostTable(page).getByText(/listen to the host already/);

it("three tabs listen to the host, the fourth waits, says so, and hears it when one is closed", async () => {
  const tabs: Page[] = [];
  for (let tab = 0; tab < 3; tab++) {
    tabs.push(await open());
    await hears(tabs[tab]!).waitFor();
  }
  const fourth = await open();
  await waits(fourth).waitFor();
  expect(await hears(fourth).count()).toBe(0);
  // the browser has enough left to fetch with
  await open();
  await tabs[1]!.close();
  await hears(fourth).waitFor();
  expect(await waits(fourth).count()).toBe(0);
}, 60_000);

it("says that a chart could not be fetched", async () => {
  await context.route(/diskIndex.*layout/, (route) => route.abort());
  const page = await open();
  await hostTable(page).getByRole("button", { name: "diskIndex", exact: true }).click();
  const chart = page.getByRole("region", { name: "Chart" });
  await chart.getByText("Its chart could not be fetched.").waitFor();
  await hears(page).click();
  await chart.locator(".react-flow__node").first().waitFor();
  expect(await chart.getByText("could not be fetched").count()).toBe(0);
}, 60_000);

it("says that the browser does not let the Stately inspector open", async () => {
  const page = await open();
  await page.evaluate(() => {
    window.open = () => null;
  });
  const said = page.getByRole("alert");
  await page.getByRole("button", { name: "Stately inspector" }).click();
  await vi.waitFor(
    async () => expect(await said.allTextContents()).toEqual([expect.stringContaining("window")]),
    patience,
  );
}, 60_000);

it("says that nothing has the words that are looked for", async () => {
  const page = await open();
  await hears(page).waitFor();
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByRole("searchbox").fill("nobody says this");
  await messages.getByText("Nothing that was heard has all of these words.").waitFor();
  await messages.getByRole("searchbox").fill("");
  expect(await messages.getByText("Nothing that was heard").count()).toBe(0);
}, 60_000);

it("says whose chart it was when whoever was looked at lives no more", async () => {
  const page = await open();
  await page.getByText("No player is watched.").waitFor();
  const player = await context.newPage();
  await player.goto(`${bench.host.url}/?inspect`);
  await page.getByRole("button", { name: "player", exact: true }).click();
  const chart = page.getByRole("region", { name: "Chart" });
  await chart.locator(".react-flow__node").first().waitFor();
  await player.close();
  await chart.getByText("page/player lives no more.").waitFor();
  await hears(page).click();
  await chart.locator(".react-flow__node").first().waitFor();
}, 60_000);

it("gives its place back when the host refuses it for good, and hears of a tab that crashes", async () => {
  const page = await open();
  await hears(page).waitFor();
  const refused = await context.newPage();
  await refused.route("**/api/inspect/events", (route) => route.fulfill({ status: 503 }));
  await refused.goto(`${bench.host.url}/inspect`);
  await hostTable(refused).getByText("The host does not tell.").waitFor();
  for (let tab = 0; tab < 2; tab++) await hears(await open()).waitFor();
  const crashing = await context.newPage();
  await crashing.goto(`${bench.host.url}/?inspect`);
  const players = page.getByRole("region", { name: /^Page(, tab \d)?$/ });
  await vi.waitFor(async () => expect(await players.count()).toBe(1), patience);
  await crashing.goto("chrome://crash").catch(() => undefined);
  await vi.waitFor(async () => expect(await players.count()).toBe(0), patience);
}, 60_000);
