import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = ["apps/web", "src", "package-lock.json"];
const stampName = ".sources";

/** Builds the page unless what is built was built from these sources. Runs in a process of its own, so
 *  that the host does not keep the bundler's memory; the result is renamed into place whole.
 *  @param tell hears one line when there is something to build
 *  @returns the folder to serve
 *  @throws Error with the bundler's words when it fails */
export async function buildPage(tell: (line: string) => void): Promise<string> {
  const folder = join(root, "dist/web");
  const stamp = await stampOf(sources);
  // without a stamp nothing was built, or not to the end
  const built = await readFile(join(folder, stampName), "utf8").catch(() => undefined);
  if (built === stamp) return folder;
  tell("Building the page…");
  const fresh = `${folder}.${process.pid}`;
  const vite = join(
    dirname(createRequire(import.meta.url).resolve("vite/package.json")),
    "bin/vite.js",
  );
  const config = join(root, "apps/web/vite.config.ts");
  await run(vite, [
    "build",
    "--config",
    config,
    "--outDir",
    fresh,
    "--emptyOutDir",
    "--logLevel",
    "warn",
  ]);
  await writeFile(join(fresh, stampName), stamp);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder).catch(async (cause: unknown) => {
    // another host that started at the same moment was faster: its page is as good
    await rm(fresh, { recursive: true, force: true });
    const theirs = await readFile(join(folder, stampName), "utf8").catch(() => undefined);
    if (theirs !== stamp) throw cause;
  });
  return folder;
}

/** Names, sizes and times of everything that the page is made of. */
async function stampOf(paths: readonly string[]): Promise<string> {
  const digest = createHash("sha256");
  for (const path of paths) {
    const isFolder = (await stat(join(root, path))).isDirectory();
    const names = isFolder
      ? (await readdir(join(root, path), { recursive: true })).map((name) => join(path, name))
      : [path];
    for (const name of names.toSorted()) {
      const found = await stat(join(root, name));
      if (found.isFile()) digest.update(`${name} ${found.size} ${found.mtimeMs}\n`);
    }
  }
  return digest.digest("hex");
}

function run(script: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => (said += text.toString()));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`the page was not built:\n${said}`)),
    );
  });
}
