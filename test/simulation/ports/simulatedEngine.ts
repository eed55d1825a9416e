/** The render engine port: segments whose samples are frame codes, a pure function of (key, frame), some
 *  time after they were asked for. It also holds the host to what it owes the engine: a key names one
 *  rendering, no segment is rendered twice at once, nothing is asked for that is not decoded. */
import type { Fingerprint } from "#engine/audio/fingerprint.ts";
import type { Plan } from "#engine/audio/plan.ts";
import type { RenderEngine, RenderRequest } from "#engine/ports/renderEngine.ts";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { encodeFrame, leftOf, rightOf } from "../judge/frameCode.ts";
import type { Docket } from "../judge/docket.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { sourceIdOf, type PcmShelf } from "./simulatedDecode.ts";
import { simulatedTracks, type SimulatedTrack } from "./tracks.ts";

export type EngineWorld = {
  readonly world: World;
  readonly realm: Realm;
  readonly docket: Docket;
  readonly shelf: PcmShelf;
  readonly fingerprintOf: (track: SimulatedTrack) => Fingerprint;
  /** number of the variant in the frame code; undefined when the plan belongs to none */
  readonly variantOf: (track: SimulatedTrack, plan: Plan | null) => number | undefined;
  /** which frame's code stands at `frame`; anything but itself is a planted defect */
  readonly misplace?: (frame: number, request: RenderRequest) => number;
  /** renders that fail before the next one succeeds */
  readonly mishaps: { renders: number };
  /** key → what it named when it was first seen; outlives the runs of the host */
  readonly keys: Map<string, string>;
};

export const engineSlots = 2;
/** output frames per ms: about 60 × real time */
const framesPerMs = 24;
const pieces = 4;

export function simulatedEngine(parts: EngineWorld): RenderEngine {
  const { world, realm, docket } = parts;
  const random = realm.random.fork("engine");
  const running = new Set<string>();

  function later(kind: string, minMs: number, maxMs: number, run: () => void): () => void {
    const delay = random.between(minMs, maxMs);
    const event = world.schedule(delay, `${realm.name}.engine.${kind}`, run, realm);
    return () => world.cancel(event);
  }

  function inspect(request: RenderRequest, track: SimulatedTrack, job: string): void {
    const { key, source, plan, rate, range } = request;
    const meaning = JSON.stringify([source.sourceId, plan, rate, request.geometry]);
    const before = parts.keys.get(key);
    if (before !== undefined && before !== meaning)
      docket.accuse("key", `${key} names two renderings: ${before} and ${meaning}`);
    parts.keys.set(key, meaning);
    if (running.has(job)) docket.accuse("once", `${job} is rendered twice at the same time`);
    if (running.size >= engineSlots) docket.accuse("slots", `${running.size + 1} renders at once`);
    const needed = Math.floor(((range.until - 1) * source.rate) / rate);
    const decoded = parts.shelf.get(source.pcmPath) ?? 0;
    if (needed >= decoded)
      docket.accuse("undecoded", `${track.id} ${request.segment} asked at ${decoded} decoded`);
  }

  return {
    slots: engineSlots,
    render: (request, emit) => {
      const track = trackOf(request.source.sourceId);
      const job = `${track.id} ${request.key} #${request.segment}`;
      inspect(request, track, job);
      running.add(job);
      const variant = parts.variantOf(track, request.plan);
      if (variant === undefined) docket.accuse("plan", `a plan of no variant for ${track.id}`);
      const { from, until } = request.range;
      const bounds = Array.from({ length: pieces + 1 }, (_, i) =>
        Math.round(from + ((until - from) * i) / pieces),
      );
      const pieceMs = (until - from) / pieces / framesPerMs;
      let cancel = later("begin", 0.5, 15, () => piece(0));

      function piece(index: number): void {
        const start = bounds[index];
        const end = bounds[index + 1];
        if (index === 1 && parts.mishaps.renders > 0) {
          parts.mishaps.renders--;
          running.delete(job);
          emit({ type: "failed", fault: fault("worker-lost", "its worker died") });
          return;
        }
        if (start === undefined || end === undefined) {
          running.delete(job);
          emit({ type: "done" });
          return;
        }
        if (end > start) {
          const samples = codes(request, track.number, variant ?? 15, start, end);
          emit({ type: "slice", start: frames(start), frames: frames(end - start), samples });
        }
        cancel = later("slice", pieceMs * 0.7, pieceMs * 1.6, () => piece(index + 1));
      }
      return () => {
        running.delete(job);
        cancel();
      };
    },
    analyse: ({ source }, emit) =>
      later("analyse", 30, 400, () =>
        emit({ type: "done", fingerprint: parts.fingerprintOf(trackOf(source.sourceId)) }),
      ),
    measure: (_request, emit) =>
      later("measure", 20, 200, () => emit({ type: "done", loudness: simulatedLoudness })),
  };

  function codes(
    request: RenderRequest,
    track: number,
    variant: number,
    start: number,
    end: number,
  ): Uint8Array {
    const samples = new Int16Array((end - start) * 2);
    for (let at = start; at < end; at++) {
      const frame = parts.misplace?.(at, request) ?? at;
      const code = encodeFrame({ frame, track, version: 0, variant });
      samples[(at - start) * 2] = leftOf(code);
      samples[(at - start) * 2 + 1] = rightOf(code);
    }
    return new Uint8Array(samples.buffer);
  }
}

/** LUFS of every rendering: equal, so that *Match loudness* leaves every lane at unity. */
export const simulatedLoudness = -20;

function trackOf(sourceId: string): SimulatedTrack {
  const track = simulatedTracks.find((one) => sourceIdOf(one) === sourceId);
  if (!track) throw new Error(`the simulated engine knows no source ${sourceId}`);
  return track;
}
