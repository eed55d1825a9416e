/** Host: the root that wires the host's actors to each other and to the ports. */
import { diskIndexMachine, type DiskIndexEvent } from "../machines/diskIndex.machine.ts";
import { evictionReasons, type EvictionCount } from "../machines/evictionCount.ts";
import { Ledger, ledgerTiers, type LedgerTier } from "../machines/ledger.ts";
import { memoryTiers, type MemoryBudget, type MemoryTier } from "../machines/memoryTiers.ts";
import { MoveQueue } from "../machines/moveQueue.ts";
import { RenderQueue, type RenderClass } from "../machines/renderQueue.ts";
import {
  renderSchedulerMachine,
  type SchedulerEvent,
} from "../machines/renderScheduler.machine.ts";
import { SegmentDesk } from "../machines/segmentDesk.ts";
import { parseSegmentId, type SegmentId } from "../machines/segmentId.ts";
import { cacheMachine, type CacheEvent } from "../machines/cache.machine.ts";
import { cacheTierMachine, type TierEvent } from "../machines/cacheTier.machine.ts";
import type { Fault } from "../protocol/faults.ts";
import type { HostMessage } from "../protocol/hostMessages.ts";
import type { Tier } from "../protocol/limits.ts";
import type { MemoryLevel } from "../ports/memoryGauge.ts";
import type { CreateHost, HostConfig, HostFigures } from "./hostApi.ts";
import { tierIndex } from "./host/cacheNews.ts";
import { Children } from "./host/children.ts";
import { indexKeeper, noIndex } from "./host/indexKeeper.ts";
import { httpReads } from "./host/httpReads.ts";
import { OpenTracks } from "./host/openTracks.ts";
import { RenderSpecs } from "./host/renderSpecs.ts";
import { renders } from "./host/renders.ts";
import { SegmentAccess } from "./host/segmentAccess.ts";
import { SegmentBytes } from "./host/segmentBytes.ts";
import { segmentFileHeaderBytes } from "./host/segmentFile.ts";
import { beginSession, type Session } from "./host/session.ts";
import { Surveying } from "./host/surveying.ts";
import { diskCarrier, memoryCarrier } from "./host/tierCarriers.ts";

const memoryPolicy = { parallel: Number.POSITIVE_INFINITY, sweepMs: null, restMs: 0 } as const;
const diskPolicy = { name: "disk", parallel: 4, restMs: 5000 } as const;

export const createHost: CreateHost = (ports, config) => {
  const { clock, engine, catalogue } = ports;
  const children = new Children(clock, ports.inspect);
  const bytes = new SegmentBytes();
  const index = tierIndex();
  const specs = new RenderSpecs(config.geometry);
  const sessions = new Set<Session>();
  let serial = 0;
  let isStopped = false;
  let survey: Surveying | undefined;

  // the actors refer to each other; none of them speaks before all are there
  const used = () => {
    // whoever leaves because the host does gives way to nobody
    if (!isStopped) survey?.look();
  };
  const toScheduler = (event: SchedulerEvent) => {
    scheduler.send(event);
    used();
  };
  const toCache = (event: CacheEvent) => cache.send(event);
  const toTier: Readonly<Record<LedgerTier, (event: TierEvent) => void>> = {
    hot: (event) => hotTier.send(event),
    warm: (event) => warmTier.send(event),
    disk: (event) => diskTier.send(event),
  };
  const toDiskIndex = (event: DiskIndexEvent) => diskIndex?.send(event);
  const tellAll = (message: HostMessage) => {
    for (const session of [...sessions]) session.tell(message);
  };
  const warn = (why: Fault) => tellAll({ type: "fault", fault: why });

  const access = new SegmentAccess(clock, bytes, toCache);
  const { hotBytes: hot, warmBytes: warm, diskBytes } = config;
  const ledger = new Ledger({ hot, warm, disk: diskBytes });
  const queue = new RenderQueue(config.queueMax, clock.now);
  const desk = new SegmentDesk(
    ledger,
    {
      askRender: ({ id, ask, priority, deadlineMs, asker }) =>
        toScheduler({
          type: "render.ask",
          id,
          ask,
          priority,
          deadlineMs,
          ...(asker !== undefined && { asker }),
        }),
      withdrawRender: (id, ask, isServed) =>
        toScheduler({ type: "render.withdraw", id, ask, isServed }),
      answerRoom: (id, answer) => toScheduler({ type: `room.${answer}`, id }),
      announceRoom: () => toScheduler({ type: "room.freed" }),
      carry: (tier, kind, id) => toTier[tier]({ type: "move.order", kind, id }),
      discard: (id) => bytes.drop(id),
      answer: (ask, tier) => access.answer(ask, tier),
      fail: (ask, why) => access.fail(ask, why),
      announceTier: (id) => {
        const { key, segment } = parseSegmentId(id)!;
        index.set(key, segment, desk.tierOf(id, specs.get(key)?.plan === null));
        for (const session of sessions) session.tierChanged(key);
      },
      wallNow: ports.wallClock.wallNow,
    },
    segmentFileHeaderBytes,
  );
  const keeper = ports.diskIndex && indexKeeper(ports.diskIndex, toDiskIndex);
  const disk = diskCarrier(
    ports,
    keeper ?? noIndex,
    config.diskDays,
    (id) => ledger.size("disk", id),
    bytes,
    toTier.disk,
    toCache,
    warn,
    diskBytes,
  );
  const work = renders(
    engine,
    specs,
    bytes,
    toScheduler,
    toCache,
    (id, loudness) => tracks.measured(id, loudness),
    (sourceId, why) => tracks.lose(sourceId, why),
  );
  const begunListeners = new Set<(priority: RenderClass, waitedMs: number) => void>();
  const start = (id: SegmentId) => {
    for (const listen of begunListeners) listen(queue.priority(id)!, queue.waitedMs(id));
    work.start(id);
  };
  const cache = children.begin(
    "cache",
    cacheMachine({
      desk,
      takeListing: disk.takeListing,
      memoryBytesAt: (level) => memoryBytesAt(level, config),
    }),
  );
  const scheduler = children.begin(
    "renderScheduler",
    renderSchedulerMachine(engine.slots, queue, { ...work, start }),
  );
  const beginMemory = (tier: MemoryTier) => {
    const carrier = memoryCarrier(tier, bytes, toTier[tier], toCache);
    const policy = { name: tier, ...memoryPolicy };
    return children.begin(`${tier}Tier`, cacheTierMachine(policy, new MoveQueue(), carrier));
  };
  const hotTier = beginMemory("hot");
  const warmTier = beginMemory("warm");
  const diskIndex =
    keeper && children.begin("diskIndex", diskIndexMachine(keeper.changes, keeper.orders));
  const diskTier = children.begin(
    "diskTier",
    cacheTierMachine({ ...diskPolicy, sweepMs: config.sweepMs }, new MoveQueue(), disk),
  );
  for (const tier of memoryTiers) toTier[tier]({ type: "tier.opened" });
  const unwatchMemory = ports.memory(null, (level) => toCache({ type: "memory.changed", level }));

  const tracks = new OpenTracks(ports, config, children, specs, () => {
    if (isStopped) return;
    work.sourceChanged();
    if (queue.queued > 0) toScheduler({ type: "source.changed" });
    used();
  });
  const rateHint = (track: string) => catalogue.find(track)?.rateHint ?? null;
  const reads = httpReads(clock, tracks, specs, access, bytes, rateHint, used);
  const isInUse = () =>
    queue.queued + work.running() + reads.size() + tracks.turns.urgency() > 0 ||
    [...sessions].some((session) => session.isPlaying());
  if (config.survey)
    survey = new Surveying({ ports, config: config.survey, children, tracks, isInUse });
  const unwatch = catalogue.watch((revision) => {
    tracks.recheckAll();
    survey?.libraryChanged();
    tellAll({ type: "library/changed", revision });
  });

  return {
    epoch: config.epoch,
    accept: (socket) => {
      if (isStopped) return socket.close(1001, "host leaves");
      let isOver = false; // what a socket brings along may end its session at once
      const made: { session?: Session } = {};
      made.session = beginSession(`session.${serial++}`, socket, {
        clock,
        config,
        children,
        tracks,
        access,
        bytes,
        index,
        isOnDisk: (id) => ledger.standing("disk", id) === "held",
        shareBytes: () =>
          (ledger.budget("warm") * config.warming.warmShare) / Math.max(1, sessions.size),
        isAt: (session, near) => toCache({ type: "playhead.moved", session, near }),
        playing: used,
        welcomed: (player) => {
          for (const other of [...sessions]) if (other.player() === player) other.leave("replaced");
        },
        ended: () => {
          isOver = true;
          sessions.delete(made.session!);
          used();
        },
      });
      if (!isOver) sessions.add(made.session);
    },
    openRendition: reads.openRendition,
    readSegment: reads.readSegment,
    onAnswer: (listen) => access.onAnswer(listen),
    onRenderBegun: (listen) => void begunListeners.add(listen),
    figures: (): HostFigures => ({
      sessions: sessions.size,
      rendersTotal: scheduler.getSnapshot().context.finished,
      hits: { ...access.hits },
      bytes: byTier((tier) => ledger.bytes(tier)),
      queueDepth: queue.depth(),
      running: work.running(),
      openTracks: tracks.size,
      surveyed: survey?.surveyed ?? 0,
      budget: byTier((tier) => ledger.budget(tier)),
      jobs: { ...queue.counts, givenWay: queue.givenWay },
      evictions: evictionsOf(desk.evictions, disk.foreign()),
      damaged: { ...tracks.damaged },
      unwritten: desk.writes.unwritten,
      behind: desk.writes.behind,
      timeoutsMs: access.timeoutsMs(),
    }),
    audit: () => [
      ...desk.breaches((id) => queue.standing(id) !== undefined),
      ...queue.breaches(engine.slots, (id) => specs.readiness(id) === "ready"),
      ...(bytes.bytes > ledger.bytes("hot") + ledger.bytes("warm")
        ? ["memory holds more than the books say"]
        : []),
      ...(desk.sessions > sessions.size ? ["somebody who has left is still followed"] : []),
      ...askBreaches(access.size, desk.askCount + cache.getSnapshot().context.parked),
      ...sessionBreaches([...sessions], access.size - reads.size()),
    ],
    stop: (done) => {
      if (isStopped) throw new RangeError("the host was stopped before");
      isStopped = true;
      unwatch();
      unwatchMemory();
      survey?.end();
      reads.endAll();
      for (const session of [...sessions]) session.leave("leaving");
      tracks.closeAll();
      toScheduler({ type: "scheduler.close" });
      for (const tier of ledgerTiers) toTier[tier]({ type: "tier.close" });
      toCache({ type: "cache.close" });
      disk.cancelAll();
      toDiskIndex({ type: "index.close" });
      children.stop();
      clock.setTimeout(done, 0);
    },
  };
};

/** What was heard goes first: where listeners are stays as it is until nothing more can be spared. */
function memoryBytesAt(level: MemoryLevel, config: HostConfig): MemoryBudget {
  const { hotBytes, hotBytesMin, warmBytes, warmBytesMin } = config;
  if (level === "roomy") return { hot: hotBytes, warm: warmBytes };
  if (level === "critical") return { hot: hotBytesMin, warm: warmBytesMin };
  return { hot: hotBytes, warm: Math.max(warmBytesMin, warmBytes / 2) };
}

function askBreaches(askers: number, asks: number): readonly string[] {
  return askers === asks ? [] : [`${askers} askers, ${asks} asks`];
}

/** @param asks of sessions, at least */
function sessionBreaches(sessions: readonly Session[], asks: number): readonly string[] {
  const out: string[] = [];
  if (asks > sessions.reduce((sum, session) => sum + session.figures().asks, 0))
    out.push("somebody who has left still asks");
  const players = sessions.map((session) => session.player()).filter((player) => player !== null);
  if (new Set(players).size < players.length) out.push("a player has two sessions");
  return out;
}

const tierNames = { hot: "L1", warm: "L2", disk: "L3" } as const satisfies Record<LedgerTier, Tier>;

function byTier(count: (tier: LedgerTier) => number): HostFigures["bytes"] {
  return { L1: count("hot"), L2: count("warm"), L3: count("disk") };
}

/** @param foreign files on disk that were none of ours */
function evictionsOf(
  counted: EvictionCount<LedgerTier>,
  foreign: number,
): HostFigures["evictions"] {
  return ledgerTiers.flatMap((tier) =>
    evictionReasons.map((reason) => {
      const isForeign = tier === "disk" && reason === "foreign";
      const count = isForeign ? foreign : counted.of(tier, reason);
      return { tier: tierNames[tier], reason, count };
    }),
  );
}
