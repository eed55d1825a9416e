/** All machines of Segue, with what their headers say they are for. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnyStateMachine } from "xstate";
import { cacheMachine } from "#engine/machines/cache.machine.ts";
import { cacheTierMachine } from "#engine/machines/cacheTier.machine.ts";
import { diskIndexMachine } from "#engine/machines/diskIndex.machine.ts";
import { hostMachine } from "#engine/machines/host.machine.ts";
import { linkMachine } from "#engine/machines/link.machine.ts";
import { outputMachine } from "#engine/machines/output.machine.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { preloaderMachine } from "#engine/machines/preloader.machine.ts";
import { queueMachine } from "#engine/machines/queue.machine.ts";
import { renderSchedulerMachine } from "#engine/machines/renderScheduler.machine.ts";
import { sessionMachine } from "#engine/machines/session.machine.ts";
import { standbyMachine } from "#engine/machines/standby.machine.ts";
import { tabClaimMachine } from "#engine/machines/tabClaim.machine.ts";
import { trackProcessorMachine } from "#engine/machines/trackProcessor.machine.ts";
import { surveyorMachine } from "#engine/machines/surveyor.machine.ts";
import { warmerMachine } from "#engine/machines/warmer.machine.ts";
import { windowCacheMachine } from "#engine/machines/windowCache.machine.ts";
import { workerPoolMachine } from "#engine/machines/workerPool.machine.ts";
import { workerSlotMachine } from "#engine/machines/workerSlot.machine.ts";
import { hostProcessMachine } from "../../apps/listen/hostProcess.machine.ts";
import { elementPlayerMachine } from "../../apps/web/element/elementPlayer.machine.ts";

/** One machine, and where it is found. */
export type KnownMachine = {
  readonly machine: AnyStateMachine;
  /** path from the repository's root */
  readonly file: string;
  readonly side: "page" | "page worker" | "host" | "headless player";
  /** first sentence of the header, without the name */
  readonly purpose: string;
};

/** What the factories of machines close over, and nothing touches until a machine runs. */
const part = undefined as never;

export function knownMachines(): readonly KnownMachine[] {
  return [
    known("page", playerMachine, "src/machines/player.machine.ts"),
    known("page", queueMachine, "src/machines/queue.machine.ts"),
    known("page", outputMachine, "src/machines/output.machine.ts"),
    known("page", tabClaimMachine, "src/machines/tabClaim.machine.ts"),
    known("page", elementPlayerMachine, "apps/web/element/elementPlayer.machine.ts"),
    known("page worker", preloaderMachine, "src/machines/preloader.machine.ts"),
    known("page worker", windowCacheMachine, "src/machines/windowCache.machine.ts"),
    known("page worker", standbyMachine, "src/machines/standby.machine.ts"),
    known("page worker", linkMachine, "src/machines/link.machine.ts"),
    known("host", hostMachine(part), "src/machines/host.machine.ts"),
    known("host", sessionMachine(part), "src/machines/session.machine.ts"),
    known("host", trackProcessorMachine(part, part), "src/machines/trackProcessor.machine.ts"),
    known("host", warmerMachine(part, part), "src/machines/warmer.machine.ts"),
    known(
      "host",
      surveyorMachine({ quietMs: 1, restMs: 1 }, part),
      "src/machines/surveyor.machine.ts",
    ),
    known(
      "host",
      renderSchedulerMachine(part, part, part),
      "src/machines/renderScheduler.machine.ts",
    ),
    known(
      "host",
      cacheMachine({ desk: part, takeListing: part, memoryBytesAt: part }),
      "src/machines/cache.machine.ts",
    ),
    known("host", cacheTierMachine(tierPolicy, part, part), "src/machines/cacheTier.machine.ts"),
    known("host", diskIndexMachine(part, part), "src/machines/diskIndex.machine.ts"),
    known("host", workerPoolMachine, "src/machines/workerPool.machine.ts"),
    known("host", workerSlotMachine, "src/machines/workerSlot.machine.ts"),
    known("headless player", hostProcessMachine, "apps/listen/hostProcess.machine.ts"),
  ];
}

const tierPolicy = { name: "disk", parallel: 1, sweepMs: 1, restMs: 1 } as const;

function known(side: KnownMachine["side"], machine: AnyStateMachine, file: string): KnownMachine {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  return { side, machine, file, purpose: purposeIn(readFileSync(path, "utf8")) };
}

/** @throws RangeError when the file does not begin with `/** Name: sentence.` */
function purposeIn(text: string): string {
  const found = /^\/\*\* [^:]+: ([^]*?\.)\s/.exec(text)?.[1];
  if (found === undefined) throw new RangeError("a machine whose header does not say what it is");
  const sentence = found.replace(/\s*\n \*\s*/g, " ");
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}
