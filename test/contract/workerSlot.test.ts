/** What every place for a worker owes the pool, whether a thread, a process or the simulator is underneath. */
import { describe, expect, it } from "vitest";
import type { SpawnWorker, WorkerReport } from "#engine/ports/workerSlot.ts";
import { processSpawner } from "../../apps/node-host/workers/spawnProcess.ts";
import { threadSpawner } from "../../apps/node-host/workers/spawnThread.ts";
import { Docket } from "../simulation/judge/docket.ts";
import { simulatedWorkers, type WorkerSelf } from "../simulation/ports/simulatedWorkers.ts";
import { WorkerBench } from "../simulation/ports/workerBench.ts";
import { World } from "../simulation/world/world.ts";

const entry = new URL("./echoWorker.ts", import.meta.url);
const nowhere = new URL("./noSuchWorker.ts", import.meta.url);

/** `settle` lets everything happen that is due. */
type Place = { readonly spawn: SpawnWorker; readonly settle?: () => void };

const kinds: readonly [string, (entry: URL) => Place][] = [
  ["a thread", (url) => ({ spawn: threadSpawner(url, "echo") })],
  ["a process", (url) => ({ spawn: processSpawner(url) })],
  ["the simulator", simulatedPlace],
];

function simulatedPlace(url: URL): Place {
  const world = new World(1);
  const bench = new WorkerBench(new Docket(world), 1);
  if (url === nowhere) bench.failStarts(1, false, () => undefined);
  /** the program of `echoWorker.ts` */
  const load = (self: WorkerSelf) => {
    let hangs = false;
    return {
      take: (message: unknown) => {
        if (message === "throw") throw new Error("as it was told");
        if (message === "leave") return bench.harm(0, (worker) => worker.end("exit code 3"));
        hangs = message === "hang";
        if (!hangs) self.post({ echo: message });
      },
      step: () => {
        self.takesMs = hangs ? 1e9 : 0;
        return hangs;
      },
      rendering: () => null,
    };
  };
  const owner = world.realm("host");
  return {
    spawn: simulatedWorkers({ world, owner, bench, load, nameOf: () => "echo" }),
    settle: () => {
      const until = world.now + 10_000;
      while (world.step(until));
    },
  };
}

/** A spawned worker whose reports are kept, and can be waited for. */
function spawned({ spawn, settle = () => undefined }: Place) {
  const reports: WorkerReport[] = [];
  let wake = () => {};
  const handle = spawn((report) => {
    reports.push(report);
    wake();
  });
  const until = async (holds: () => boolean): Promise<void> => {
    settle();
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    ...handle,
    reports,
    exited: () => until(() => reports.some((report) => report.type === "exited")),
    heard: (count: number) => until(() => reports.length >= count),
  };
}

describe.each(kinds)("a worker in %s", (_, placeOf) => {
  const place = placeOf(entry);

  it("hears and answers in order, from the first message on", async () => {
    const worker = spawned(place);
    expect(worker.reports).toEqual([]);
    for (const n of [1, 2, 3]) worker.post({ n });
    await worker.heard(3);
    expect(worker.reports).toEqual(
      [1, 2, 3].map((n) => ({ type: "message", message: { echo: { n } } })),
    );
    worker.terminate();
    await worker.exited();
  });

  it("gives and takes typed arrays", async () => {
    const worker = spawned(place);
    worker.post(Int16Array.of(1, -2, 3));
    await worker.heard(1);
    expect(worker.reports[0]).toEqual({
      type: "message",
      message: { echo: Int16Array.of(1, -2, 3) },
    });
    worker.terminate();
    await worker.exited();
  });

  for (const end of ["throw", "leave"])
    it(`reports its end once when it ends by itself (${end}), and can be told things afterwards`, async () => {
      const worker = spawned(place);
      worker.post(end);
      await worker.exited();
      worker.post("too late");
      worker.terminate();
      expect(worker.reports).toHaveLength(1);
      expect(worker.reports[0]).toMatchObject({
        type: "exited",
        detail: expect.any(String) as string,
      });
    });

  it("can be ended while it is busy for ever, and reports that once", async () => {
    const worker = spawned(place);
    worker.post("first");
    await worker.heard(1);
    worker.post("hang");
    worker.terminate();
    worker.terminate();
    await worker.exited();
    expect(worker.reports).toHaveLength(2);
  });

  it("reports its end when it cannot even begin", async () => {
    const worker = spawned(placeOf(nowhere));
    await worker.exited();
    expect(worker.reports).toHaveLength(1);
  });
});

it("a thread's buffers move when they are handed over", async () => {
  const worker = spawned({ spawn: threadSpawner(entry, "echo") });
  const samples = new Uint8Array(1000);
  worker.post(samples, [samples.buffer]);
  expect(samples.byteLength).toBe(0);
  await worker.heard(1);
  worker.terminate();
  await worker.exited();
});
