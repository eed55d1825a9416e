/** A reload, a new tab, a damaged memory of the last visit: where the page stands afterwards. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { writeCodedWav } from "./frameCode.ts";
import { heardRuns, withoutAccidents } from "./heardRuns.ts";
import { launchChromium, openPlayer, type Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

const rate = 44_100;
const seconds = 40;

let folder: string;
let music: string;
let host: RunningHost;
let browser: Browser;
let player: Player;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-reload-"));
  music = join(folder, "music");
  mkdirSync(music);
  for (const [index, name] of ["one", "two", "zoo"].entries())
    writeCodedWav(join(music, `${name}.wav`), seconds * rate, rate, index + 1);
  host = await runHost({ folders: [music], data: join(folder, "data") });
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

beforeEach(async () => {
  player = await openPlayer(browser, host.url);
});
afterEach(async () => {
  await player.close();
  expect(player.errors).toEqual([]);
});

async function reload(): Promise<void> {
  await player.page.reload();
  await player.until("link", ["live"]);
}

const value = (name: string) => player.page.getByRole("slider", { name, exact: true }).inputValue();
const isOn = (name: string) => player.page.getByRole("switch", { name, exact: true }).isChecked();

/** Reloads, and the page finds `text` in both places where it keeps what it keeps. */
async function keep(text: string): Promise<void> {
  await player.page.addInitScript((kept) => {
    for (const storage of [localStorage, sessionStorage]) storage.setItem("segue.playback", kept);
  }, text);
  await reload();
}

describe("a reload", () => {
  it("LINK-8 in mid-play finds track, position and settings again, paused; Play goes on there", async () => {
    await player.setSwitch("Enhance", false);
    await player.setSwitch("Match loudness", false);
    await player.page.getByRole("radio", { name: "Warm" }).check();
    await player.page.getByRole("slider", { name: "Volume" }).press("PageDown");
    await player.choose("two");
    await player.until("transport", ["playing"]);
    await player.seek(21.5);
    await player.untilPosition(23);
    const [track, before] = [await player.attribute("track"), await player.position()];
    await reload();
    await player.until("transport", ["paused"]);
    expect(await player.attribute("track")).toBe(track);
    const after = await player.position();
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after).toBeLessThan(before + 3);
    expect([await isOn("Enhance"), await isOn("Match loudness")]).toEqual([false, false]);
    expect(await player.page.getByRole("radio", { name: "Warm" }).isChecked()).toBe(true);
    expect(await value("Volume")).toBe("75");
    expect(await player.page.getByRole("status").innerText()).toBe("Paused.");
    // a volume of less than all cannot be told from other frames
    for (const _ of "12345")
      await player.page.getByRole("slider", { name: "Volume" }).press("ArrowUp");
    await player.takeHeard();
    await player.press("Play");
    await player.until("transport", ["playing"]);
    await player.untilPosition(after + 1);
    await player.pause();
    const runs = withoutAccidents(heardRuns(await player.takeHeard()));
    const sounding = runs.filter((run) => run.kind === "frames");
    expect(sounding.map((run) => run.mark)).toEqual([2]);
    expect(Math.abs(sounding[0]!.from - after * rate)).toBeLessThan(0.1 * rate);
    // the page that went left nothing behind on the host
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${host.url}/metrics`)).text();
      expect(metrics).toMatch(/^segue_sessions 1$/m);
    });
    // the list goes on behind the track that was found again
    await player.press("Next");
    const next = await player.entry("zoo");
    await vi.waitFor(async () => expect(await next.getAttribute("aria-current")).toBe("true"));
  }, 60_000);

  it("of a page that was set to nothing leaves it as it was", async () => {
    await reload();
    expect(await player.attribute("transport")).toBe("idle");
    expect(await player.page.getByRole("status").innerText()).toBe(
      "Choose a track, or press Play.",
    );
    expect([await isOn("Enhance"), await isOn("Match loudness"), await value("Volume")]).toEqual([
      true,
      true,
      "100",
    ]);
  });
});

describe("what was kept and cannot be used", () => {
  it.each([
    ["is no JSON", "{"],
    ["is of another version", JSON.stringify({ version: 2, track: "t" })],
    ["is not whole", JSON.stringify({ version: 1, track: null })],
    ["is out of bounds", kept({ seconds: -1 })],
    ["is somebody else's", JSON.stringify(["a", 1])],
    ["is far too long", kept({ track: "x".repeat(5000) })],
  ])("is ignored when it %s", async (_, text) => {
    await keep(text);
    expect(await player.attribute("transport")).toBe("idle");
    expect(await value("Volume")).toBe("100");
  });

  it("is not missed when its track has left the library: no track, no error, and Play begins with the first", async () => {
    await keep(kept({ track: "gone", volume: 0.5 }));
    await player.page.getByText("Choose a track, or press Play.").waitFor();
    expect(await player.attribute("transport")).toBe("idle");
    expect(await player.attribute("track")).toBe("");
    expect(await value("Volume")).toBe("50");
    await player.press("Play");
    await player.until("transport", ["playing"]);
  });

  it("is not missed where the browser keeps nothing", async () => {
    await player.page.addInitScript(() => {
      const denied = () => {
        throw new DOMException("denied", "SecurityError");
      };
      for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get: denied });
    });
    await reload();
    await player.press("Play");
    await player.until("transport", ["playing"]);
    await player.untilPosition(1.5);
  });
});

function kept(part: Record<string, unknown>): string {
  return JSON.stringify({
    version: 1,
    track: null,
    seconds: 0,
    enhance: true,
    preset: "adaptive",
    intensity: 80,
    volume: 1,
    matchLoudness: true,
    crossfadeSeconds: 0,
    ...part,
  });
}
