/** Overheard: what crossed the ports of all roots in one run, written down beside them, for tests that have
 *  to say more than the judge does: what was fetched twice, what was rendered in vain, what was shown. */
import type { HostConfig, HostPorts } from "#engine/actors/hostApi.ts";
import type { PagePorts, PageView } from "#engine/actors/pageApi.ts";
import type { PageWorkerConfig, PageWorkerPorts } from "#engine/actors/pageWorkerApi.ts";
import type { RenderEngine } from "#engine/ports/renderEngine.ts";
import type { AcceptedSocket, Connect } from "#engine/ports/socket.ts";
import { decodeSlice, type Slice } from "#engine/protocol/slice.ts";
import type { Preset } from "#engine/protocol/variant.ts";
import { crc32 } from "#crc32";
import type { Demand } from "#engine/protocol/clientMessages.ts";
import type { HostMessage, ReadyRendition } from "#engine/protocol/hostMessages.ts";
import type { MixerReport } from "#engine/protocol/mixerMessages.ts";
import { decodeFrame } from "../judge/frameCode.ts";
import { simulatedVariants } from "../judge/variantNumbers.ts";
import { contentOfSource } from "../ports/simulatedDecode.ts";
import { simulatedTracks } from "../ports/tracks.ts";
import type { Deed } from "../scenario.ts";
import { shippedRoots, type Roots, type RootsOf } from "../roots.ts";

/** One order to the render engine, and what became of it. */
export type Rendered = {
  readonly track: string;
  readonly key: string;
  readonly segment: number;
  readonly isOriginal: boolean;
  /** whether the end of the track before it in its album is read */
  readonly readsBefore: boolean;
  readonly beganMs: number;
  endedMs: number;
  end: "running" | "done" | "failed" | "cancelled";
  /** frames that came of it */
  frames: number;
};

/** A slice as it reached a player; `says` is what its samples spell, null when that is not one run. */
export type Arrived = Omit<Slice, "samples"> & {
  readonly player: number;
  readonly atMs: number;
  readonly until: number;
  readonly bytes: number;
  /** it came on a connection that the player had given up */
  readonly isLate: boolean;
  readonly says: {
    readonly track: string;
    readonly variant: string;
    readonly frame: number;
  } | null;
};

type Of<What> = { readonly player: number; readonly atMs: number } & What;

/** Ports as a test would have them instead of those that it is given. */
export type Alter = {
  readonly host?: (ports: HostPorts) => HostPorts;
  readonly hostConfig?: Partial<HostConfig>;
  readonly page?: (ports: PagePorts, player: number) => PagePorts;
  readonly worker?: (ports: PageWorkerPorts, player: number) => PageWorkerPorts;
  readonly workerConfig?: Partial<PageWorkerConfig>;
};

export class Overheard {
  readonly renders: Rendered[] = [];
  /** ms at which the loudness of a variant was to be measured */
  readonly measures: number[] = [];
  readonly slices: Arrived[] = [];
  readonly demands: Of<{ readonly demand: Demand }>[] = [];
  readonly told: Of<{ readonly message: HostMessage }>[] = [];
  readonly commands: Of<{ readonly name: Deed["type"] }>[] = [];
  readonly connects: Of<unknown>[] = [];
  readonly mixer: Of<{ readonly report: MixerReport }>[] = [];
  readonly views: Of<{ readonly view: PageView }>[] = [];
  /** bytes that any socket of the host had buffered at most */
  bufferedBytesMax = 0;
  /** key and index of a segment → checksums of what was written of it to disk */
  readonly written = new Map<string, Set<number>>();
  readonly writtenMs: number[] = [];
  private readonly alter: Alter;

  constructor(alter: Alter = {}) {
    this.alter = alter;
  }

  readonly rootsOf: RootsOf = (name): Roots => {
    const player = Number(name.split(".")[1]);
    const { alter } = this;
    return {
      createHost: (ports, config) => {
        const inner = this.atHost(alter.host?.(ports) ?? ports);
        const host = shippedRoots.createHost(inner, { ...config, ...alter.hostConfig });
        return { ...host, accept: (socket) => host.accept(this.atSocket(socket)) };
      },
      createPage: (ports, config) => {
        const page = shippedRoots.createPage(
          this.atPage(player, alter.page?.(ports, player) ?? ports),
          config,
        );
        const { now } = ports.clock;
        page.view.subscribe((view) => this.views.push({ player, atMs: now(), view: { ...view } }));
        const noting =
          <Words extends readonly unknown[]>(name: Deed["type"], give: (...words: Words) => void) =>
          (...words: Words): void => {
            this.commands.push({ player, atMs: now(), name });
            give(...words);
          };
        return {
          view: page.view,
          inspect: page.inspect,
          choose: noting("choose", (track: string) => page.choose(track)),
          play: noting("play", () => page.play()),
          pause: noting("pause", () => page.pause()),
          next: noting("next", () => page.next()),
          seek: noting("seek", (seconds: number) => page.seek(seconds)),
          setEnhance: noting("enhance", (on: boolean) => page.setEnhance(on)),
          setPreset: noting("preset", (preset: Preset) => page.setPreset(preset)),
          setIntensity: noting("intensity", (percent: number) => page.setIntensity(percent)),
          previous: () => page.previous(),
          setVolume: (gain) => page.setVolume(gain),
          setMatchLoudness: (on) => page.setMatchLoudness(on),
          setCrossfade: (seconds) => page.setCrossfade(seconds),
          leave: () => page.leave(),
        };
      },
      createPageWorker: (ports, config) =>
        shippedRoots.createPageWorker(
          this.atWorker(player, alter.worker?.(ports, player) ?? ports),
          { ...config, ...alter.workerConfig },
        ),
    };
  };

  /** Slices whose samples are not what their header, and the rendition of their key, say. */
  liars(): readonly Arrived[] {
    const renditions = new Map<string, ReadyRendition>();
    for (const { message } of this.told)
      if (message.type === "rendition" && message.status === "ready")
        renditions.set(message.key, message);
    return this.slices.filter(({ key, start, says }) => {
      const named = renditions.get(key);
      if (says?.frame !== start) return true;
      return named && (named.track !== says.track || named.variant !== says.variant);
    });
  }

  /** Frames that came to a player more than once since a moment; those that came on connections given up do
   *  not count. */
  fetchedTwice(player: number, sinceMs = 0): number {
    const seen = new Map<string, Set<number>>();
    let twice = 0;
    for (const { player: of, key, start, until, atMs, isLate } of this.slices) {
      if (of !== player || isLate || atMs < sinceMs) continue;
      let frames = seen.get(key);
      if (!frames) seen.set(key, (frames = new Set()));
      for (let at: number = start; at < until; at++) {
        if (frames.has(at)) twice++;
        frames.add(at);
      }
    }
    return twice;
  }

  private atHost(ports: HostPorts): HostPorts {
    const { clock, engine, disk } = ports;
    return {
      ...ports,
      engine: {
        ...engine,
        render: this.overhearRenders(clock.now, engine),
        measure: (request, emit) => {
          this.measures.push(clock.now());
          return engine.measure(request, emit);
        },
      },
      disk: {
        ...disk,
        write: (request, emit) => {
          const sums = this.written.get(request.path) ?? new Set();
          this.written.set(request.path, sums.add(crc32(request.bytes)));
          return disk.write(request, (report) => {
            if (report.type === "written") this.writtenMs.push(clock.now());
            emit(report);
          });
        },
      },
    };
  }

  private atSocket(socket: AcceptedSocket): AcceptedSocket {
    return {
      ...socket,
      send: (data) => {
        socket.send(data);
        this.bufferedBytesMax = Math.max(this.bufferedBytesMax, socket.bufferedBytes());
      },
    };
  }

  private overhearRenders(now: () => number, engine: RenderEngine): RenderEngine["render"] {
    return (request, emit) => {
      const { key, segment, source, plan } = request;
      const rendered: Rendered = {
        track: contentOfSource(source.sourceId).track.id,
        key,
        segment,
        isOriginal: plan === null,
        readsBefore: request.before !== undefined && request.before !== null,
        beganMs: now(),
        endedMs: Number.POSITIVE_INFINITY,
        end: "running",
        frames: 0,
      };
      this.renders.push(rendered);
      const ends = (end: Rendered["end"]): void => {
        if (rendered.end === "running") Object.assign(rendered, { end, endedMs: now() });
      };
      const cancel = engine.render(request, (report) => {
        if (report.type === "slice") rendered.frames += report.frames;
        else ends(report.type);
        emit(report);
      });
      return () => {
        ends("cancelled");
        cancel();
      };
    };
  }

  private atPage(player: number, ports: PagePorts): PagePorts {
    const { clock, openOutput } = ports;
    return {
      ...ports,
      openOutput: (request, emit) =>
        openOutput(request, (report) => {
          if (report.type === "mixer")
            this.mixer.push({
              player,
              atMs: clock.now(),
              report: report.message as MixerReport,
            });
          emit(report);
        }),
    };
  }

  private atWorker(player: number, ports: PageWorkerPorts): PageWorkerPorts {
    const { now } = ports.clock;
    const connect: Connect = (request, emit) => {
      this.connects.push({ player, atMs: now() });
      let isLate = false;
      const socket = ports.connect(request, (report) => {
        const atMs = now();
        if (report.type === "binary") this.takeSlice({ player, atMs, isLate }, report.bytes);
        if (report.type === "text")
          this.told.push({ player, atMs, message: JSON.parse(report.text) as HostMessage });
        emit(report);
      });
      return {
        ...socket,
        close: (code, reason) => {
          isLate = true;
          socket.close(code, reason);
        },
        send: (data) => {
          const message = typeof data === "string" ? (JSON.parse(data) as Demand) : null;
          if (message?.type === "demand")
            this.demands.push({ player, atMs: now(), demand: message });
          socket.send(data);
        },
      };
    };
    return { ...ports, connect };
  }

  private takeSlice(arrival: Pick<Arrived, "player" | "atMs" | "isLate">, bytes: Uint8Array): void {
    const slice = decodeSlice(bytes);
    if (!slice) return;
    const { samples, ...header } = slice;
    const until = slice.start + slice.frames;
    const says = spell(samples);
    this.slices.push({ ...header, ...arrival, until, bytes: bytes.byteLength, says });
  }
}

/** What samples spell, when they are the frames of one rendering in a row. */
function spell(samples: Uint8Array): Arrived["says"] {
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const codeAt = (at: number) =>
    decodeFrame(view.getInt16(4 * at, true), view.getInt16(4 * at + 2, true));
  const first = codeAt(0);
  if (!first) return null;
  for (let at = 1; at < samples.byteLength / 4; at++) {
    const code = codeAt(at);
    const isNext = code?.frame === first.frame + at;
    if (!isNext || code.track !== first.track || code.variant !== first.variant) return null;
  }
  return {
    track: simulatedTracks[first.track]!.id,
    variant: simulatedVariants[first.variant] ?? "",
    frame: first.frame,
  };
}
