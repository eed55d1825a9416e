/** The decode port: fills the PCM store over virtual time. The store outlives the host's runs, a decode
 *  under way does not; the next one goes on where the store ends. */
import type { Decode } from "#engine/ports/decoder.ts";
import { fault } from "#engine/protocol/faults.ts";
import { frames } from "#engine/protocol/geometry.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { simulatedTracks, type SimulatedTrack } from "./tracks.ts";

/** Frames of each source that are in the store, by the path of its PCM. */
export type PcmShelf = Map<string, number>;

/** frames per ms: about 400 × real time at the scaled rate */
const framesPerMs = 160;
const blockFrames = 1600;

export function pcmPathOf(track: SimulatedTrack): string {
  return `pcm/${track.id}`;
}

/** 32 hexadecimal digits, one value per track. */
export function sourceIdOf(track: SimulatedTrack): string {
  return (track.number + 1).toString(16).padStart(32, "5");
}

/** @throws Error for a source that no simulated track has */
export function trackOfSource(sourceId: string): SimulatedTrack {
  const track = simulatedTracks.find((one) => sourceIdOf(one) === sourceId);
  if (!track) throw new Error(`no simulated track has the source ${sourceId}`);
  return track;
}

export function simulatedDecode(world: World, realm: Realm, shelf: PcmShelf): Decode {
  const random = realm.random.fork("decode");
  return ({ path }, emit) => {
    const track = simulatedTracks.find((one) => path === `/music/${one.id}.wav`);
    let event = world.schedule(random.between(2, 30), `${realm.name}.decode.probe`, probe, realm);

    function next(delayMs: number, kind: string, run: () => void): void {
      event = world.schedule(delayMs, `${realm.name}.decode.${kind}`, run, realm);
    }
    function probe(): void {
      if (!track) {
        emit({ type: "failed", fault: fault("file-missing", `${path} is not there`) });
        return;
      }
      const decoded = shelf.get(pcmPathOf(track)) ?? 0;
      const exact = decoded === track.frames;
      const info = {
        sourceId: sourceIdOf(track),
        pcmPath: pcmPathOf(track),
        rate: track.rate,
        channels: 2,
        format: "s16",
        framesHint: frames(track.frames),
      } as const;
      emit({ type: "probed", info, decoded: frames(decoded), exact });
      if (exact) next(1, "done", () => emit({ type: "done", total: frames(track.frames) }));
      else next(random.between(1, 10), "block", () => block(track));
    }
    function block(of: SimulatedTrack): void {
      const before = shelf.get(pcmPathOf(of)) ?? 0;
      const decoded = Math.min(of.frames, before + blockFrames);
      shelf.set(pcmPathOf(of), decoded);
      emit({ type: "progress", decoded: frames(decoded) });
      if (decoded < of.frames)
        next(((decoded - before) / framesPerMs) * random.between(0.7, 2), "block", () => block(of));
      else next(1, "done", () => emit({ type: "done", total: frames(decoded) }));
    }
    return () => world.cancel(event);
  };
}
