/** The page where the browser has no AudioWorklet or no WebSocket: the same buttons over an audio element. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chromiumFlags, findChromium } from "../../scripts/findChromium.mjs";
import { readTracks } from "../host/client.ts";
import { writeMusic } from "../host/madeMusic.ts";
import { selfSigned } from "../host/selfSigned.ts";
import { Player } from "./player.ts";
import { runHost, type RunningHost } from "./runHost.ts";

/** a name that is not this machine's own to the browser, as a host in the home network is */
const name = "segue.test";

let folder: string;
let host: RunningHost;
let url: string;
let browser: Browser;
let player: Player;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segue-simple-"));
  const music = join(folder, "music");
  mkdirSync(music);
  for (const title of ["one", "two"])
    writeMusic(join(music, `${title}.wav`), { seconds: 30, rate: 44_100, channels: 2 });
  host = await runHost({
    folders: [music],
    data: join(folder, "data"),
    flags: ["--host", "0.0.0.0"],
  });
  // what the host takes to open its first track is not looked at here
  for (const { id } of await readTracks(host.url))
    await fetch(`${host.url}/api/tracks/${id}/stream.wav`, { headers: { range: "bytes=0-0" } });
  url = `http://${name}:${new URL(host.url).port}`;
  browser = await chromium.launch({
    executablePath: (await findChromium())!,
    args: [
      ...chromiumFlags,
      "--disable-gpu",
      "--ignore-certificate-errors",
      `--host-resolver-rules=MAP ${name} 127.0.0.1`,
    ],
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  expect(await host?.stop()).toBe(0);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  player = new Player(await context.newPage());
  player.page.on("pageerror", (error) => player.errors.push(String(error)));
});
afterEach(async () => {
  await player.close();
  expect(player.errors).toEqual([]);
});

async function open(address = url): Promise<void> {
  await player.page.goto(address);
  await player.until("output", ["element"]);
  await player.page.getByRole("list", { name: "Tracks" }).getByRole("listitem").nth(1).waitFor();
}

const status = () => player.page.getByRole("status");
const switchOf = (label: string) => player.page.getByRole("switch", { name: label });
/** addresses of the streams that were asked for, newest last */
function streams(): string[] {
  const asked: string[] = [];
  player.page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.endsWith("/stream.wav")) asked.push(search);
  });
  return asked;
}

describe("over plain http from another machine", () => {
  it("the page says what is missing and how to get it, and plays with the same buttons", async () => {
    await open();
    expect(await player.page.evaluate(() => isSecureContext)).toBe(false);
    const notice = player.page.getByRole("note");
    for (const word of ["AudioWorklet", "--tls-cert", "--tls-key", "localhost"])
      expect(await notice.innerText()).toContain(word);
    expect(await status().innerText()).toContain("no AudioWorklet");
    await player.press("Play");
    await player.until("transport", ["playing"]);
    await player.until("variant", ["adaptive@80"]);
    await player.untilPosition(0.5);
    expect(await player.page.getByRole("slider", { name: "Position" }).getAttribute("max")).toBe(
      "30",
    );
    await player.press("Pause");
    await player.until("transport", ["paused"]);
    expect(await status().innerText()).toBe("Paused.");
    await player.seek(12.5);
    await player.press("Play");
    await player.untilPosition(13);
    expect(await player.position()).toBeLessThan(16);
    const track = await player.attribute("track");
    await player.press("Next");
    await vi.waitFor(async () => expect(await player.attribute("track")).not.toBe(track));
    await player.until("transport", ["playing"]);
    await player.press("Previous");
    await vi.waitFor(async () => expect(await player.attribute("track")).toBe(track));
    await player.until("transport", ["playing"]);
  }, 60_000);

  it("Enhance goes on at the same place from another source, and what sounds goes on until then", async () => {
    const asked = streams();
    await open();
    await player.setSwitch("Enhance", false);
    await player.choose("one");
    await player.until("variant", ["original"]);
    await player.until("transport", ["playing"]);
    await player.seek(10);
    await player.untilPosition(10.5);
    const before = await player.position();
    await player.setSwitch("Enhance", true);
    await player.until("variant", ["adaptive@80"]);
    await player.until("transport", ["playing"]);
    await player.untilPosition(before + 0.5);
    expect(await player.position()).toBeLessThan(before + 8);
    expect(asked.at(-1)).toBe("?variant=enhanced&preset=adaptive&intensity=80");
    expect(await player.attribute("pending")).toBe("");
  }, 60_000);

  it("a track leads on to the next, and the end of the last is said", async () => {
    await open();
    await player.setSwitch("Enhance", false);
    await player.choose("one");
    await player.until("transport", ["playing"]);
    const track = await player.attribute("track");
    await player.seek(29.5);
    await vi.waitFor(async () => expect(await player.attribute("track")).not.toBe(track), 10_000);
    await player.until("transport", ["playing"]);
    await player.seek(29.5);
    await player.until("transport", ["ended"]);
    await player.press("Play");
    await player.until("transport", ["playing"]);
    expect(await player.position()).toBeLessThan(5);
  }, 60_000);

  it("what is not decoded yet is asked for again, as late as the host says, and told meanwhile", async () => {
    const at: number[] = [];
    await player.page.route("**/stream.wav?*", async (route) => {
      at.push(Date.now());
      if (at.length > 4) return route.continue();
      await route.fulfill({
        status: 503,
        headers: { "retry-after": "1", "content-type": "application/json" },
        body: JSON.stringify({ code: "analysing", detail: "Not yet.", retryable: true }),
      });
    });
    await open();
    await player.press("Play");
    await status().filter({ hasText: "Decoding and analysing…" }).waitFor();
    await player.until("transport", ["playing"]);
    // the element's own request, and the first question why; then a second, or more, between two
    expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(990);
    expect(at[3]! - at[2]!).toBeGreaterThanOrEqual(990);
  }, 60_000);

  it("LINK-8 a reload finds track, position and volume again, paused", async () => {
    await open();
    await player.choose("two");
    await player.until("transport", ["playing"]);
    await player.seek(9);
    await player.untilPosition(9.5);
    await player.page.getByRole("slider", { name: "Volume" }).press("PageDown");
    const [track, before] = [await player.attribute("track"), await player.position()];
    await player.page.reload();
    await player.until("transport", ["paused"]);
    expect(await player.attribute("track")).toBe(track);
    expect(Math.abs((await player.position()) - before)).toBeLessThan(3);
    expect(await player.page.getByRole("slider", { name: "Volume" }).inputValue()).toBe("75");
    await player.press("Play");
    await player.untilPosition(before + 1);
  }, 60_000);

  it("a track that cannot be played is explained, and the others can", async () => {
    await player.page.route("**/stream.wav?variant=original", (route) =>
      route.fulfill({
        status: 422,
        contentType: "application/json",
        body: JSON.stringify({ code: "file-corrupt", detail: "It is damaged.", retryable: false }),
      }),
    );
    await open();
    await player.setSwitch("Enhance", false);
    await player.choose("one");
    await player.until("transport", ["error"]);
    expect(await status().innerText()).toContain("It is damaged.");
    await player.setSwitch("Enhance", true);
    await player.until("transport", ["playing"]);
  }, 60_000);
});

describe("in a browser without WebSocket", () => {
  it("the page plays simply, and names what is missing", async () => {
    await player.page.addInitScript(() => Reflect.deleteProperty(window, "WebSocket"));
    await open(host.url.replace("0.0.0.0", "127.0.0.1"));
    expect(await player.page.getByRole("note").innerText()).toContain("has no WebSocket");
    await player.press("Play");
    await player.until("transport", ["playing"]);
    await switchOf("Match loudness").click();
    await status().filter({ hasText: "Match loudness needs WebSocket." }).waitFor();
    expect(await switchOf("Match loudness").isChecked()).toBe(false);
  }, 60_000);
});

describe("over https from another machine", () => {
  it("the page is whole: the engine plays, over wss", async () => {
    const { cert, key } = selfSigned([name]);
    const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
    const secure = await runHost({
      folders: [join(folder, "music")],
      data: join(folder, "secureData"),
      flags: ["--host", "0.0.0.0", "--tls-cert", files.cert, "--tls-key", files.key],
    });
    await player.page.goto(`https://${name}:${new URL(secure.url).port}`);
    await player.until("link", ["live"]);
    expect(await player.page.evaluate(() => isSecureContext)).toBe(true);
    expect(await player.page.getByRole("note").count()).toBe(0);
    await player.setSwitch("Enhance", false);
    await player.press("Play");
    await player.until("transport", ["playing"], 40_000);
    await player.untilPosition(0.5);
    expect(await player.attribute("output")).toBe("running");
    expect(await secure.stop()).toBe(0);
  }, 90_000);
});
