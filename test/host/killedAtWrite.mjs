/** Loaded into a host before everything else, and into its worker threads: at the nth step of its writes below
 *  some folders the process kills itself, before the step, in the middle of it, or behind it. A step is an
 *  opening, a write, a sync or a renaming. `SEGUE_TEST_KILL` says which:
 *  `{ folders, thread: "main" | "worker", nth, when: "before" | "amid" | "behind", share: 0…1 }`. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import workerThreads, { isMainThread, Worker } from "node:worker_threads";

const { folders, thread, nth, when, share } = JSON.parse(process.env.SEGUE_TEST_KILL);
const isMeant = isMainThread === (thread === "main");
const isBelow = (path) => folders.some((folder) => String(path).startsWith(`${folder}/`));
let steps = 0;
const die = () => process.kill(process.pid, "SIGKILL");

/** @param act the whole step @param half a part of it */
async function step(act, half = act) {
  const isLast = ++steps === nth;
  if (!isLast) return act();
  if (when === "before") die();
  if (when === "amid") {
    // a part of the bytes, or a call that is under way
    const begun = half();
    if (half === act) die();
    await begun;
    die();
  }
  const done = await act();
  die();
  return done;
}
function stepNow(act, half = act) {
  const isLast = ++steps === nth;
  if (!isLast) return act();
  if (when !== "before") (when === "amid" ? half : act)();
  return die();
}
const part = (bytes) => bytes.subarray(0, Math.floor(bytes.byteLength * share));

// the host gives its workers no flags of its own
workerThreads.Worker = class extends Worker {
  constructor(entry, options) {
    super(entry, { ...options, execArgv: ["--import", import.meta.url] });
  }
};
if (isMeant) {
  const { open, rename } = fs.promises;
  fs.promises.open = async (path, flags, ...rest) => {
    if (!isBelow(path) || !/w/.test(flags)) return open(path, flags, ...rest);
    const file = await step(() => open(path, flags, ...rest));
    const { writeFile, sync } = file;
    file.writeFile = (bytes, ...options) =>
      step(
        () => writeFile.call(file, bytes, ...options),
        () => writeFile.call(file, part(bytes)),
      );
    file.sync = () => step(() => sync.call(file));
    return file;
  };
  fs.promises.rename = (from, to) =>
    isBelow(to) ? step(() => rename(from, to)) : rename(from, to);

  const { openSync, writeSync, fdatasyncSync } = fs;
  const written = new Set();
  fs.openSync = (path, flags, ...rest) => {
    if (!isBelow(path) || !/w/.test(flags)) return openSync(path, flags, ...rest);
    const descriptor = stepNow(() => openSync(path, flags, ...rest));
    written.add(descriptor);
    return descriptor;
  };
  fs.writeSync = (descriptor, bytes, offset, length, position) => {
    const act = () => writeSync(descriptor, bytes, offset, length, position);
    if (!written.has(descriptor)) return act();
    return stepNow(act, () =>
      writeSync(descriptor, bytes, offset, Math.floor(length * share), position),
    );
  };
  fs.fdatasyncSync = (descriptor) => {
    const act = () => fdatasyncSync(descriptor);
    return written.has(descriptor) ? stepNow(act) : act();
  };
}
syncBuiltinESMExports();
