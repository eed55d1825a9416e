/** `/inspect`: what lives, and the chart of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
const lit = (page: Page) => page.locator(".chart .state.active > .name").allTextContents();
const patience = 15_000;
it("draws the chart of an actor of another tab or of the host, what is active and what happened last lit", async () => {
  const player: Player = await openPlayer(browser, host.url, "?tap&inspect");
  const page = await player.page.context().newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${host.url}/inspect`);

  // two tabs are heard of: the player's, which began before anybody watched, and this one
  const tables = page.getByRole("region", { name: /^Page(, tab \d)?$/ });
  await vi.waitFor(async () => expect(await tables.count()).toBe(1), patience);
  await player.press("Play");
  const sounding = tables.filter({ hasText: "wish.playing" });
  await sounding.getByRole("button", { name: "player", exact: true }).click();
  await vi.waitFor(
    async () =>
      expect(await lit(page)).toEqual(expect.arrayContaining(["playing", "settled", "ready"])),
    patience,
  );
  expect(await page.locator(".chart").getAttribute("aria-label")).toContain("wish.playing");

  // back to a moment that has passed
  await player.press("Pause");
  await vi.waitFor(async () => expect(await lit(page)).toContain("paused"), patience);
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByRole("button", { name: "List" }).click();
  await messages.getByRole("searchbox").fill("player transport.play");
  await messages
    .getByRole("button", { name: /transport\.play/ })
    .last()
    .click();
  await vi.waitFor(async () => {
    expect(await lit(page)).toContain("playing");
    expect(await page.locator(".chart text.taken").allTextContents()).toContainEqual(
      expect.stringMatching(/transport\.play$/),
    );
  }, patience);
  await messages.getByRole("button", { name: "Go on" }).click();
  await vi.waitFor(async () => expect(await lit(page)).toContain("paused"), patience);

  // it can be made larger, and then all of it is shown in small
  const overview = page.getByRole("img", { name: "All of the chart" });
  expect(await overview.count()).toBe(0);
  const zoomIn = page.getByRole("button", { name: "Zoom In" });
  for (let step = 0; step < 5; step++) await zoomIn.click();
  await overview.waitFor();
  await page.getByRole("button", { name: "Fit View" }).click();
  await vi.waitFor(async () => expect(await overview.count()).toBe(0), patience);

  // the host's side
  await page.getByRole("button", { name: "trackProcessor", exact: true }).first().click();
  await vi.waitFor(async () => expect(await lit(page)).toContain("serving"), patience);
  expect(errors).toEqual([]);
  await player.close();
}, 90_000);

it("has its arrows in every frame, whatever the actor does meanwhile, and however often another is looked at", async () => {
  const player: Player = await openPlayer(browser, host.url, "?tap&inspect");
  const page = await player.page.context().newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${host.url}/inspect`);
  await player.press("Play");
  await player.until("transport", ["playing"]);
  const sounding = page
    .getByRole("region", { name: /^Page(, tab \d)?$/ })
    .filter({ hasText: "wish.playing" });
  for (let turn = 0; turn < 4; turn++)
    for (const machine of ["output", "player"]) {
      await sounding.getByRole("button", { name: machine, exact: true }).click();
      const arrows = page.getByRole("group", { name: `${machine}:` }).locator(".react-flow__edge");
      await vi.waitFor(async () => expect(await arrows.count()).toBeGreaterThan(5), patience);
    }
  // the chart is drawn anew at every step of what plays
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByRole("button", { name: "List" }).click();
  await messages.getByRole("searchbox").fill("player lane.moved");
  const counted = await page.evaluate(async () => {
    const steps = () => Number(document.querySelector(".steps h2 span")!.textContent);
    const [counts, before] = [[] as number[], steps()];
    while (counts.length < 60 || steps() < before + 10) {
      await new Promise(requestAnimationFrame);
      counts.push(document.querySelectorAll(".chart .react-flow__edge").length);
    }
    return counts;
  });
  expect(new Set(counted).size).toBe(1);
  expect(counted[0]).toBeGreaterThan(5);

  // a tab that is closed has no living actors any more
  await player.page.close();
  await vi.waitFor(async () => expect(await sounding.count()).toBe(0), patience);
  expect(await page.getByRole("region", { name: /^Page worker/ }).count()).toBe(0);
  await page.getByText("No player is watched.").waitFor();
  expect(errors).toEqual([]);
  await page.context().close();
});

it("draws what goes from side to side on lifelines; held, it can be gone back in", async () => {
  const player: Player = await openPlayer(browser, host.url, "?tap&inspect");
  const page = await player.page.context().newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${host.url}/inspect`);
  const tables = page.getByRole("region", { name: /^Page(, tab \d)?$/ });
  await vi.waitFor(async () => expect(await tables.count()).toBe(1), patience);
  const sequence = page.getByRole("group", { name: "Lifelines" });
  const drawn = () => sequence.locator("g.row text.label").allTextContents();
  await player.press("Play");
  await player.until("transport", ["playing"]);
  await player.seek(15);
  await vi.waitFor(async () => {
    const labels = (await drawn()).join("\n");
    for (const said of [/page\/intend/, /demand/, /slice/, /supply\/state/])
      expect(labels).toMatch(said);
  }, patience);
  const heads = (await sequence.locator("svg.heads text").allTextContents()).join(" ");
  for (const name of [/page/, /worker/, /host/]) expect(heads).toMatch(name);

  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByRole("searchbox").fill("page worker intend");
  await vi.waitFor(async () => {
    const labels = await drawn();
    expect(labels.length).toBeGreaterThan(1);
    expect(labels.every((label) => label.startsWith("page/intend"))).toBe(true);
  }, patience);
  // a page that may copy does, one that may not saves a file
  await page
    .context()
    .grantPermissions(["clipboard-read", "clipboard-write"], { origin: host.url });
  await messages.getByRole("button", { name: "Copy as Mermaid" }).click();
  await messages.getByText("Copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^sequenceDiagram[^]*page\/intend/);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("not here"));
  });
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    messages.getByRole("button", { name: "Copy as Mermaid" }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe("segue-messages.mmd");
  expect(readFileSync(await saved.path(), "utf8")).toMatch(/^sequenceDiagram[^]*page\/intend/);

  await tables.getByRole("button", { name: "player", exact: true }).click();
  await messages.getByRole("button", { name: "Hold" }).click();
  const rows = (await drawn()).length;
  // back to the first of them: what came later is not there yet
  await sequence.locator("g.row").first().click();
  await vi.waitFor(async () => expect((await drawn()).length).toBeLessThan(rows), patience);
  expect(await page.locator("section.chart-panel h2").textContent()).toContain("behind");
  // whoever is looked at stays so, however far it is gone back
  await page.getByRole("button", { name: "link", exact: true }).click();
  const slider = messages.getByRole("slider", { name: /Back in time/ });
  const heading = page.locator("section.chart-panel h2");
  for (const place of ["Home", "End"]) {
    await slider.press(place);
    expect(await heading.textContent()).toMatch(/^link/);
  }
  await vi.waitFor(async () => expect((await drawn()).length).toBe(rows), patience);
  await messages.getByRole("button", { name: "Go on" }).click();
  expect(errors).toEqual([]);
  await player.close();
}, 90_000);

it("shows a recording of two players, each on lifelines of its own, up to the moment of its slider", async () => {
  const said = (at: number, from: string, to: string, name: string) =>
    ({ type: "message", at, from, to, name, data: "" }) as const;
  const recording = [0, 1].map((player) => ({
    ...{ side: "worker", tab: `player ${player}`, missed: 0 },
    notes: [
      { type: "alive", at: 0, actor: "worker/link", machine: "link", state: "idle" },
      said(10, "page", "worker", "page/open"),
      said(900 + player, "worker", "host", "hello"),
    ],
  }));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${host.url}/inspect`);
  await page.getByLabel("Open a recording").setInputFiles({
    ...{ name: "run.json", mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify(recording)),
  });
  const sequence = page.getByRole("group", { name: "Lifelines" });
  const labels = () => sequence.locator("g.row text.label").allTextContents();
  await vi.waitFor(async () => expect(await labels()).toEqual([]), patience);
  await page.getByRole("slider", { name: "Moment" }).press("End");
  await vi.waitFor(
    async () => expect(await labels()).toEqual(["page/open", "page/open", "hello", "hello"]),
    patience,
  );
  const heads = await sequence.locator("svg.heads .caption").allTextContents();
  expect(heads).toEqual(["page 1", "page worker 1", "host", "page worker 2", "page 2"]);
  await context.close();
}, 60_000);

it("says how much came too fast, and goes on answering while more comes than it shows", async () => {
  const context = await browser.newContext();
  const source = await context.newPage();
  await source.goto(`${host.url}/healthz`);
  // as a tab does that lives
  await source.evaluate(() => {
    void navigator.locks.request("segue.tab.made", () => new Promise(() => undefined));
  });
  const page = await context.newPage();
  await page.goto(`${host.url}/inspect`);
  const messages = page.getByRole("region", { name: "Messages" });
  await messages.getByRole("button", { name: "List" }).click();
  const flood = (missed: number): Promise<void> =>
    source.evaluate((left) => {
      const channel = new BroadcastChannel("segue.inspection");
      const notes = Array.from({ length: 500 }, (_, each) => ({
        ...{ type: "step", at: Date.now(), actor: "page/made", machine: "player", by: null },
        ...{ event: `event.${each}`, data: "", state: "wish.paused", taken: [] },
      }));
      const batch = { side: "page", tab: "made", notes, missed: left };
      channel.postMessage({ type: "notes", batch });
      channel.close();
    }, missed);
  for (const missed of [0, 1200, 34]) await flood(missed);
  await messages.getByText("1234 came too fast to be shown").waitFor();
  // far more than is kept: nothing of it piles up
  for (let batch = 0; batch < 10; batch++) await flood(0);
  await messages.getByRole("searchbox").fill("made event.499");
  await messages.getByRole("button", { name: "Hold" }).click();
  await vi.waitFor(
    async () => expect(await messages.getByRole("listitem").count()).toBe(6),
    patience,
  );
  await context.close();
}, 60_000);

it("has no inspector in the way of a player that is not inspected", async () => {
  const player = await openPlayer(browser, host.url, "");
  const loaded = await player.page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name),
  );
  expect(loaded.filter((name) => /inspect/i.test(name))).toEqual([]);
  await player.close();
}, 60_000);
