/** Sees to a Chromium for the browser tests; says in one line what to do when there is none. */
import { installDebianPackage } from "./debianPackage.mjs";
import { findChromium } from "./findChromium.mjs";

try {
  let path = await findChromium();
  if (!path && installDebianPackage(["chromium"])) path = await findChromium();
  if (!path) {
    console.error(
      "No Chromium found: install chromium or google-chrome, or set CHROMIUM_PATH to its executable.",
    );
    process.exit(1);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
