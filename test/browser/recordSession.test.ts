/** A real page's session, recorded by its host: page, page worker and host replay without a difference. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Recording } from "../../apps/web/inspect/recording.ts";
import { writeMusic } from "../host/madeMusic.ts";
import { hellosOf } from "../simulation/tape/hellosOf.ts";
import { describeOutcome, replayTapeFile } from "../simulation/tape/replayTape.ts";
import { launchChromium, openPlayer } from "./player.ts";
import { runHost } from "./runHost.ts";

/** ms by which the clocks of two processes of one machine may differ */
const agreeMs = 5;

let place: string;
let browser: Browser;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-recorded-page-"));
  await mkdir(join(place, "music"));
  for (const name of ["One", "Two"])
    writeMusic(join(place, "music", `${name}.wav`), { seconds: 30, rate: 44_100, channels: 2 });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await rm(place, { recursive: true, force: true });
});

it("a listener's session is recorded on both ends and replayed without a difference", async () => {
  const tape = join(place, "session.tape");
  const host = await runHost({
    folders: [join(place, "music")],
    data: join(place, "data"),
    flags: ["--record", tape, "--workers", "1"],
  });
  const player = await openPlayer(browser, host.url, "");
  await player.choose("One");
  await player.until("transport", ["playing"]);
  await player.untilPosition(1);
  await player.seek(18);
  await player.untilPosition(19);
  await player.setSwitch("Enhance", false);
  await player.until("variant", ["original"]);
  await player.press("Pause");
  await player.until("transport", ["paused"]);
  await player.press("Play");
  await player.choose("Two");
  await player.untilPosition(1);
  // batches are under way once a second: the last click is on the tape when it is in the file
  const recorded = async (): Promise<number> =>
    (await readFile(tape, "utf8")).split(`"ask":"choose"`).length - 1;
  await expect.poll(recorded, { timeout: 20_000 }).toBe(2);
  expect(player.errors).toEqual([]);
  await player.close();
  const text = (): Promise<string> => readFile(tape, "utf8");
  await expect
    .poll(text, { timeout: 20_000 })
    .toMatch(/"root":"host.1".*"port":"socket".*"type":"closed"/);
  expect(await host.stop()).toBe(0);

  const outcome = replayTapeFile(tape, { trace: true });
  expect(describeOutcome(outcome).at(-1)).toBe("Every root did what it did when it was recorded.");
  expect(outcome.roots.map(({ root }) => root.split(".")[0]).toSorted()).toEqual([
    "host",
    "page",
    "worker",
  ]);
  for (const { emissions } of outcome.roots) expect(emissions).toBeGreaterThan(100);

  // on one clock, although that of each began with it; and the page that was closed lives no more
  const recording = Recording.read("session", outcome.inspected!)!;
  const [{ said, heard }] = hellosOf(recording) as [ReturnType<typeof hellosOf>[number]];
  expect(heard! - said).toBeGreaterThan(-agreeMs);
  expect(heard! - said).toBeLessThan(1000);
  const living = recording.at(recording.until).actors;
  expect(living.filter(({ side }) => side !== "host")).toEqual([]);

  const asked = [...(await text()).matchAll(/"port":"listener","ask":"(\w+)"/g)];
  expect(asked.map((match) => match[1])).toEqual(
    expect.arrayContaining(["choose", "seek", "setEnhance", "pause", "play"]),
  );
});

it("a page that is recorded can be watched as a whole, the worker too", async () => {
  const host = await runHost({
    folders: [join(place, "music")],
    data: join(place, "data"),
    flags: ["--record", join(place, "watched.tape"), "--workers", "1"],
  });
  const player = await openPlayer(browser, host.url, "?inspect");
  const sides = await player.page.evaluate(async () => {
    const channel = new BroadcastChannel("segue.inspection");
    const heard = new Set<string>();
    await new Promise<void>((resolve) => {
      channel.addEventListener("message", ({ data }) => {
        if (data.type === "notes") heard.add(data.batch.side);
        if (heard.size === 2) resolve();
      });
      channel.postMessage({ type: "hello" });
    });
    return [...heard].toSorted();
  });
  expect(sides).toEqual(["page", "worker"]);
  expect(player.errors).toEqual([]);
  await player.close();
  expect(await host.stop()).toBe(0);
});
