/** The player in a terminal: the same page and page worker as in a browser, on Node's ports. */
import { randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import { createPage } from "#engine/actors/page.ts";
import type { Page } from "#engine/actors/pageApi.ts";
import { clock } from "./adapters/clock.ts";
import { createOpenOutput, type Sink, type Tap } from "./adapters/openOutput.ts";
import { portOf } from "./adapters/portOf.ts";
import { random } from "./adapters/random.ts";
import { createReadTracks } from "./adapters/readTracks.ts";

export type Player = {
  readonly page: Page;
  /** Leaves the host and gives everything back; resolves when the worker's thread has ended. */
  readonly close: () => Promise<void>;
};

export type PlayerOptions = {
  /** of the host, as in its ready line */
  readonly url: string;
  readonly sink: Sink;
  readonly tap?: Tap;
  /** told when the page worker's thread has died; nothing can be played any more */
  readonly onDeath?: (cause: string) => void;
};

/** Hz of the context while no track is known */
const defaultRate = 44_100;
/** ms for the socket's farewell */
const farewellMs = 1000;

/** Starts a player at a host. It holds the process until it is closed. */
export function startPlayer({ url, sink, tap, onDeath }: PlayerOptions): Player {
  const worker = new Worker(new URL("./adapters/boot.mjs", import.meta.url), {
    name: "segue",
    execArgv: [],
  });
  let isLeaving = false;
  let detail = "";
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.on("error", (error) => (detail = String(error)));
  worker.on("exit", (code) => {
    if (!isLeaving) onDeath?.(detail || `exit code ${code}`);
  });
  const page = createPage(
    {
      clock,
      random,
      openOutput: createOpenOutput(sink, tap),
      worker: portOf(worker, () => void worker.terminate()),
      readTracks: createReadTracks(url),
    },
    {
      url: `${url.replace(/^http/, "ws")}/ws`,
      player: randomBytes(16).toString("hex"),
      deviceMemory: null,
      defaultRate,
    },
  );
  return {
    page,
    close: async () => {
      isLeaving = true;
      page.leave();
      const timer = setTimeout(() => void worker.terminate(), farewellMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
