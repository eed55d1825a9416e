import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Takes a data folder for this process: two hosts would delete each other's files.
 *  @returns gives it back; undefined when another living host has it
 *  @throws the system's error when the folder cannot be made or written */
export async function lockFolder(folder: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, "host.lock");
  const own = `${lock}.${process.pid}`;
  await writeFile(own, `${process.pid} ${await beginningOf(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // a link is made whole or not at all: nobody reads half a lock
        await link(own, lock);
        return () => rm(lock, { force: true });
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
      }
      const [pid, beginning] = (await readFile(lock, "utf8").catch(() => "")).trim().split(" ");
      if (pid && isAlive(Number(pid)) && (await beginningOf(Number(pid))) === beginning)
        return undefined;
      // its host was killed; renamed first, so that of two who find it only one goes on
      const stale = `${lock}.${process.pid}.stale`;
      await rename(lock, stale).catch(() => undefined);
      await rm(stale, { force: true });
    }
    return undefined;
  } finally {
    await rm(own, { force: true });
  }
}

function isAlive(pid: number): boolean {
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
