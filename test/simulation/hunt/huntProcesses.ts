/** Hunts in several processes at once. Which process runs which seed does not matter: a run depends on
 *  its seed alone. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HuntOrder } from "./huntProcess.ts";
import type { BatchResult } from "./runBatch.ts";

export type Hunt = {
  readonly of?: HuntOrder["of"];
  /** the first one, of what is told: its place */
  readonly seed: number;
  readonly runs: number;
  /** processes at once */
  readonly jobs: number;
  readonly stopsAtFirst?: boolean;
  readonly mutant?: string | null;
  /** the checkout to run; this one unless a defect stands in another */
  readonly root?: string;
  readonly onBatch: (batch: BatchResult) => void;
};

/** seeds handed out at once: some seconds of work */
const batchRuns = 10;
/** ms after which a process is taken to be lost: it has bounds of its own for what it runs */
const batchMsMax = 1_200_000;
const entry = fileURLToPath(new URL("./huntProcess.ts", import.meta.url));
const here = fileURLToPath(new URL("../../../", import.meta.url));

/** @returns when all seeds have been run, or the first violation was found by a hunt that stops there.
 *  Rejects when a process dies by itself. */
export async function huntProcesses(hunt: Hunt): Promise<void> {
  const { of = "seeds", seed, runs, stopsAtFirst = false, mutant = null, root = here } = hunt;
  let next = seed;
  let isOver = false;
  const lead = async (): Promise<void> => {
    const child = fork(entry.replace(here, root), {
      cwd: root,
      // a run leaves much behind that is young: with the usual room for it a tenth of the time is spent clearing
      // only the library's own development build says that an event was sent to an actor that has ended
      execArgv: ["--max-semi-space-size=32", "--conditions=development", "--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    try {
      while (!isOver && next < seed + runs) {
        const first = next;
        const count = Math.min(batchRuns, seed + runs - first);
        next += count;
        const batch = await ask(child, { of, first, count, stopsAtFirst, mutant });
        if (stopsAtFirst && batch.found.length > 0) isOver = true;
        hunt.onBatch(batch);
      }
    } finally {
      child.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: Math.min(hunt.jobs, runs) }, lead));
}

function ask(child: ChildProcess, order: HuntOrder): Promise<BatchResult> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => {
      clearTimeout(giveUp);
      reject(
        new Error(
          `a hunting process died with ${code} in a batch of ${order.of}, from ${order.first}`,
        ),
      );
    };
    const detail = `no end in sight after ${batchMsMax} ms, in one of ${order.count} ${order.of}`;
    const endless = { seed: order.first, told: null, invariant: "livelock", detail, atMs: 0 };
    const counts = { runs: order.count, events: 0, virtualMs: 0, heardFrames: 0, cpuMs: 0 };
    const giveUp = setTimeout(() => {
      child.off("exit", died);
      child.kill("SIGKILL");
      resolve({ ...counts, struck: {}, taken: {}, found: [endless] });
    }, batchMsMax);
    child.once("exit", died);
    child.once("message", (batch) => {
      clearTimeout(giveUp);
      child.off("exit", died);
      resolve(batch as BatchResult);
    });
    child.send(order);
  });
}
