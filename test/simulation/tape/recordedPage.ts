/** A page on ports that a test moves by hand, recorded. */
import { createPage } from "#engine/actors/page.ts";
import type { PagePorts } from "#engine/actors/pageApi.ts";
import { recordPage } from "#engine/actors/tape/recordPage.ts";
import { RootTape } from "#engine/actors/tape/rootTape.ts";
import { writeTapeHeader } from "#engine/actors/tape/writeTapeHeader.ts";
import { fault } from "#engine/protocol/faults.ts";

const config = { url: "ws://host/ws", player: "p", deviceMemory: null, defaultRate: 44_100 };

/** Its output fails while it is being opened, its timers never fire.
 *  @returns the page, what speaks as its worker, and the tape up to now: root `page.1` */
export function recordedPage(readTracks: PagePorts["readTracks"]) {
  const lines = [writeTapeHeader(0, `node ${process.version}`)];
  let nowMs = 0;
  const worker: { hear: (message: unknown) => void } = { hear: () => undefined };
  const clock = { now: () => ++nowMs, setTimeout: () => 0, clearTimeout: () => undefined };
  const tape = new RootTape("page.1", clock, (line) => lines.push(line) > 0);
  const page = recordPage(createPage, tape)(
    {
      clock,
      random: { uniform: () => 0.5 },
      openOutput: (_, emit) => {
        emit({ type: "failed", fault: fault("audio-unavailable", "there is no sound here") });
        const nothing = (): void => undefined;
        return { resume: nothing, suspend: nothing, post: nothing, close: nothing };
      },
      worker: {
        post: () => undefined,
        listen: (emit) => {
          worker.hear = emit;
        },
        close: () => undefined,
      },
      readTracks,
    },
    config,
  );
  return { page, worker, tape: () => `${lines.join("\n")}\n` };
}
