/** HTTP reads: renditions and segments for those who ask without a session.
 *  Nothing is emitted before the call has returned. */
import { segmentId } from "../../machines/segmentId.ts";
import type { Clock } from "../../ports/clock.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import type { Rendition } from "../../protocol/hostMessages.ts";
import type { Host } from "../hostApi.ts";
import type { OpenTracks } from "./openTracks.ts";
import type { RenderSpecs } from "./renderSpecs.ts";
import type { SegmentAccess } from "./segmentAccess.ts";
import type { SegmentBytes } from "./segmentBytes.ts";

/** Hz told of a rendition whose file was not looked at yet and whose header said nothing */
const guessedRate = 44_100;

export type HttpReads = Pick<Host, "openRendition" | "readSegment"> & {
  /** Cancels whatever is open. */
  readonly endAll: () => void;
  readonly size: () => number;
};

/** @param rateHint Hz that the catalogue tells of a track
 *  @param changed called when something is open that was not, or the other way round */
export function httpReads(
  clock: Clock,
  tracks: OpenTracks,
  specs: RenderSpecs,
  access: SegmentAccess,
  bytes: SegmentBytes,
  rateHint: (track: string) => number | null,
  changed: () => void,
): HttpReads {
  const open = new Set<() => void>();
  const later = (run: () => void) => {
    const timer = clock.setTimeout(run, 0);
    return () => clock.clearTimeout(timer);
  };

  const openRendition: Host["openRendition"] = ({ track, variant, rate }, emit) => {
    let told = "";
    let isBegun = false;
    const tell = (rendition: Rendition) => {
      const text = JSON.stringify(rendition);
      if (!isBegun || text === told) return;
      told = text;
      emit(rendition);
    };
    const rateNow = () => rate ?? taken?.ownRate() ?? rateHint(track) ?? guessedRate;
    const look = () => {
      if (taken) tell(taken.rendition(variant, rateNow()));
    };
    const listener = {
      changed: look,
      expired: (why: Fault) =>
        tell({ type: "rendition", track, variant, rate: rateNow(), status: "failed", fault: why }),
    };
    const taking = tracks.take(track, listener);
    const taken = "code" in taking ? undefined : taking;
    taken?.ask(variant);
    taken?.recheck();
    const forget = later(() => {
      isBegun = true;
      if ("code" in taking) emit({ type: "unopened", fault: taking });
      else look();
    });
    const end = () => {
      if (!open.delete(end)) return;
      forget();
      taken?.release();
      changed();
    };
    open.add(end);
    changed();
    return end;
  };

  const readSegment: Host["readSegment"] = ({ key, segment }, emit) => {
    const id = segmentId(key, segment);
    let release = (_isServed: boolean) => {};
    const end = (isServed = false) => {
      if (!open.delete(end)) return;
      forget();
      release(isServed);
    };
    const forget = later(() => {
      const spec = specs.get(key);
      if (!spec) {
        end();
        return emit({ type: "failed", fault: fault("source-changed", "The track is not open.") });
      }
      let read = 0;
      const askedAtMs = clock.now();
      let placedAtMs: number | undefined;
      const advance = () => {
        placedAtMs ??= clock.now();
        const held = bytes.get(id);
        if (!held || !open.has(end)) return;
        const until = held.filled * held.channels * 2;
        const run = held.samples.subarray(read, until);
        read = until;
        if (run.byteLength > 0) emit({ type: "run", samples: run });
        if (!open.has(end) || !bytes.isComplete(id)) return;
        const tier = ask.tier()!;
        end(true);
        const queuedMs = placedAtMs - askedAtMs;
        emit({ type: "done", tier, queuedMs, madeMs: clock.now() - placedAtMs });
      };
      let isAsked = false;
      const listener = {
        advanced: () => {
          if (isAsked) advance();
        },
        failed: (why: Fault) => {
          end();
          emit({ type: "failed", fault: why });
        },
      };
      const ask = access.ask(id, spec.plan === null, "high", clock.now(), listener);
      isAsked = true;
      release = ask.release;
      if (ask.tier() !== null) advance();
    });
    open.add(end);
    return () => end();
  };

  return {
    openRendition,
    readSegment,
    endAll: () => {
      for (const end of [...open]) end();
    },
    size: () => open.size,
  };
}
