/** The one place that knows which Chromium the browser tests and benches drive. */
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const macApps = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** `CHROMIUM_PATH`, else Playwright's own if it is downloaded, else the system's.
 *  @returns {Promise<string | undefined>} path of the executable, or undefined when there is none
 *  @throws Error when `CHROMIUM_PATH` names no file: a wish is not silently replaced */
export async function findChromium() {
  const wish = process.env.CHROMIUM_PATH;
  if (wish) {
    if (!isFile(wish)) throw new Error(`CHROMIUM_PATH names no file: ${wish}`);
    return wish;
  }
  const { chromium } = await import("playwright-core");
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const system = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [chromium.executablePath(), ...system, ...macApps].find((path) => path && isFile(path));
}

/** What Chromium needs to run unattended, in a container too, and to play without a gesture.
 *  @type {readonly string[]} */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-background-networking",
  "--autoplay-policy=no-user-gesture-required",
];

function isFile(path) {
  return existsSync(path) && statSync(path).isFile();
}
