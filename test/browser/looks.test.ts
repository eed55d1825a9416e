/** How it looks: `/inspect` and the map of what is ready, wide and narrow, dark and light. The pictures are for people
 *  (test-results/looks); what can be judged without one is judged here. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { AnyStateMachine, AnyStateNode, StateValue } from "xstate";
import { stateText } from "#engine/actors/watchActors.ts";
import { knownMachines } from "../../scripts/machines/knownMachines.ts";
import { writeMusic } from "../host/madeMusic.ts";
import { generateScenario } from "../simulation/generateScenario.ts";
import { runScenario } from "../simulation/simulation.ts";
import { faintTexts, lookAt, looks, textsUponTexts, tooWide } from "./lookAt.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const patience = 20_000;

let folder: string;
let host: RunningHost;
let browser: Browser;
let player: Player;
const errors: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-looks-"));
  const music = join(folder, "music");
  mkdirSync(music);
  for (const [name, seconds, level] of [
    ["Harbour at night", 150, 0.3],
    ["A long way down", 90, 0.6],
  ] as const)
    writeMusic(join(music, `${name}.wav`), { seconds, rate: 44_100, channels: 2, level });
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
  player = await openPlayer(browser, host.url, "?inspect");
  await player.choose("Harbour at night");
  await player.until("transport", ["playing"]);
}, 120_000);

afterAll(async () => {
  await player?.close();
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** Looks at a page in every way there is. @param part as of `lookAt` */
async function judge(page: Page, name: string, part?: Locator): Promise<void> {
  for (const look of looks) {
    await lookAt(page, name, look, part);
    const where = `${name} at ${look.width} px, ${look.colorScheme}`;
    expect.soft(await tooWide(page), where).toBeLessThanOrEqual(0);
    expect.soft(await faintTexts(page), where).toEqual([]);
  }
}

async function openView(): Promise<Page> {
  const page = await player.page.context().newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${host.url}/inspect`);
  return page;
}

it("the map of what is ready", async () => {
  const { page } = player;
  const map = page.locator("details").filter({ hasText: "What is ready" });
  await player.seek(62);
  const clicks = page.getByRole("img", { name: /^The last clicks: / });
  const heard = () => clicks.getAttribute("aria-label");
  await vi.waitFor(async () => expect(await heard()).toMatch(/Seek to 1:02: \d/), patience);
  await player.setSwitch("Enhance", false);
  await vi.waitFor(async () => expect(await heard()).toMatch(/Original: \d/), patience);
  await player.setSwitch("Enhance", true);
  await vi.waitFor(async () => expect(await heard()).toMatch(/adaptive 80 %: \d/), patience);
  await judge(page, "ready", map);
  expect(player.errors).toEqual([]);
}, 90_000);

it("the living actors, a chart and the lifelines", async () => {
  const page = await openView();
  const table = page
    .getByRole("region", { name: /^Page(, tab \d)?$/ })
    .filter({ hasText: "wish.playing" });
  await table.getByRole("button", { name: "player", exact: true }).click();
  await vi.waitFor(async () => {
    const labels = await page.locator(".lifelines g.row text.label").allTextContents();
    expect(labels.length).toBeGreaterThan(3);
  }, patience);
  await page.getByRole("button", { name: "Hold" }).click();
  await judge(page, "inspect");
  expect
    .soft(await textsUponTexts(page, ".chart text, .chart .name, .chart .state > span"))
    .toEqual([]);
  expect.soft(await textsUponTexts(page, ".lifelines g.row text")).toEqual([]);
  await page.getByRole("button", { name: "Large" }).click();
  await judge(page, "chart");
  expect(errors).toEqual([]);
  await page.close();
}, 90_000);

it("a recording, at a moment of its slider", async () => {
  const { inspected } = runScenario(generateScenario(7), { traced: true });
  const page = await openView();
  await page.getByLabel("Open a recording").setInputFiles({
    ...{ name: "run.inspect.json", mimeType: "application/json" },
    buffer: Buffer.from(inspected!),
  });
  const slider = page.getByRole("slider", { name: "Moment" });
  await slider.focus();
  await slider.press("End");
  for (let tenth = 0; tenth < 5; tenth++) await slider.press("PageDown");
  await vi.waitFor(
    async () => expect(await page.locator(".lifelines g.row").count()).toBeGreaterThan(20),
    patience,
  );
  await judge(page, "recording");
  expect(errors).toEqual([]);
  await page.close();
}, 90_000);

it("the chart of every machine", async () => {
  const machines = knownMachines().map(({ machine }) => machine);
  const notes = machines.map((machine) => {
    const state = stateText(initialValue(machine));
    return { type: "alive", at: 0, actor: `host/${machine.id}`, machine: machine.id, state };
  });
  const page = await openView();
  await page.getByLabel("Open a recording").setInputFiles({
    ...{ name: "all.inspect.json", mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify([{ side: "host", tab: "", missed: 0, notes }])),
  });
  await page.setViewportSize({ width: 1600, height: 1100 });
  const panel = page.getByRole("region", { name: "Chart" });
  for (const { id } of machines) {
    await page
      .getByRole("region", { name: "Host" })
      .getByRole("button", { name: id, exact: true })
      .click();
    await panel.getByRole("button", { name: "Large" }).click();
    await panel.getByRole("group", { name: new RegExp(`^${id}: `) }).waitFor();
    await lookAt(page, `machine-${id}`, { width: 1600, colorScheme: "dark" }, panel);
    const texts = ".chart text, .chart .name, .chart .state > span";
    expect.soft(await textsUponTexts(page, texts), id).toEqual([]);
    expect
      .soft(await textsUponTexts(page, ".chart text, .chart .atomic, .chart .final"), id)
      .toEqual([]);
    await panel.getByRole("button", { name: "Small" }).click();
  }
  expect(errors).toEqual([]);
  await page.close();
}, 90_000);

/** Where a machine begins, read off its chart: it need not run for that. */
function initialValue({ root }: AnyStateMachine): StateValue {
  const below = (node: AnyStateNode): StateValue | undefined => {
    if (node.type === "parallel")
      return Object.fromEntries(
        Object.entries<AnyStateNode>(node.states).map(([name, each]) => [name, below(each) ?? {}]),
      );
    if (node.type !== "compound") return undefined;
    const first = node.initial.target![0]! as AnyStateNode;
    const inner = below(first);
    return inner === undefined ? first.key : { [first.key]: inner };
  };
  return below(root) ?? {};
}
