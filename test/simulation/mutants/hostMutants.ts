/** Guards of the host: sessions, scheduler, caches, tracks. */
import type { Mutant, Planting } from "./mutant.ts";

const at = (file: `src/${string}`, find: string, replace: string): Planting => {
  return { by: "source", file, find, replace };
};

export const hostMutants: readonly Mutant[] = [
  {
    name: "slices-under-way-forgotten",
    what: "what is on its way is sent again with every demand",
    guard: "sendPlan: underWay",
    planting: at(
      "src/machines/sendPlan.ts",
      "for (const each of this.#underWay) this.#cover(each.key, each);",
      "",
    ),
  },
  {
    name: "credit-not-booked",
    what: "slices cost no credit",
    guard: "sendPlan: spent",
    planting: at("src/machines/sendPlan.ts", "    this.#spent[lane] += bytes;\n", ""),
  },
  {
    name: "cancel-of-one-asker-drops-the-other",
    what: "a render is given up when one of those who wait for it goes",
    guard: "renderQueue: withdraw",
    planting: at(
      "src/machines/renderQueue.ts",
      '    if (job.waiters.size > 0) {\n      this.#rerank(job);\n      return "kept";\n    }\n',
      "",
    ),
  },
  {
    name: "least-urgent-first",
    what: "the render queue takes the least urgent class first",
    guard: "renderQueue: isBefore",
    planting: at(
      "src/machines/renderQueue.ts",
      "if (a.rank !== b.rank) return a.rank < b.rank;",
      "if (a.rank !== b.rank) return a.rank > b.rank;",
    ),
  },
  {
    name: "queue-without-a-bound",
    what: "the render queue never says no",
    guard: "renderQueue: queueMax",
    planting: at(
      "src/machines/renderQueue.ts",
      `    if (this.#queued >= this.#queueMax) return "full";\n`,
      "",
    ),
  },
  {
    name: "crashed-job-lost",
    what: "a render whose worker was lost is neither begun anew nor failed",
    guard: "renderScheduler: engine.failed",
    planting: at(
      "src/machines/renderScheduler.machine.ts",
      "      fail: (_, event: { readonly id: SegmentId; readonly why: Fault }) =>\n        giveUp(event.id, event.why),",
      '      fail: (_, event: { readonly id: SegmentId; readonly why: Fault }) => {\n        if (event.why.code !== "worker-lost") giveUp(event.id, event.why);\n      },',
    ),
  },
  {
    name: "nobody-waits-and-it-goes-on",
    what: "a render that nobody waits for any more keeps its slot",
    guard: "renderScheduler: withdraw",
    planting: at(
      "src/machines/renderScheduler.machine.ts",
      "        orders.cancel(event.id);\n        giveUp(event.id, null);\n",
      "",
    ),
  },
  {
    name: "rendered-before-it-is-decoded",
    what: "the scheduler does not ask whether a source is decoded that far",
    guard: "renderScheduler: readiness",
    planting: at(
      "src/machines/renderScheduler.machine.ts",
      `const isReady = (id: SegmentId) => orders.readiness(id) === "ready";`,
      "const isReady = (_id: SegmentId) => true;",
    ),
  },
  {
    name: "evicted-while-leased",
    what: "a segment that is being read is chosen to leave",
    guard: "ledger: leases",
    planting: at(
      "src/machines/ledger.ts",
      `    if (isIdle(entry)) this.#wake(tier, id, entry);
    entry.leases++;`,
      "    entry.leases++;",
    ),
  },
  {
    name: "ledger-counts-items",
    what: "the ledger counts entries, not bytes",
    guard: "ledger: bytes",
    planting: at(
      "src/machines/ledger.ts",
      "    books.bytes += entry.bytes;\n",
      "    books.bytes += 1;\n",
    ),
  },
  {
    name: "move-forgets-who-reads",
    what: "a segment that passes from one memory tier to the other may be thrown away under its readers",
    guard: "ledger: move",
    planting: at(
      "src/machines/ledger.ts",
      "    this.#enter(to, id, entry);",
      "    this.#enter(to, id, { ...entry, leases: 0 });",
    ),
  },
  {
    name: "playhead-has-gone-on-unheard",
    what: "what a playhead has left stays in the hot tier",
    guard: "memoryTiers: follow",
    planting: at(
      "src/machines/memoryTiers.ts",
      `if (this.tierOf(id) === "hot") this.#outgoing.add(id);`,
      "",
    ),
  },
  {
    name: "session-ends-where-it-was",
    what: "a session that has ended goes on naming what it was at",
    guard: "session: end",
    planting: at("src/actors/host/session.ts", "      follow([]);\n", ""),
  },
  {
    name: "hot-tier-without-bounds",
    what: "the hot tier takes in whatever sessions are at",
    guard: "memoryTiers: reserve",
    planting: at(
      "src/machines/ledger.ts",
      `    return books.bytes + bytes <= books.budget;`,
      `    return tier === "hot" || books.bytes + bytes <= books.budget;`,
    ),
  },
  {
    name: "checksum-of-files-not-looked-at",
    what: "a file that rotted on the disk is served",
    guard: "segmentFile: checksum",
    planting: at(
      "src/actors/host/segmentFile.ts",
      " &&\n    checksum(bytes) === view.getUint32(checksumAt, true);",
      ";\n  void checksum;",
    ),
  },
  {
    name: "reserved-entry-served",
    what: "a segment counts as there while it is still being written",
    guard: "segmentDesk: tierOf",
    planting: at(
      "src/machines/diskWrites.ts",
      "    this.#memory.lease(id);\n    this.#waiting.add(id);",
      "    this.#waiting.add(id);",
    ),
  },
  {
    name: "session-forgets-its-asks",
    what: "a session that ends does not give back what it asked for",
    guard: "session: end",
    planting: at("src/actors/host/session.ts", "      pump?.releaseAll();\n", ""),
  },
  {
    name: "session-forgets-its-tracks",
    what: "a session that ends does not give back its tracks",
    guard: "session: end",
    planting: at("src/actors/host/session.ts", "      held.releaseAll();\n", ""),
  },
  {
    name: "silent-session-kept",
    what: "a session whose player is gone without a word stays",
    guard: "session: silence",
    planting: at(
      "src/machines/session.machine.ts",
      "silence: ({ context }) => context.silenceMs,",
      "silence: ({ context }) => context.silenceMs * 1e6,",
    ),
  },
  {
    name: "blocked-socket-not-looked-at-again",
    what: "a socket that had enough is never written to again",
    guard: "session: blocked",
    planting: at(
      "src/machines/session.machine.ts",
      `after: { look: { target: "open", actions: "pump" } },`,
      "",
    ),
  },
  {
    name: "news-told-to-whoever-does-not-read",
    what: "a player that does not read is told every change on the way",
    guard: "session: hasRoom",
    planting: at(
      "src/actors/host/session.ts",
      `const hasRoom = () => socket.bufferedBytes() <= bufferedMax;`,
      `const hasRoom = () => socket.bufferedBytes() <= bufferedMax || true;`,
    ),
  },
  {
    name: "track-closed-under-its-listeners",
    what: "a track is idle when one of those who use it has gone",
    guard: "trackProcessor: isLastTaker",
    planting: at(
      "src/machines/trackProcessor.machine.ts",
      "isLastTaker: ({ context }) => context.takers === 1,",
      "isLastTaker: () => true,",
    ),
  },
  {
    name: "track-never-given-back",
    what: "a track stays in use when the last who used it has gone",
    guard: "trackProcessor: isLastTaker",
    planting: at(
      "src/machines/trackProcessor.machine.ts",
      "isLastTaker: ({ context }) => context.takers === 1,",
      "isLastTaker: () => false,",
    ),
  },
  {
    name: "loudness-of-another-variant",
    what: "a measurement that was given up counts for the next",
    guard: "trackProcessor: isMeasured",
    planting: at(
      "src/machines/trackProcessor.machine.ts",
      "isMeasured: ({ context }, variant: VariantName) => context.measuring === variant,",
      "isMeasured: (_, _variant: VariantName) => false,",
    ),
  },
  {
    name: "known-fingerprint-not-used",
    what: "a track whose fingerprint is stored waits for an analysis that nobody makes",
    guard: "trackProcessor: isKnown",
    planting: at(
      "src/machines/trackProcessor.machine.ts",
      `isKnown: ({ context }) => context.fingerprint === "known",`,
      "isKnown: () => false,",
    ),
  },
  {
    name: "preparing-track-does-not-give-way",
    what: "a track that was skipped goes on being decoded and analysed before the one that is wanted",
    guard: "openTracks: makeWay",
    planting: at(
      "src/actors/host/openTracks.ts",
      `if (open.listeners.size === 0) tell({ type: "track.giveWay" });`,
      "void open;",
    ),
  },
  {
    name: "full-disk-never-tried-again",
    what: "after a write has failed the disk is never written to again",
    guard: "cacheTier: ailing",
    planting: at(
      "src/machines/cacheTier.machine.ts",
      "delays: { rest: () => policy.restMs,",
      "delays: { rest: () => policy.restMs * 1e6,",
    ),
  },
  {
    name: "old-socket-of-a-player-kept",
    what: "a player that comes back on another socket has two sessions",
    guard: "host: welcomed",
    planting: at(
      "src/actors/host.ts",
      `for (const other of [...sessions]) if (other.player() === player) other.leave("replaced");`,
      "void player;",
    ),
  },
  {
    name: "what-follows-goes-before-what-is-meant",
    what: "a track that one listener will hear later is not given back for one that another waits for",
    guard: "preparationTurns: makeWay",
    planting: at(
      "src/actors/host/preparationTurns.ts",
      "for (const follower of [...open.followers]) follower.gaveWay();",
      "void open;",
    ),
  },
  {
    name: "what-gave-way-never-comes-back",
    what: "a track that follows and had to give way is not taken again when nobody waits any more",
    guard: "preparationTurns: look",
    planting: at(
      "src/actors/host/preparationTurns.ts",
      "for (const eased of all) eased();",
      "void all;",
    ),
  },
  {
    name: "followed-track-not-promoted",
    what: "the track that followed and is meant now still gives way to others",
    guard: "sessionTracks: promote",
    planting: at(
      "src/actors/host/sessionTracks.ts",
      "      held.isFollowing = false;\n      held.taking?.promote();\n      if (held.stopWaiting) this.#takeAnew(track, held.retries);\n",
      "      held.isFollowing = true;\n",
    ),
  },
];
