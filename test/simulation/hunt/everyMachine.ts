/** Every machine of `src/machines`, once each, around parts that are never used: for whoever looks at
 *  their states and transitions without running them. */
import type { AnyStateMachine } from "xstate";
import { cacheMachine } from "#engine/machines/cache.machine.ts";
import { cacheTierMachine, type TierPolicy } from "#engine/machines/cacheTier.machine.ts";
import { diskIndexMachine } from "#engine/machines/diskIndex.machine.ts";
import { hostMachine } from "#engine/machines/host.machine.ts";
import { linkMachine } from "#engine/machines/link.machine.ts";
import { outputMachine } from "#engine/machines/output.machine.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import { preloaderMachine } from "#engine/machines/preloader.machine.ts";
import { queueMachine } from "#engine/machines/queue.machine.ts";
import { renderSchedulerMachine } from "#engine/machines/renderScheduler.machine.ts";
import { sessionMachine } from "#engine/machines/session.machine.ts";
import { trackProcessorMachine } from "#engine/machines/trackProcessor.machine.ts";
import { surveyorMachine } from "#engine/machines/surveyor.machine.ts";
import { warmerMachine } from "#engine/machines/warmer.machine.ts";
import { standbyMachine } from "#engine/machines/standby.machine.ts";
import { windowCacheMachine } from "#engine/machines/windowCache.machine.ts";
import { workerPoolMachine } from "#engine/machines/workerPool.machine.ts";
import { workerSlotMachine } from "#engine/machines/workerSlot.machine.ts";

/** By the name of the file that defines it. Made to be read, not to be run: the parts are absent. */
export function everyMachine(): ReadonlyMap<string, AnyStateMachine> {
  const absent = null as never;
  const policy: TierPolicy = { name: "disk", parallel: 1, sweepMs: 1, restMs: 1 };
  return new Map<string, AnyStateMachine>([
    ["cache", cacheMachine({ desk: absent, takeListing: absent, memoryBytesAt: absent })],
    ["cacheTier", cacheTierMachine(policy, absent, absent)],
    ["diskIndex", diskIndexMachine(absent, absent)],
    ["host", hostMachine(absent)],
    ["link", linkMachine],
    ["output", outputMachine],
    ["player", playerMachine],
    ["preloader", preloaderMachine],
    ["queue", queueMachine],
    ["renderScheduler", renderSchedulerMachine(1, absent, absent)],
    ["session", sessionMachine(absent)],
    ["trackProcessor", trackProcessorMachine(1, absent)],
    ["warmer", warmerMachine(1, absent)],
    ["surveyor", surveyorMachine({ quietMs: 1, restMs: 1 }, absent)],
    ["windowCache", windowCacheMachine],
    ["standby", standbyMachine],
    ["workerPool", workerPoolMachine],
    ["workerSlot", workerSlotMachine],
  ]);
}

/** The name in `everyMachine` of a machine that runs: the tiers are one machine under three names. */
export function machineName(id: string): string {
  return ["hotTier", "warmTier", "diskTier"].includes(id) ? "cacheTier" : id;
}
