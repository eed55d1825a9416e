/** Whom `/inspect` speaks to: the host that it came from, and, when that is asked for, the Stately inspector. */
import type { Page } from "playwright-core";
import type { StatelyInspectionEvent } from "@statelyai/inspect";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hostOfOne } from "./hostOfOne.ts";
import { openPlayer, type Player } from "./player.ts";

const patience = 15_000;

const bench = hostOfOne(30, ["--inspect"]);
let player: Player;

beforeAll(async () => {
  player = await openPlayer(bench.browser, bench.host.url);
  await player.press("Play");
  await player.until("transport", ["playing"]);
}, 120_000);

afterAll(async () => {
  await player?.close();
}, 30_000);

it("asks nothing of anybody but the host, whatever it shows", async () => {
  const page = await player.page.context().newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url().replace(/^ws/, "http")));
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(`${bench.host.url}/inspect`);
  for (const machine of ["player", "link", "cache"])
    await page.getByRole("button", { name: machine, exact: true }).first().click();
  await page.locator(".lifelines g.row").first().waitFor();
  await page.getByRole("button", { name: "List" }).click();
  const chart = (name: string) => asked.some((url) => url.includes(`/assets/${name}`));
  await vi.waitFor(() => expect(chart("cache.layout")).toBe(true), patience);
  expect(asked.filter((url) => !url.startsWith(`${bench.host.url}/`))).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
}, 60_000);

/** Stands in for the page of stately.ai: says that it is there, and keeps what it hears. */
const receiver = `<!doctype html><script>
  window.heard = [];
  addEventListener("message", ({ data }) => heard.push(data));
  opener.postMessage({ type: "@statelyai.connected" }, "*");
</script>`;

it("tells the Stately inspector, opened late, of the living of all sides, and what moves them", async () => {
  const context = player.page.context();
  await context.route("https://stately.ai/**", (route) =>
    route.fulfill({ contentType: "text/html", body: receiver }),
  );
  const page = await context.newPage();
  await page.goto(`${bench.host.url}/inspect`);
  const [inspector] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("button", { name: "Stately inspector" }).click(),
  ]);
  const actors = async () =>
    (await heardBy(inspector)).filter(({ type }) => type === "@xstate.actor");
  const names = async () => (await actors()).map((actor) => "name" in actor && actor.name);
  await vi.waitFor(async () => {
    const all = (await names()).join(" ");
    for (const name of [/page\.\w+\/player/, /worker\.\w+\/link/, /host\/cache/])
      expect(all).toMatch(name);
  }, patience);
  for (const actor of await actors()) expect(actor).toHaveProperty("definition");

  await player.press("Pause");
  const steps = async () =>
    (await heardBy(inspector)).filter(
      (each) => each.type === "@xstate.snapshot" && each.event.type === "transport.pause",
    );
  await vi.waitFor(async () => {
    const [step] = await steps();
    expect(step).toMatchObject({ snapshot: { value: { wish: "paused" } } });
  }, patience);
  await inspector.close();
  await page.close();
}, 60_000);

function heardBy(page: Page): Promise<readonly StatelyInspectionEvent[]> {
  return page.evaluate(
    () => (window as unknown as { heard: StatelyInspectionEvent[] }).heard ?? [],
  );
}
