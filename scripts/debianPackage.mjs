/** Installs a Debian package where that needs no question: Debian's own tools and root. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** @param {readonly string[]} names alternatives, first one that exists wins (they are named differently
 *    from release to release)
 *  @returns {boolean} whether one of them was installed */
export function installDebianPackage(names) {
  const canInstall = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
  if (!canInstall) return false;
  console.error(`Installing ${names[0]} (apt-get)…`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args) =>
    spawnSync("apt-get", ["-q", ...args], { env, stdio: ["ignore", 2, 2] }).status === 0;
  return (
    names.some((name) => apt("install", "-y", "--no-install-recommends", name)) ||
    (apt("update") && names.some((name) => apt("install", "-y", "--no-install-recommends", name)))
  );
}
