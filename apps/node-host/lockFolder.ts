import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const attemptsMax = 10;

/** Takes a data folder for this process: two hosts would delete each other's files.
 *  @returns gives it back; undefined when another living host has it
 *  @throws the system's error when the folder cannot be made or written */
export async function lockFolder(folder: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, "host.lock");
  const own = `${lock}.${process.pid}.${randomBytes(6).toString("hex")}`;
  await writeFile(own, `${process.pid} ${await beginningOf(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      try {
        // a link is made whole or not at all: nobody reads half a lock
        await link(own, lock);
        return () => rm(lock, { force: true });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      }
      const found = await readIfThere(lock);
      if (found === undefined) continue;
      if (await isHeld(found)) return undefined;
      // its host was killed; renamed first, so that of two who find it only one removes it, and
      // put back when another one's fresh lock was caught
      const stale = `${own}.stale`;
      await rename(lock, stale).catch(() => undefined);
      const caught = await readIfThere(stale);
      if (caught !== undefined && caught !== found) await link(stale, lock).catch(() => undefined);
      await rm(stale, { force: true });
    }
    return undefined;
  } finally {
    await rm(own, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  // gone already, or not to be read: asked for again, and after all attempts taken as held
  return readFile(path, "utf8").catch(() => undefined);
}

async function isHeld(lock: string): Promise<boolean> {
  const [pid, beginning] = lock.trim().split(" ");
  return isAlive(Number(pid)) && (await beginningOf(Number(pid))) === beginning;
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began, where the system tells: process ids are used again after a restart. */
async function beginningOf(pid: number): Promise<string> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    // field 22; the second one, the name in brackets, may hold anything
    return status.slice(status.lastIndexOf(")") + 2).split(" ")[19]!;
  } catch {
    return "-";
  }
}
