/** What every event of the host's machines says, and what is behind every timer, as in `pageMeanings.ts`. */
import type { CacheEvent } from "#engine/machines/cache.machine.ts";
import type { TierEvent } from "#engine/machines/cacheTier.machine.ts";
import type { DiskIndexEvent } from "#engine/machines/diskIndex.machine.ts";
import type { HostEvent } from "#engine/machines/host.machine.ts";
import type { SchedulerEvent } from "#engine/machines/renderScheduler.machine.ts";
import type { SessionEvent } from "#engine/machines/session.machine.ts";
import type { SurveyorEvent } from "#engine/machines/surveyor.machine.ts";
import type { TrackEvent } from "#engine/machines/trackEvents.ts";
import type { WarmerEvent } from "#engine/machines/warmer.machine.ts";
import type { SlotReport, WorkerSlotEvent } from "#engine/machines/workerSlot.machine.ts";
import type { Meanings } from "./pageMeanings.ts";

const host: Meanings<HostEvent> = {
  "child.open": "A tier, a session or a track is to live.",
  "child.end": "One of them is to end.",
  "host.stop": "All of it is to end.",
};

const session: Meanings<SessionEvent, "*" | "after look" | "after news" | "after silence"> = {
  "hello.received": "The player says who it is.",
  "demand.received": "The player says what it wants, holds and will probably want.",
  "credit.received": "The player has taken in so much, and has room for more.",
  "cancel.received": "The player does without something that it had asked for.",
  "ping.received": "The player asks whether the host is still there.",
  "peer.violated": "The player said something that no player says.",
  "socket.closed": "The connection is gone.",
  "supply.changed": "More bytes of what is wanted are there, or a rendition has changed.",
  "socket.filled": "The socket has enough for now.",
  "news.arisen": "Something small has changed that the player should hear of soon.",
  "retry.due": "What failed may be tried again.",
  "player.moved": "The player has come back on another socket.",
  "host.left": "The host goes.",
  "*": "Something else is said before a hello.",
  "after look": "It is time to see whether the socket has let go of some of it.",
  "after news": "What has changed meanwhile is told at once.",
  "after silence": "The player has said nothing for too long.",
};

const trackProcessor: Meanings<TrackEvent, "always" | "after recover" | "after idle"> = {
  "track.open": "First of all: which track it is.",
  "track.take": "Somebody needs the track.",
  "track.release": "He needs it no more.",
  "track.giveWay": "Somebody waits for another track.",
  "track.discard": "It was opened for its fingerprint alone, and that is known.",
  "variant.ask": "Somebody wants this sound of it.",
  "variant.leave": "Nobody wants it any more.",
  "source.found": "The file is there.",
  "source.missing": "The file is not there.",
  "source.changed": "A later look at the file has found another one.",
  "decode.probed": "The decoder knows what it is.",
  "decode.advanced": "More of it is decoded.",
  "decode.finished": "All of it is decoded, and its length is known.",
  "decode.failed": "It cannot be decoded.",
  "fingerprint.sought": "What a former run had measured was looked for.",
  "fingerprint.made": "It has been measured.",
  "fingerprint.failed": "It could not be measured.",
  "edition.take": "What the track is made of is another now, such as a neighbour of its album.",
  "loudness.known": "It is known how loud a sound of it is.",
  always: "Its fingerprint is known.",
  "after recover": "It is measured once more.",
  "after idle": "Nobody has needed it for long enough.",
};

const warmer: Meanings<WarmerEvent, "after spread"> = {
  "listener.heard": "The player has told where it is, and what may come.",
  "listener.left": "The player is gone.",
  "supply.changed": "Something can be made ahead that could not before, or has been.",
  "warmer.close": "The session ends.",
  "after spread": "The listener has stayed long enough for what is farther away.",
};

const surveyor: Meanings<SurveyorEvent, "after quiet" | "after rest"> = {
  "use.began": "Somebody plays, or waits for something.",
  "use.ended": "Nobody does any more.",
  "library.changed": "There are other tracks, or other files of them.",
  "track.lacking": "This track has no fingerprint.",
  "library.known": "Every track has one.",
  "look.failed": "That could not be found out.",
  "track.known": "The track that is surveyed has its fingerprint.",
  "track.failed": "It cannot have one, or not now.",
  "track.withdrawn": "Somebody else needs what it takes.",
  "survey.close": "The host goes.",
  "after quiet": "Nobody has played for long enough.",
  "after rest": "It is time to look again.",
};

const renderScheduler: Meanings<SchedulerEvent> = {
  "render.ask": "Somebody wants a segment that nobody has.",
  "render.withdraw": "He has it, or does without.",
  "source.changed": "More of a source is decoded, or no more will be.",
  "room.granted": "The segment that is to be made has its place in memory.",
  "room.refused": "There is no place for it now.",
  "room.moot": "It is there already.",
  "room.freed": "Something has left memory.",
  "engine.done": "It is made.",
  "engine.failed": "It could not be made, or its worker is lost.",
  "scheduler.close": "The host goes.",
};

const cache: Meanings<CacheEvent> = {
  "segment.ask": "Somebody wants a segment.",
  "segment.release": "He needs it no more.",
  "room.want": "A segment that is to be made needs a place.",
  "render.finished": "It is made, and in its place.",
  "render.ended": "It will not be made; its place is free again.",
  "render.refused": "It cannot be made at all.",
  "move.ended": "A tier has written, read or removed it, or could not.",
  "disk.adopted": "The files of a former run are listed.",
  "disk.swept": "It is time to let go of what is too old.",
  "disk.rested": "The disk, to which a write had failed, may be tried again.",
  "playhead.moved": "A player is at other segments.",
  "memory.changed": "The machine has more, or less, memory to spare.",
  "cache.close": "The host goes.",
};

const diskTier: Meanings<TierEvent, "after rest" | "after sweep"> = {
  "tier.opened": "What a former run has left was read.",
  "move.order": "The cache wants a segment written, read or removed.",
  "move.carried": "That is done, or has failed.",
  "tier.close": "The host goes.",
  "after rest": "Writing may be tried again.",
  "after sweep": "It is time to see what is too old.",
};

const diskIndex: Meanings<DiskIndexEvent, "after gather" | "after rest"> = {
  "index.opened": "The index can be written.",
  "index.failed": "It cannot: the files alone have to do.",
  "changes.noted": "Something has happened to files; it is done already.",
  "batch.written": "What had gathered is in the index.",
  "batch.failed": "It could not be written.",
  "index.close": "The host goes.",
  "after gather": "Enough time for changes to gather has passed.",
  "after rest": "It may be tried again.",
};

type PoolEventType = "job.submit" | "job.cancel" | "pool.close";
type PoolEvent = { readonly type: PoolEventType } | SlotReport;
const workerPool: Meanings<PoolEvent, "always" | "done of a child"> = {
  "job.submit": "Something is to be done by a worker.",
  "job.cancel": "It need not be done any more.",
  "slot.freed": "A worker has nothing to do.",
  "slot.lost": "A worker has ended, with what it did.",
  "pool.close": "The host goes.",
  "done of a child": "A slot has reached its end.",
  always: "Every slot has.",
};

type SlotTimer = "after ready" | "after silence" | "after cancelGrace" | "after rest";
const workerSlot: Meanings<WorkerSlotEvent, SlotTimer> = {
  "worker.ready": "The worker says that it can begin.",
  "worker.exited": "It has ended.",
  "worker.violated": "It said something that no worker says.",
  "job.assign": "It is to do this.",
  "job.cancel": "It need not any more.",
  "job.reported": "A sign of life while it works.",
  "job.ended": "It has done it, or could not.",
  "slot.close": "The host goes.",
  "after ready": "It took too long to begin.",
  "after silence": "It has given no sign of life for too long.",
  "after cancelGrace": "It has not let go of what it was to leave.",
  "after rest": "Another one may be started.",
};

/** By machine, then by event. */
export const hostMeanings = {
  ...{ host, session, trackProcessor, warmer, surveyor, renderScheduler },
  ...{ cache, diskTier, diskIndex, workerPool, workerSlot },
};
