/** Surveying: the shell of the surveyor. It knows what former runs have measured by the names of what they
 *  stored, goes through the library in its order, and remembers what failed.
 *
 *  What it has decoded is for the fingerprint alone, and removed with the track: it takes the place of nothing that
 *  somebody has listened to. */
import { fingerprintVersion } from "../../audio/fingerprint.ts";
import { surveyorMachine, type SurveyorEvent } from "../../machines/surveyor.machine.ts";
import type { CataloguedTrack, SourceSignature } from "../../ports/catalogue.ts";
import type { SourceId } from "../../ports/decoder.ts";
import type { Fault } from "../../protocol/faults.ts";
import type { TrackId } from "../../protocol/limits.ts";
import type { HostPorts, SurveyConfig } from "../hostApi.ts";
import { fingerprintFolder } from "./albumFacts.ts";
import type { Children } from "./children.ts";
import type { Surveyed } from "./openTrack.ts";
import type { OpenTracks } from "./openTracks.ts";

export type SurveyingParts = {
  readonly ports: HostPorts;
  readonly config: SurveyConfig;
  readonly children: Children;
  readonly tracks: OpenTracks;
  /** whether somebody plays, or waits for something */
  readonly isInUse: () => boolean;
};

/** surveys of one file that may fail before it is left alone: of faults that may pass */
const failuresMax = 3;
const storedName = new RegExp(`/([0-9a-f]+)-v${fingerprintVersion}\\.json$`);

/** What became of the surveys of a file; with `failuresMax` it is left alone until it is another. */
type Settled = { readonly signature: SourceSignature; readonly failures: number };

export class Surveying {
  readonly #parts: SurveyingParts;
  readonly #send: (event: SurveyorEvent) => void;
  /** what fingerprints are on disk; null: not read yet */
  #stored: Set<SourceId> | null = null;
  /** what of the library is still to be looked at, the next one last */
  #ahead: CataloguedTrack[] = [];
  /** whether the library is to be gone through once more */
  #isStale = true;
  readonly #settled = new Map<TrackId, Settled>();
  #current: CataloguedTrack | null = null;
  #held: Surveyed | null = null;
  #stopListing: () => void = () => undefined;
  #wasInUse = false;
  /** tracks whose fingerprints were made, or found, since the start */
  surveyed = 0;

  constructor(parts: SurveyingParts) {
    this.#parts = parts;
    const machine = surveyorMachine(parts.config, {
      look: () => this.#look(),
      stopLooking: () => this.#stopListing(),
      take: (track) => this.#take(track),
      giveBack: (track) => this.#giveBack(track),
    });
    const actor = parts.children.begin("surveyor", machine);
    this.#send = (event) => actor.send(event);
  }

  /** Something has changed by which the host may be in use, or in use no more. */
  look(): void {
    const isInUse = this.#parts.isInUse();
    if (isInUse === this.#wasInUse) return;
    this.#wasInUse = isInUse;
    this.#send({ type: isInUse ? "use.began" : "use.ended" });
  }

  libraryChanged(): void {
    this.#isStale = true;
    this.#send({ type: "library.changed" });
  }

  end(): void {
    this.#send({ type: "survey.close" });
  }

  #look(): void {
    if (this.#stored !== null) return this.#find();
    this.#stopListing = this.#parts.ports.disk.list({ folder: fingerprintFolder }, (report) => {
      if (report.type === "failed") return this.#send({ type: "look.failed" });
      const names = report.files.flatMap(({ path }) => storedName.exec(path)?.[1] ?? []);
      this.#stored = new Set(names);
      this.#find();
    });
  }

  #find(): void {
    for (;;) {
      const next = this.#ahead.pop();
      if (next && this.#isLacking(next)) {
        this.#current = next;
        return this.#send({ type: "track.lacking", track: next.id });
      }
      if (next) continue;
      if (!this.#isStale) return this.#send({ type: "library.known" });
      this.#readLibrary();
    }
  }

  #readLibrary(): void {
    const tracks = this.#parts.ports.catalogue.everyTrack?.() ?? [];
    this.#ahead = [...tracks].reverse();
    this.#isStale = false;
    const present = new Set(tracks.map(({ id }) => id));
    for (const id of this.#settled.keys()) if (!present.has(id)) this.#settled.delete(id);
  }

  #isLacking({ id, signature, sourceId }: CataloguedTrack): boolean {
    const settled = this.#settled.get(id);
    if (settled?.signature === signature && settled.failures >= failuresMax) return false;
    if (sourceId === null) return true;
    return !this.#stored!.has(sourceId) && !this.#parts.tracks.facts.get(sourceId);
  }

  #take(track: TrackId): void {
    const taken = this.#parts.tracks.survey(track, {
      changed: () => this.#follow(),
      expired: (why) => this.#fail(why),
      gaveWay: () => this.#send({ type: "track.withdrawn" }),
    });
    if (taken === null) return this.#send({ type: "track.withdrawn" });
    if ("code" in taken) return this.#fail(taken);
    this.#held = taken;
    this.#follow();
  }

  #follow(): void {
    const standing = this.#held?.standing() ?? "preparing";
    // what was said of a track is said once; it may change again before it is given back
    if (standing === "preparing" || this.#current === null) return;
    if (standing === "known") {
      this.surveyed++;
      this.#settle(failuresMax);
      this.#send({ type: "track.known" });
    } else this.#fail(standing);
  }

  #fail({ retryable }: Fault): void {
    if (this.#current === null) return;
    const { id, signature } = this.#current;
    const before = this.#settled.get(id);
    const failures = before?.signature === signature ? before.failures : 0;
    this.#settle(retryable ? failures + 1 : failuresMax);
    // whoever may be tried again is, when the others have been
    this.#isStale ||= retryable;
    this.#send({ type: "track.failed", mayPass: retryable });
  }

  /** The track that is surveyed is done with, or is tried again later. */
  #settle(failures: number): void {
    const { id, signature } = this.#current!;
    this.#settled.set(id, { signature, failures });
    this.#current = null;
  }

  #giveBack(track: TrackId): void {
    // it was interrupted: it is the next one again
    if (this.#current?.id === track) this.#ahead.push(this.#current);
    this.#current = null;
    const held = this.#held;
    this.#held = null;
    held?.release();
  }
}
