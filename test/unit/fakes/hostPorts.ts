/** Ports of the host in memory: a library of ramps, a decoder, an engine and a disk that answer after
 *  some ms of a hand-turned clock, unless a test holds them back. */
import type { HostConfig, HostPorts } from "#engine/actors/hostApi.ts";
import type { SegmentLoudness } from "#engine/audio/segmentLoudness.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import type { Disk } from "#engine/ports/disk.ts";
import type { MemoryLevel } from "#engine/ports/memoryGauge.ts";
import type { RenderEngine, RenderRequest } from "#engine/ports/renderEngine.ts";
import type { Emit } from "#engine/ports/port.ts";
import { IndexMedium, indexOver } from "../../simulation/ports/simulatedIndex.ts";
import { fingerprintOf } from "./fingerprintOf.ts";
import type { HandClock } from "./handClock.ts";

export const testConfig: HostConfig = {
  epoch: "run1",
  geometry: { intervalSeconds: 10, overlapSeconds: 5, contextSeconds: 5 },
  token: null,
  hotBytes: 40_000,
  warmBytes: 100_000,
  hotBytesMin: 10_000,
  warmBytesMin: 20_000,
  diskBytes: 100_000,
  diskDays: 7,
  sweepMs: 600_000,
  sliceBytesMax: 2000,
  firstSliceBytes: 250,
  socketBytesMax: 10_000,
  silenceMs: 15_000,
  trackIdleMs: 30_000,
  queueMax: 32,
  warming: { aroundSeconds: 30, spreadMs: 5000, warmShare: 0.5 },
};

export type FakeTrack = {
  signature: string;
  totalFrames: number;
  rate: number;
  channels: number;
  fault?: Fault;
};

/** What a test can see and change. */
export type FakeWorld = {
  readonly clock: HandClock;
  readonly tracks: Map<string, FakeTrack>;
  /** tracks that follow each other on one album */
  album: readonly string[];
  /** LUFS of tracks that are not at −20 */
  readonly loudness: Map<string, number>;
  /** of what is rendered, where the engine measures it */
  segmentLoudness?: (segment: number) => SegmentLoudness;
  /** decoded audio that lies there: path → whether it was decoded for nobody */
  readonly decoded: Map<string, "spare" | "kept">;
  /** tracks that were decoded and analysed, in order */
  readonly analysed: string[];
  /** what every analysis fails with */
  analysisFault: Fault | null;
  /** tracks that the decoder has looked into */
  readonly probed: Set<string>;
  readonly files: Map<string, { bytes: Uint8Array; modified: number }>;
  readonly index: IndexMedium;
  /** whether the host keeps an index of its files; changed between two hosts */
  isIndexed: boolean;
  /** files that the disk looked at when it listed its folder */
  readonly lookedAt: string[];
  /** every render that was begun, as `<key>/<segment>` */
  readonly rendered: string[];
  /** the last order for each of them */
  readonly orders: Map<string, RenderRequest>;
  readonly calls: Record<"analyse" | "measure" | "decode" | "cancelledRenders", number>;
  /** renders that run now; with `holdRenders` they wait to be finished by the test */
  readonly running: Map<string, { readonly request: RenderRequest; readonly finish: () => void }>;
  holdRenders: boolean;
  /** frames decoded per ms */
  decodeSpeed: number;
  writeFault: Fault | null;
  renderFault: Fault | null;
  slots: number;
  readonly watchers: Set<Emit<number>>;
  /** by track: lets the host hear that its file is another one now */
  readonly followers: Map<string, () => void>;
  /** who hears how much memory is left */
  readonly gauges: Set<Emit<MemoryLevel>>;
};

/** A library of one track `a`: 25 s of stereo at 100 Hz. */
export function fakeWorld(clock: HandClock): FakeWorld {
  const track = { signature: "1", totalFrames: 2500, rate: 100, channels: 2 };
  return {
    clock,
    tracks: new Map([["a", track]]),
    album: [],
    loudness: new Map(),
    decoded: new Map(),
    analysed: [],
    analysisFault: null,
    probed: new Set(),
    files: new Map(),
    index: new IndexMedium(),
    isIndexed: true,
    lookedAt: [],
    rendered: [],
    orders: new Map(),
    calls: { analyse: 0, measure: 0, decode: 0, cancelledRenders: 0 },
    running: new Map(),
    holdRenders: false,
    decodeSpeed: 1000,
    writeFault: null,
    renderFault: null,
    slots: 2,
    watchers: new Set(),
    followers: new Map(),
    gauges: new Set(),
  };
}

/** The s16 sample that stands at a frame of a rendering: plain to see, different for every key. */
export function sampleAt(key: string, frame: number, channel: number): number {
  const salt = Number.parseInt(key.slice(0, 3), 16);
  return ((frame * 2 + channel + salt * 7) % 65_536) - 32_768;
}

function sourceIdOf(path: string, signature: string): string {
  return `${path}${signature}`.padStart(32, "0");
}

/** All ports of the host over one world. */
export function fakePorts(world: FakeWorld): HostPorts {
  const { clock } = world;
  const after = (ms: number, run: () => void) => {
    const timer = clock.setTimeout(run, ms);
    return () => clock.clearTimeout(timer);
  };
  const sourceOf = (id: string) => {
    const track = world.tracks.get(id);
    if (!track) return undefined;
    const { signature, totalFrames, rate } = track;
    return { id, path: id, signature, format: "wav", framesHint: totalFrames, rateHint: rate };
  };
  return {
    clock,
    wallClock: clock,
    memory: (_request, emit) => {
      world.gauges.add(emit);
      return () => void world.gauges.delete(emit);
    },
    random: { uniform: () => 0.5 },
    disk: fakeDisk(world, after),
    diskIndex: world.isIndexed ? indexOver(world.index, (_kind, act) => after(1, act)) : null,
    catalogue: {
      find: sourceOf,
      check: ({ track }, emit) =>
        after(1, () => {
          const source = sourceOf(track);
          const failed = world.tracks.get(track)?.fault;
          if (!source || failed)
            emit({ type: "failed", fault: failed ?? fault("file-missing", "It is gone.") });
          else emit({ type: "found", source });
        }),
      follow: ({ track }, emit) => {
        world.followers.set(track, () => emit({ type: "found", source: sourceOf(track)! }));
        return () => world.followers.delete(track);
      },
      watch: (emit) => {
        world.watchers.add(emit);
        return () => world.watchers.delete(emit);
      },
      everyTrack: () =>
        [...world.tracks].map(([id, { signature }]) => {
          const sourceId = world.probed.has(id) ? sourceIdOf(id, signature) : null;
          return { id, signature, sourceId };
        }),
      album: (track) => {
        if (!world.album.includes(track)) return [];
        return world.album.map((id) => ({
          id,
          sourceId: world.probed.has(id) ? sourceIdOf(id, world.tracks.get(id)!.signature) : null,
        }));
      },
    },
    spareSources: {
      keep: (path) => void world.decoded.set(path, "kept"),
      discard: (pcmPath) => {
        if (world.decoded.get(pcmPath) === "spare") world.decoded.delete(pcmPath);
      },
    },
    decode: ({ path, isSpare = false }, emit) => {
      const track = world.tracks.get(path)!;
      const { totalFrames, rate, channels, signature } = track;
      world.calls.decode++;
      const sourceId = sourceIdOf(path, signature);
      world.probed.add(path);
      if (!isSpare) world.decoded.set(path, "kept");
      else if (!world.decoded.has(path)) world.decoded.set(path, "spare");
      const framesHint = frames(totalFrames);
      const info = { sourceId, pcmPath: path, rate, channels, format: "s16", framesHint } as const;
      let decoded = 0;
      let cancel = after(2, () => {
        emit({ type: "probed", info, decoded: frames(0), exact: false });
        cancel = after(1, step);
      });
      const step = () => {
        decoded = Math.min(totalFrames, decoded + world.decodeSpeed);
        emit({ type: "progress", decoded: frames(decoded) });
        cancel =
          decoded < totalFrames
            ? after(1, step)
            : after(1, () => emit({ type: "done", total: frames(totalFrames) }));
      };
      return () => cancel();
    },
    engine: fakeEngine(world, after),
  };
}

type After = (ms: number, run: () => void) => () => void;

function fakeEngine(world: FakeWorld, after: After): RenderEngine {
  return {
    get slots() {
      return world.slots;
    },
    render: (request, emit) => {
      const { key, segment, range, source } = request;
      const id = `${key}/${segment}`;
      const middle = Math.floor((range.from + range.until) / 2);
      const run = (from: number, until: number) => {
        const samples = new Int16Array((until - from) * source.channels);
        for (let at = from; at < until; at++)
          for (let channel = 0; channel < source.channels; channel++)
            samples[(at - from) * source.channels + channel] = sampleAt(key, at, channel);
        const count = frames(until - from);
        emit({
          type: "slice",
          start: frames(from),
          frames: count,
          samples: new Uint8Array(samples.buffer),
        });
      };
      const finish = () => {
        world.running.delete(id);
        if (world.renderFault) return emit({ type: "failed", fault: world.renderFault });
        run(middle, range.until);
        const loudness = world.segmentLoudness?.(segment);
        emit({ type: "done", ...(loudness && { loudness }) });
      };
      if (world.running.has(id)) throw new Error(`${id} is rendered twice at once`);
      if (world.running.size >= world.slots) throw new Error(`${id} has no slot`);
      world.rendered.push(id);
      world.orders.set(id, request);
      world.running.set(id, { request, finish });
      let cancel = after(2, () => {
        if (!world.renderFault) run(range.from, middle);
        cancel = world.holdRenders ? () => {} : after(2, finish);
      });
      return () => {
        world.calls.cancelledRenders++;
        world.running.delete(id);
        cancel();
      };
    },
    analyse: ({ source, total }, emit) => {
      world.calls.analyse++;
      const integratedLoudness = world.loudness.get(source.pcmPath) ?? -20;
      const heardLoudness = integratedLoudness;
      const fingerprint = { ...fingerprintOf(source, total), integratedLoudness, heardLoudness };
      return after(20, () => {
        if (world.analysisFault) return emit({ type: "failed", fault: world.analysisFault });
        world.analysed.push(source.pcmPath);
        emit({ type: "done", fingerprint });
      });
    },
    measure: (_request, emit) => {
      return after(10, () => {
        world.calls.measure++;
        emit({ type: "done", loudness: -14 });
      });
    },
  };
}

function fakeDisk(world: FakeWorld, after: After): Disk {
  const { files, clock } = world;
  return {
    read: ({ path }, emit) =>
      after(1, () => {
        const file = files.get(path);
        if (file) emit({ type: "read", bytes: file.bytes.slice() });
        else emit({ type: "missing" });
      }),
    write: ({ path, bytes }, emit) => {
      const copy = bytes.slice();
      let isHeard = true;
      // a write that has begun goes on
      after(3, () => {
        if (!world.writeFault) files.set(path, { bytes: copy, modified: clock.wallNow() });
        if (!isHeard) return;
        emit(world.writeFault ? { type: "failed", fault: world.writeFault } : { type: "written" });
      });
      return () => {
        isHeard = false;
      };
    },
    remove: ({ path }, emit) =>
      after(1, () => {
        files.delete(path);
        emit({ type: "removed" });
      }),
    list: ({ folder, known }, emit) =>
      after(2, () => {
        const all = [...files].filter(([path]) => path.startsWith(`${folder}/`));
        const found = all
          .filter(([path]) => !known?.includes(path))
          .map(([path, { bytes, modified }]) => ({ path, bytes: bytes.byteLength, modified }));
        world.lookedAt.push(...found.map(({ path }) => path));
        const there = known?.filter((path) => files.has(path));
        emit({ type: "listed", files: found, ...(there && { known: there }) });
      }),
  };
}
