/** What an app gets when it starts the host root, and what it has to hand in. */
import type { InspectionEvent } from "xstate";
import type { MasteringGoals } from "../audio/plan.ts";
import type { EvictionReason } from "../machines/evictionCount.ts";
import type { RenderClass } from "../machines/renderQueue.ts";
import type { Geometry } from "../protocol/geometry.ts";
import type { Fault } from "../protocol/faults.ts";
import type { Rendition } from "../protocol/hostMessages.ts";
import type { Epoch, RenderKey, Tier, TrackId } from "../protocol/limits.ts";
import type { VariantName } from "../protocol/variant.ts";
import type { Catalogue } from "../ports/catalogue.ts";
import type { Clock, WallClock } from "../ports/clock.ts";
import type { Decode, SpareSources } from "../ports/decoder.ts";
import type { Disk } from "../ports/disk.ts";
import type { DiskIndex } from "../ports/diskIndex.ts";
import type { MemoryGauge } from "../ports/memoryGauge.ts";
import type { Start } from "../ports/port.ts";
import type { Random } from "../ports/random.ts";
import type { RenderEngine } from "../ports/renderEngine.ts";
import type { AcceptedSocket } from "../ports/socket.ts";

export type HostPorts = {
  readonly clock: Clock;
  readonly wallClock: WallClock;
  readonly random: Random;
  readonly disk: Disk;
  /** null: none is kept; every file is looked at when the host starts, and the order of use is that of
   *  writing */
  readonly diskIndex: DiskIndex | null;
  readonly memory: MemoryGauge;
  readonly catalogue: Catalogue;
  readonly decode: Decode;
  /** left out: what was decoded for nobody stays like any other */
  readonly spareSources?: SpareSources;
  readonly engine: RenderEngine;
  /** hears what xstate tells of every actor of the host, from the first on */
  readonly inspect?: (event: InspectionEvent) => void;
};

export type HostConfig = {
  readonly epoch: Epoch;
  readonly geometry: Geometry;
  /** refuse hellos without this token; null: none is needed */
  readonly token: string | null;
  /** what the hot tier may hold at most; what sessions are at beyond it lies in the warm one */
  readonly hotBytes: number;
  readonly warmBytes: number;
  /** bytes of each that are left when memory is critical; together several segments, or nothing can be
   *  heard */
  readonly hotBytesMin: number;
  readonly warmBytesMin: number;
  readonly diskBytes: number;
  readonly diskDays: number;
  /** ms between looks for files that are older */
  readonly sweepMs: number;
  readonly sliceBytesMax: number;
  /** first slice of an urgent answer, bytes; doubles up to `sliceBytesMax` */
  readonly firstSliceBytes: number;
  /** bytes a socket may have buffered before the session stops handing it slices */
  readonly socketBytesMax: number;
  /** ms without a word from the player after which its connection is given up */
  readonly silenceMs: number;
  /** ms an unused track stays open */
  readonly trackIdleMs: number;
  /** jobs that may wait in the render queue; one more is answered `busy` */
  readonly queueMax: number;
  readonly warming: WarmingConfig;
  /** how the library is analysed while the host is idle; left out: it is not */
  readonly survey?: SurveyConfig;
  /** loudness and ceiling of everything enhanced; left out: −14 LUFS, −1.5 dBTP */
  readonly goals?: MasteringGoals;
};

/** When the fingerprints of tracks that nobody has opened yet are made. */
export type SurveyConfig = {
  /** ms without anybody playing or waiting before it begins */
  readonly quietMs: number;
  /** ms between two tracks */
  readonly restMs: number;
};

/** How far ahead of its players a host prepares. */
export type WarmingConfig = {
  /** both sides of A/B, that far before and behind the head */
  readonly aroundSeconds: number;
  /** ms of play after which the rest of the track is warmed */
  readonly spreadMs: number;
  /** share of the warm tier that all sessions together may fill with what nobody has asked for, as long as
   *  it is not on disk; 0: nothing is made ahead */
  readonly warmShare: number;
};

/** A segment as HTTP reads it: runs of interleaved s16le, first to last, then the tier it came from. */
export type SegmentReport =
  | { readonly type: "run"; readonly samples: Uint8Array }
  | {
      readonly type: "done";
      readonly tier: Tier;
      /** ms until it was placed: a render's wait in line, or the wait for memory */
      readonly queuedMs: number;
      /** ms from then to its last sample */
      readonly madeMs: number;
    }
  | { readonly type: "failed"; readonly fault: Fault };

export type HostFigures = {
  readonly sessions: number;
  readonly rendersTotal: number;
  readonly hits: Readonly<Record<Tier, number>>;
  readonly bytes: { readonly L1: number; readonly L2: number; readonly L3: number };
  readonly queueDepth: Readonly<Record<RenderClass, number>>;
  readonly running: number;
  readonly openTracks: number;
  /** tracks that were analysed ahead, while nobody played, since the start */
  readonly surveyed: number;
  /** bytes that each tier may hold now */
  readonly budget: HostFigures["bytes"];
  /** what became of jobs and of those who waited for them, since the start */
  readonly jobs: {
    /** askers who joined a render that was there */
    readonly coalesced: number;
    readonly promoted: number;
    readonly demoted: number;
    /** stopped for one in a hurry, and put back into the line */
    readonly givenWay: number;
    /** left the line because nobody waited any more */
    readonly dropped: number;
    /** were stopped while they ran, for the same reason */
    readonly stopped: number;
  };
  readonly evictions: readonly {
    readonly tier: Tier;
    readonly reason: EvictionReason;
    readonly count: number;
  }[];
  /** files that were made anew: stored facts that were not as they were written, decoded audio that was
   *  damaged or gone; damaged segments are among the evictions */
  readonly damaged: { readonly facts: number; readonly pcm: number };
  /** segments that left memory before they could be written */
  readonly unwritten: number;
  /** segments in memory that wait for the disk */
  readonly behind: number;
  /** how long an answer is reckoned with, by kind, ms */
  readonly timeoutsMs: Readonly<Record<AnswerKind, number>>;
};

/** Where a segment comes from, as far as its time goes. */
export type AnswerKind = "memory" | "disk" | "render";

export type Host = {
  readonly epoch: Epoch;
  /** Takes over a freshly accepted socket and speaks the protocol on it. */
  readonly accept: (socket: AcceptedSocket) => void;
  /** Opens a track in a variant; reports every change of its state until cancelled, which gives the
   *  track back. `rate` null: the file's own. Analysis of enhanced variants starts at once. */
  readonly openRendition: Start<
    { readonly track: TrackId; readonly variant: VariantName; readonly rate: number | null },
    Rendition | { readonly type: "unopened"; readonly fault: Fault }
  >;
  /** Reads one segment of a rendering that is open (`openRendition` not yet cancelled). */
  readonly readSegment: Start<{ readonly key: RenderKey; readonly segment: number }, SegmentReport>;
  readonly figures: () => HostFigures;
  /** Time from asking for a segment to its first bytes, by kind, ms. */
  readonly onAnswer: (listen: (kind: AnswerKind, ms: number) => void) => void;
  /** Time that a render waited in line, ms, and the class it had when it was begun. */
  readonly onRenderBegun: (listen: (priority: RenderClass, waitedMs: number) => void) => void;
  /** What is wrong with the books, in words; empty when they are sound. For tests and simulation.
   *  Holds between events, not inside one. Cost O(segments held + asks). */
  readonly audit: () => readonly string[];
  /** Ends every session, job and actor; `done` is called when nothing of it is left. */
  readonly stop: (done: () => void) => void;
};
export type CreateHost = (ports: HostPorts, config: HostConfig) => Host;
