/** Track jobs: carries out what a track's machine orders, through the ports, and reports back. */
import { fingerprintVersion, type Fingerprint } from "../../audio/fingerprint.ts";
import { keyOf } from "../../machines/renditionOf.ts";
import type { TrackOrders } from "../../machines/trackOrders.ts";
import type { TrackEvent } from "../../machines/trackEvents.ts";
import type { VariantBook } from "../../machines/variantBook.ts";
import type { FileReport } from "../../ports/catalogue.ts";
import type { SourceInfo } from "../../ports/decoder.ts";
import type { Cancel } from "../../ports/port.ts";
import { frames, type Geometry } from "../../protocol/geometry.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { VariantName } from "../../protocol/variant.ts";
import {
  parseStored,
  storedFingerprintSchema,
  storedLoudnessSchema,
  writeStored,
} from "../../streams/storedFacts.ts";
import type { HostFigures, HostPorts } from "../hostApi.ts";
import { fingerprintPath, type AlbumFacts } from "./albumFacts.ts";

export type TrackJobs = Omit<TrackOrders, "close"> & {
  /** Looks at the file again; `source.changed` when it is another one or none. */
  readonly recheck: (signature: string) => void;
  /** The loudness of a variant is known exactly: it is kept for the next time. */
  readonly keepLoudness: (info: SourceInfo, variant: VariantName, loudness: number | null) => void;
  /** jobs that run now */
  readonly running: () => number;
};

type DiskReport = Parameters<Parameters<HostPorts["disk"]["read"]>[1]>[0];
type StoredSchema<Value> = Parameters<typeof parseStored<Value>>[0];
type JobName = "check" | "follow" | "decode" | "fingerprint" | "measure" | "recheck";

/** @param albums what is known of the album is looked for beside the track's own fingerprint
 *  @param known called when the track's fingerprint is in its book, before that is reported
 *  @param send reports to the track's machine; never called before an order has returned
 *  @param damaged called when a stored file is not as it was written: what was in it is made anew */
export function trackJobs(
  ports: HostPorts,
  geometry: Geometry,
  track: TrackId,
  book: VariantBook,
  albums: AlbumFacts,
  known: (info: SourceInfo) => void,
  send: (event: TrackEvent) => void,
  damaged: (kind: keyof HostFigures["damaged"]) => void,
): TrackJobs {
  const { disk, engine, catalogue, decode } = ports;
  const running = new Map<JobName | Cancel, Cancel>();
  const stop = (job: JobName) => {
    running.get(job)?.();
    running.delete(job);
  };
  const begin = (job: JobName, cancel: Cancel) => {
    stop(job);
    running.set(job, cancel);
  };
  const store = (path: string, value: object) => {
    const cancel = disk.write({ path, bytes: writeStored(value, path) }, () => {
      running.delete(cancel); // whether it failed or not: what is not stored is measured again
    });
    running.set(cancel, cancel);
  };
  const storedIn = <Value>(schema: StoredSchema<Value>, path: string, report: DiskReport) => {
    if (report.type !== "read") return undefined;
    const stored = parseStored(schema, report.bytes, path);
    if (stored === undefined) damaged("facts");
    return stored;
  };
  /** What a look at the file says about the track that was opened with a `signature`. */
  const compare = (signature: string, report: FileReport) => {
    if (report.type === "failed") {
      // while somebody writes to it, what is decoded of it is as good as it was
      if (report.fault.code !== "source-changed")
        send({ type: "source.changed", why: report.fault });
    } else if (report.source.signature !== signature)
      send({ type: "source.changed", why: fault("source-changed", "The file changed.") });
  };
  /** When the decoded audio is gone, no job has failed: the track has to be opened anew. */
  const failed = (why: Fault) => {
    if (why.code === "source-changed") damaged("pcm");
    send({ type: why.code === "source-changed" ? "source.changed" : "fingerprint.failed", why });
  };
  const makeKnown = (info: SourceInfo, fingerprint: Fingerprint) => {
    book.fingerprint = fingerprint;
    albums.note(info.sourceId, fingerprint);
    known(info);
  };
  const loudnessPath = (info: SourceInfo, variant: VariantName) =>
    `loudness/${keyOf(info, book.entry(variant)!.planText, geometry, info.rate)}.json`;

  const measureAnew = (info: SourceInfo, total: SourceInfo["framesHint"], variant: VariantName) => {
    const entry = book.entry(variant)!;
    if (total === null) {
      entry.isSought = true;
      send({ type: "loudness.known", variant });
      return;
    }
    const { plan } = entry;
    const request = { source: info, total, plan, geometry };
    begin(
      "measure",
      engine.measure(request, (report) => {
        running.delete("measure");
        if (report.type === "failed" && report.fault.code === "source-changed")
          return failed(report.fault);
        // without a measurement the variant plays all the same, only its loudness is not matched
        if (!entry.isWhole) {
          entry.loudness = report.type === "done" ? report.loudness : null;
          if (report.type === "done")
            store(loudnessPath(info, variant), { loudness: report.loudness });
        }
        send({ type: "loudness.known", variant });
      }),
    );
  };

  return {
    check: () =>
      begin(
        "check",
        catalogue.check({ track }, (report) => {
          running.delete("check");
          if (report.type === "found") send({ type: "source.found", source: report.source });
          else send({ type: "source.missing", why: report.fault });
        }),
      ),
    follow: ({ signature }) =>
      begin(
        "follow",
        catalogue.follow({ track, signature }, (report) => {
          running.delete("follow");
          compare(signature, report);
        }),
      ),
    recheck: (signature) =>
      begin(
        "recheck",
        catalogue.check({ track }, (report) => {
          running.delete("recheck");
          compare(signature, report);
        }),
      ),
    decode: ({ path, format }) =>
      begin(
        "decode",
        decode({ path, format }, (report) => {
          if (report.type === "probed") send({ ...report, type: "decode.probed" });
          else if (report.type === "progress")
            send({ type: "decode.advanced", decoded: report.decoded });
          else {
            running.delete("decode");
            if (report.type === "done") send({ type: "decode.finished", total: report.total });
            else send({ type: "decode.failed", why: report.fault });
          }
        }),
      ),
    seekFingerprint: (info) => {
      const path = fingerprintPath(info.sourceId);
      let stored: Fingerprint | undefined;
      let missing = 2;
      const come = () => {
        if (--missing > 0) return;
        running.delete("fingerprint");
        // what was made a moment ago may not be on disk yet
        stored ??= albums.get(info.sourceId);
        if (stored) makeKnown(info, stored);
        send({ type: "fingerprint.sought", isKnown: stored !== undefined });
      };
      const stopAlbum = albums.seek(track, come);
      const stopOwn = disk.read({ path }, (report) => {
        const found = storedIn(storedFingerprintSchema, path, report);
        if (found?.version === fingerprintVersion)
          stored = { ...found, total: frames(found.total) };
        come();
      });
      begin("fingerprint", () => {
        stopAlbum();
        stopOwn();
      });
    },
    analyse: (info, total) =>
      begin(
        "fingerprint",
        engine.analyse({ source: info, total }, (report) => {
          running.delete("fingerprint");
          if (report.type === "failed") failed(report.fault);
          else {
            store(fingerprintPath(info.sourceId), report.fingerprint);
            makeKnown(info, report.fingerprint);
            send({ type: "fingerprint.made" });
          }
        }),
      ),
    measure: (info, total, variant) =>
      begin(
        "measure",
        disk.read({ path: loudnessPath(info, variant) }, (report) => {
          running.delete("measure");
          const stored = storedIn(storedLoudnessSchema, loudnessPath(info, variant), report);
          if (!stored) return measureAnew(info, total, variant);
          const entry = book.entry(variant)!;
          if (!entry.isWhole) entry.loudness = stored.loudness;
          send({ type: "loudness.known", variant });
        }),
      ),
    keepLoudness: (info, variant, loudness) => store(loudnessPath(info, variant), { loudness }),
    cancelMeasure: () => stop("measure"),
    cancelAll: () => {
      for (const cancel of running.values()) cancel();
      running.clear();
    },
    running: () => running.size,
  };
}
