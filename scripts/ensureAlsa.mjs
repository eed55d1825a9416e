/** node-web-audio-api is linked against libasound2 on Linux; sees to it before anything loads it.
 *  With `--warn` its absence is said and no more: only M4A files and the demo album need it. */
import { existsSync, readdirSync } from "node:fs";
import { installDebianPackage } from "./debianPackage.mjs";

const folders = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib"];

function hasAlsa() {
  const candidates = folders.filter((folder) => existsSync(folder));
  const nested = candidates.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes("-linux-"))
      .map((entry) => `${folder}/${entry.name}`),
  );
  return [...candidates, ...nested].some((folder) => existsSync(`${folder}/libasound.so.2`));
}

if (process.platform === "linux" && !hasAlsa()) {
  if (!installDebianPackage(["libasound2t64", "libasound2"]) || !hasAlsa()) {
    console.error(
      "Install libasound2 (Debian: apt install libasound2; Fedora: dnf install alsa-lib).",
    );
    process.exit(process.argv.includes("--warn") ? 0 : 1);
  }
}
