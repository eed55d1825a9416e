/** `/inspect`: what can be sent to an actor from its chart. */
import type { Page } from "playwright-core";
import { beforeAll, expect, it, vi } from "vitest";
import { hostOfOne } from "./hostOfOne.ts";
import { openPlayer, type Player } from "./player.ts";

const rate = 44_100;
const patience = 15_000;

const bench = hostOfOne(40, ["--inspect"]);
let player: Player;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  player = await openPlayer(bench.browser, bench.host.url);
  await player.press("Play");
  await player.until("transport", ["playing"]);
  page = await player.page.context().newPage();
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${bench.host.url}/inspect`);
}, 120_000);

const chart = () => page.getByRole("region", { name: "Chart" });
const edge = (text: RegExp) => chart().locator(".chart .edge").filter({ hasText: text }).first();
const form = () => page.getByRole("form", { name: "Send an event" });

async function choose(side: RegExp, machine: string, state: string): Promise<void> {
  const table = page.getByRole("region", { name: side }).filter({ hasText: state });
  await table.getByRole("button", { name: machine, exact: true }).first().click();
  await vi.waitFor(async () => expect(await edge(/./).count()).toBe(1), patience);
}

it("an edge of the active state sends its event, once that was agreed to", async () => {
  await choose(/^Page(, tab \d)?$/, "player", "wish.playing");
  await edge(/transport\.pause$/).click();
  expect(await form().textContent()).toContain("page/player");
  await form().getByRole("button", { name: "Leave it" }).click();
  expect(await form().count()).toBe(0);
  expect(await player.attribute("transport")).toBe("playing");
  await edge(/transport\.pause$/).click();
  await form().getByRole("button", { name: "Send it" }).click();
  await player.until("transport", ["paused"]);
  expect(await form().getByRole("status").textContent()).toBe("Sent.");
});

it("what an event carries is asked for, and what it cannot carry is not sent", async () => {
  await chart().getByRole("button", { name: "transport.seek", exact: true }).click();
  const field = form().getByRole("textbox");
  expect(JSON.parse(await field.inputValue())).toHaveProperty("frame");
  await field.fill('{"frame":"soon"}');
  expect(await form().getByRole("button", { name: "Send it" }).isEnabled()).toBe(false);
  await field.fill(`{"frame":${20 * rate}}`);
  await form().getByRole("button", { name: "Send it" }).click();
  await vi.waitFor(async () => expect(await player.position()).toBeCloseTo(20, 0), patience);
});

it("of an edge that cannot be sent it is said why", async () => {
  await edge(/lane\.committed \[isNewest\]$/).click();
  const status = chart().getByRole("status");
  expect(await status.textContent()).toContain("only its usual sender can say it");
  await edge(/lane\.starved$/).click();
  await form().getByRole("button", { name: "Leave it" }).click();
});

it("an actor of the host hears what is sent from here, too", async () => {
  await choose(/^Host$/, "cache", "cache");
  await chart().getByRole("button", { name: "memory.changed", exact: true }).click();
  await form().getByRole("textbox").fill('{"level":"tight"}');
  await form().getByRole("button", { name: "Send it" }).click();
  await vi.waitFor(
    async () => expect(await form().getByRole("status").textContent()).toBe("Sent."),
    patience,
  );
  expect(errors).toEqual([]);
});
