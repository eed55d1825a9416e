/** The decode port: fills the PCM store over virtual time. The store outlives the host's runs, a decode
 *  under way does not: what is there in part is decoded anew. */
import type { Decode, SpareSources } from "#engine/ports/decoder.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { versionsMax, type SimulatedLibrary } from "./simulatedLibrary.ts";
import { simulatedTracks, type SimulatedTrack } from "./tracks.ts";

/** frames per ms: about 400 × real time at the scaled rate */
const framesPerMs = 160;
const blockFrames = 1600;

/** What of a track was decoded: which version of its file. */
export type Content = { readonly track: SimulatedTrack; readonly version: number };

export function pcmPathOf({ track, version }: Content): string {
  // absolute, as a real one is
  return `/data/pcm/${track.id}.${version}`;
}

/** 32 hexadecimal digits, one value per track and version. */
export function sourceIdOf({ track, version }: Content): string {
  return (track.number * versionsMax + version + 1).toString(16).padStart(32, "5");
}

/** @throws Error for a source that no simulated track has */
export function contentOfSource(sourceId: string): Content {
  for (const track of simulatedTracks)
    for (let version = 0; version < versionsMax; version++)
      if (sourceIdOf({ track, version }) === sourceId) return { track, version };
  throw new Error(`no simulated track has the source ${sourceId}`);
}

export function simulatedDecode(
  world: World,
  realm: Realm,
  library: SimulatedLibrary,
): { readonly decode: Decode; readonly spareSources: SpareSources } {
  const random = realm.random.fork("decode");
  const { shelf, lost } = library;
  /** decoded for nobody */
  const spare = new Set<string>();
  const spareSources: SpareSources = {
    keep: (_, pcmPath) => void (pcmPath !== null && spare.delete(pcmPath)),
    discard: (pcmPath) => void (spare.delete(pcmPath) && shelf.delete(pcmPath)),
  };
  const decode: Decode = ({ path, isSpare = false }, emit) => {
    const track = simulatedTracks.find((one) => path === `/music/${one.id}.wav`);
    let isOver = false;
    let event = world.schedule(random.between(2, 30), `${realm.name}.decode.probe`, probe, realm);

    function next(delayMs: number, kind: string, run: () => void): void {
      const stalledMs = Math.max(0, library.stalledUntil - world.now);
      event = world.schedule(delayMs + stalledMs, `${realm.name}.decode.${kind}`, run, realm);
    }
    function fail(why: Fault): void {
      isOver = true;
      if (track) library.trouble(track, world.now, !why.retryable);
      emit({ type: "failed", fault: why });
    }
    /** What goes wrong at this stage, if anything does. */
    function mishap(stage: "probe" | "middle"): Fault | null {
      const at = library.mishaps.findIndex((each) => each.stage === stage);
      return at < 0 ? null : library.mishaps.splice(at, 1)[0]!.why;
    }
    function probe(): void {
      if (!track || library.file(track).isMissing)
        return fail(fault("file-missing", `${path} is not there`));
      const why = mishap("probe");
      if (why) return fail(why);
      const content = { track, version: library.file(track).version };
      const pcmPath = pcmPathOf(content);
      if (shelf.get(pcmPath) === track.frames && !lost.has(pcmPath)) {
        tell(content, track.frames, true);
        return next(1, "done", () => done(content));
      }
      lost.delete(pcmPath);
      shelf.set(pcmPath, 0);
      if (isSpare) spare.add(pcmPath);
      else spare.delete(pcmPath);
      next(random.between(1, 10), "block", () => block(content));
    }
    function tell(content: Content, decoded: number, exact: boolean): void {
      const { rate, frames: total, hint = total } = content.track;
      const info = {
        sourceId: sourceIdOf(content),
        pcmPath: pcmPathOf(content),
        rate,
        channels: 2,
        format: "s16",
        framesHint: frames(decoded === total ? total : hint),
      } as const;
      library.probed(content.track, content.version, info.sourceId);
      emit({ type: "probed", info, decoded: frames(decoded), exact });
    }
    function block(content: Content): void {
      const pcmPath = pcmPathOf(content);
      const { track: of, version } = content;
      if (library.file(of).version !== version)
        return fail(fault("source-changed", "The file was written to while it was decoded."));
      const before = shelf.get(pcmPath)!;
      const why = before > 0 && mishap("middle");
      if (why) return fail(why);
      const decoded = Math.min(of.frames, before + blockFrames);
      shelf.set(pcmPath, decoded);
      if (before === 0) tell(content, decoded, false);
      else emit({ type: "progress", decoded: frames(decoded) });
      const blockMs = ((decoded - before) / framesPerMs) * random.between(0.7, 2);
      if (isOver) return;
      if (decoded < of.frames) return next(blockMs, "block", () => block(content));
      const late = library.lateEnds.shift();
      late?.struck();
      next(1 + (late?.byMs ?? 0), "done", () => done(content));
    }
    function done(content: Content): void {
      library.measured(content.track);
      emit({ type: "done", total: frames(content.track.frames) });
    }
    return () => {
      isOver = true;
      world.cancel(event);
    };
  };
  return { decode, spareSources };
}
