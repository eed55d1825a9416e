/** Sendable events: which events whoever watches an actor may send it, and what each carries. An event is left out where
 *  nobody but its usual sender can say it: it hands over something, it is counted and taken back later, or it ends the
 *  actor and leaves behind what that stands for. */
import * as z from "zod/mini";
import type { CacheEvent } from "../machines/cache.machine.ts";
import type { DiskIndexEvent } from "../machines/diskIndex.machine.ts";
import type { LinkEvent } from "../machines/link.machine.ts";
import type { OutputEvent } from "../machines/output.machine.ts";
import type { PlayerEvent } from "../machines/playerContext.ts";
import type { PreloaderEvent } from "../machines/preloader.machine.ts";
import type { QueueEvent } from "../machines/queue.machine.ts";
import type { SchedulerEvent } from "../machines/renderScheduler.machine.ts";
import type { SessionEvent } from "../machines/session.machine.ts";
import type { StandbyEvent } from "../machines/standby.machine.ts";
import type { TabClaimEvent } from "../machines/tabClaim.machine.ts";
import type { TrackEvent } from "../machines/trackEvents.ts";
import type { WarmerEvent } from "../machines/warmer.machine.ts";
import type { WindowEvent } from "../machines/windowCache.machine.ts";
import type { WorkerSlotEvent } from "../machines/workerSlot.machine.ts";
import { memoryLevels } from "../ports/memoryGauge.ts";
import { counterSchema, frameSchema, rateSchema } from "../protocol/limits.ts";
import { variantNameSchema } from "../protocol/variant.ts";

type Rest<Event, Type> = Omit<Extract<Event, { readonly type: Type }>, "type">;

export type Sendable<Carried = object> = {
  readonly schema: z.ZodMiniType<Carried>;
  /** what it may carry, when none was heard yet; null: it can only be sent as it was heard before */
  readonly example: Carried | null;
};
type SendableOf<Event extends { readonly type: string }> = {
  readonly [Type in Event["type"]]?: Sendable<Rest<Event, Type>>;
};

const bare: Sendable = { schema: z.strictObject({}), example: {} };
const place = { schema: z.strictObject({ place: counterSchema }), example: { place: 0 } };
const level = {
  schema: z.strictObject({ level: z.enum(memoryLevels) }),
  example: { level: "tight" },
} as const;
const connection = { schema: z.strictObject({ connection: counterSchema }), example: null };

const player: SendableOf<PlayerEvent> = {
  "transport.play": bare,
  "transport.pause": bare,
  "transport.seek": {
    schema: z.strictObject({ frame: frameSchema }),
    example: { frame: 441_000 },
  },
  "variant.choose": {
    schema: z.strictObject({ variant: variantNameSchema, counterpart: variantNameSchema }),
    example: { variant: "original", counterpart: "adaptive@80" },
  },
  "lane.starved": bare,
  "lane.refilled": bare,
};

const queue: SendableOf<QueueEvent> = {
  "place.choose": place,
  "queue.next": place,
  "queue.previous": place,
  "track.ended": place,
  "track.failed": place,
};

const output: SendableOf<OutputEvent> = {
  "output.wake": bare,
  "output.rebuild": { schema: z.strictObject({ rate: rateSchema }), example: { rate: 48_000 } },
  "context.running": bare,
  "context.suspended": bare,
  "context.interrupted": bare,
  "context.closed": bare,
  "clock.moved": bare,
};

const tabClaim: SendableOf<TabClaimEvent> = {
  "sound.wanted": bare,
  "sound.ended": bare,
  "claim.granted": bare,
  "claim.lost": bare,
  "claim.seen": bare,
  "claim.freed": bare,
};

const link: SendableOf<LinkEvent> = {
  "link.open": bare,
  "socket.closed": connection,
  "hello.refused": connection,
  "silence.noticed": connection,
};

const preloader: SendableOf<PreloaderEvent> = {
  "intention.failed": bare,
  "answer.failed": bare,
  "slice.arrived": bare,
};

const standby: SendableOf<StandbyEvent> = {
  "transport.told": {
    schema: z.strictObject({ playing: z.boolean() }),
    example: { playing: false },
  },
  "margin.measured": {
    schema: z.strictObject({
      heldShare: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
    }),
    example: { heldShare: 0.1 },
  },
};

const windowCache: SendableOf<WindowEvent> = { "memory.changed": level };

const session: SendableOf<SessionEvent> = {
  "supply.changed": bare,
  "socket.filled": {
    schema: z.strictObject({ hasSent: z.boolean() }),
    example: { hasSent: true },
  },
  "news.arisen": bare,
  "retry.due": bare,
};

const trackProcessor: SendableOf<TrackEvent> = { "track.giveWay": bare };

const warmer: SendableOf<WarmerEvent> = { "listener.left": bare, "supply.changed": bare };

const renderScheduler: SendableOf<SchedulerEvent> = { "source.changed": bare, "room.freed": bare };

const cache: SendableOf<CacheEvent> = { "disk.rested": bare, "memory.changed": level };

const diskIndex: SendableOf<DiskIndexEvent> = { "index.failed": bare, "batch.failed": bare };

const workerSlot: SendableOf<WorkerSlotEvent> = { "worker.violated": bare, "job.reported": bare };

const machines: Readonly<Record<string, object>> = {
  ...{ player, queue, output, tabClaim, link, preloader, standby, windowCache, session },
  ...{ trackProcessor, warmer, renderScheduler, cache, diskIndex, workerSlot },
};

const ending: ReadonlySet<string> = new Set([
  ...[
    "host.stop",
    "host.left",
    "host.leave",
    "output.leave",
    "link.leave",
    "socket.closed",
    "player.moved",
  ],
]);

/** Why nobody but its usual sender can send an event, in a sentence; null: it can be sent.
 *  @param machine its id @param event its type, as a chart calls it */
export function whyUnsendable(machine: string, event: string): string | null {
  if (event === "always" || event.startsWith("after ") || event.endsWith(" of a child"))
    return "It comes by itself.";
  if (sendable(machine, event)) return null;
  if (ending.has(event) || event.endsWith(".close"))
    return "It would end the actor, and leave behind what it stands for.";
  return "It hands over something, or is counted: only its usual sender can say it.";
}

/** @returns undefined where nobody but its usual sender can send it */
export function sendable(machine: string, event: string): Sendable | undefined {
  const events = Object.hasOwn(machines, machine) ? machines[machine]! : {};
  return Object.hasOwn(events, event) ? (Reflect.get(events, event) as Sendable) : undefined;
}

/** Puts an event together. @param data what it carries as JSON; empty: nothing
 *  @returns a sentence when that cannot be */
export function eventFrom(
  machine: string,
  type: string,
  data: string,
): { readonly type: string } | string {
  const found = sendable(machine, type);
  if (!found) return whyUnsendable(machine, type)!;
  let carried: unknown;
  try {
    carried = data === "" ? {} : JSON.parse(data);
  } catch {
    return "What it carries is no JSON.";
  }
  const parsed = found.schema.safeParse(carried);
  if (parsed.success) return { ...parsed.data, type };
  const { example } = found;
  const proper = example && ` What it may carry is ${JSON.stringify(example)}, say.`;
  return `It does not carry this.${proper ?? ""}`;
}
