/** Runs `npm ci` when node_modules is missing or does not match the lock file, so that `npm start` and
 *  `npm test` work on a fresh clone. Plain Node, no dependencies: it runs before there are any. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every package that the lock file names for this platform is there in the version it names. */
function isInstalled() {
  const wanted = readLock("package-lock.json");
  const present = readLock("node_modules/.package-lock.json");
  if (!wanted || !present) return false;
  return Object.entries(wanted.packages).every(([path, wish]) => {
    if (path === "") return true;
    const found = present.packages[path];
    return found ? found.version === wish.version : wish.optional === true;
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(`${root}${path}`, "utf8"));
  } catch {
    // missing or torn: both mean that an installation is due
    return undefined;
  }
}

if (!isInstalled()) {
  console.error("Installing what Segue needs (npm ci)…");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (run.status !== 0) {
    console.error("npm ci failed; see above.");
    process.exit(1);
  }
}
