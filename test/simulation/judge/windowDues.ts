/** Window dues: what a page may hold, however much it would like to: by its configuration, by its device, and
 *  while its machine is short of memory. Reckoned apart from the engine. */
import type { PlayerRun } from "../playerRun.ts";
import type { World } from "../world/world.ts";
import type { Docket } from "./docket.ts";

/** seconds within which a page has given back what it may no longer hold */
const pressedSeconds = 10;
/** a window may take so much of its device */
const bytesOfGib = 2 ** 30 / 200;

/** @param windowBytes as the page shows them */
export function inspectWindow(
  world: World,
  docket: Docket,
  { life, memory, name }: PlayerRun,
  windowBytes: number,
): void {
  const { window, deviceGib, startedMs, pageRealm, workerRealm } = life;
  const needed = Math.min(window.windowBytesMin, window.windowBytes);
  const share = deviceGib === null ? Number.POSITIVE_INFINITY : deviceGib * bytesOfGib;
  const most = Math.max(needed, Math.min(window.windowBytes, share));
  if (windowBytes > most)
    docket.accuse("budget", `${name}: the window holds ${windowBytes} bytes of ${most}`);
  const { level, sinceMs } = memory;
  if (level === "roomy") return;
  // who does not get to run gives nothing back, and tells nobody
  const ranMs = Math.max(startedMs, pageRealm.blockedUntil, workerRealm.blockedUntil);
  if (world.now - Math.max(sinceMs, ranMs) < pressedSeconds * 1000) return;
  const left = level === "critical" ? needed : Math.max(needed, most / 2);
  if (windowBytes > left)
    docket.accuse(
      "budget",
      `${name}: the window holds ${windowBytes} bytes, ${left} may be while memory is ${level}`,
    );
}
