/** One host per data folder: two would delete each other's files.
 *
 *  `host.lock` names its owner: process id, when that process began, and a word that no other lock has.
 *  It is made by a link, whole or not at all, and is never absent while it changes hands: who finds the lock
 *  of a process that is gone makes itself the only heir of exactly that lock (a lock of its own, named for
 *  it), looks again, and puts its own in its place by a rename. A lock that was read a moment ago and has
 *  been replaced since has another name for its heir, so that nobody who comes late replaces a living one.
 *
 *  Known limit: processes are told apart by their ids, so that hosts in two containers that do not see
 *  each other's processes are not kept apart. */
import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const lockName = "host.lock";
/** what a process writes before it is a lock: process id, then chance */
const draft = /^host\.lock-(\d+)-[0-9a-f]+$/;
/** an heir is busy for as long as a few file operations take */
const attemptsMax = 200;
const pauseMs = 5;
/** ms between two looks at whether the lock is there still */
const keepEveryMs = 2000;

/** Takes a data folder for this process. A host that was killed holds nothing.
 *  @returns gives it back; undefined when another living host has it
 *  @throws the system's error when the folder cannot be made or written */
export async function lockFolder(folder: string): Promise<(() => Promise<void>) | undefined> {
  const lock = join(folder, lockName);
  const chance = randomBytes(6).toString("hex");
  const words = `${process.pid} ${await beginningOf(process.pid)} ${await bootOf()} ${chance}\n`;
  if (!(await takeWith(lock, words, take))) return undefined;
  await sweep(folder);
  let kept: Promise<unknown> = Promise.resolve();
  // who deletes the data folder of a running host deletes its lock
  const keeping = setInterval(() => {
    // a folder that cannot be made, or that another host has taken since: the next look may find it better
    kept = takeWith(lock, words, (path, own) => linked(own, path)).catch(() => undefined);
  }, keepEveryMs).unref();
  return async () => {
    clearInterval(keeping);
    await kept;
    if ((await readIfThere(lock)) === words) await rm(lock, { force: true });
  };
}

/** @param how makes the lock out of a file that holds the words */
async function takeWith(
  lock: string,
  words: string,
  how: (lock: string, own: string) => Promise<boolean>,
): Promise<boolean> {
  if ((await readIfThere(lock)) === words) return true;
  const own = `${lock}-${process.pid}-${randomBytes(6).toString("hex")}`;
  await mkdir(dirname(lock), { recursive: true });
  await writeFile(own, words, { flag: "wx" });
  try {
    return await how(lock, own);
  } finally {
    await rm(own, { force: true });
  }
}

/** @param own a file with the words of this process */
async function take(lock: string, own: string): Promise<boolean> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (await linked(own, lock)) return true;
    const found = await readIfThere(lock);
    if (found === undefined) continue;
    if (await isHeld(found)) return false;
    const heir = `${lock}.${createHash("sha256").update(found).digest("hex").slice(0, 12)}`;
    // one who died as the heir has an heir in turn
    if (await take(heir, own)) {
      try {
        if ((await readIfThere(lock)) === found) {
          const next = `${heir}.next`;
          await rm(next, { force: true });
          await link(own, next);
          await rename(next, lock);
          return true;
        }
      } finally {
        await rm(heir, { force: true });
      }
    } else await pause(pauseMs);
  }
  return false;
}

async function linked(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    return false;
  }
}

/** Removes what hosts left that were killed while they took the folder. Whoever still works at becoming the
 *  heir of an earlier lock finds that it is gone. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name === lockName || !name.startsWith(lockName)) continue;
    const path = join(folder, name);
    const writer = draft.exec(name);
    const words = await readIfThere(path);
    const isUsed = writer ? isAlive(Number(writer[1])) : words && (await isHeld(words));
    if (!isUsed) await rm(path, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  // gone already, or not to be read: asked for again, and after all attempts taken as held
  return readFile(path, "utf8").catch(() => undefined);
}

async function isHeld(words: string): Promise<boolean> {
  const [pid, beginning, boot] = words.trim().split(" ");
  if (!isAlive(Number(pid)) || (await beginningOf(Number(pid))) !== beginning) return false;
  return boot === undefined || boot === (await bootOf());
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

/** When a process began, where the system tells: process ids are used again. */
async function beginningOf(pid: number): Promise<string> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, "utf8");
    // fields 3 and 22; the second one, the name in brackets, may hold anything
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    // killed, and its parent has not heard of it yet
    return fields[0] === "Z" || fields[0] === "X" ? "over" : fields[19]!;
  } catch {
    return "-";
  }
}

/** Which start of the machine this is, where it tells: processes begin at the same moments after each. */
async function bootOf(): Promise<string> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (id) => id.trim(),
    () => "-",
  );
}
