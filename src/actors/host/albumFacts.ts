/** Album facts: what is known of the tracks of albums without opening them: their fingerprints, by what
 *  their files hold. Read from disk for an album when one of its tracks is opened, kept while the host runs. */
import { fingerprintVersion, type Fingerprint } from "../../audio/fingerprint.ts";
import type { AlbumMember } from "../../machines/edition.ts";
import type { Catalogue } from "../../ports/catalogue.ts";
import type { SourceId } from "../../ports/decoder.ts";
import type { Disk } from "../../ports/disk.ts";
import type { Cancel } from "../../ports/port.ts";
import { frames } from "../../protocol/geometry.ts";
import type { TrackId } from "../../protocol/limits.ts";
import { parseStored, storedFingerprintSchema } from "../../streams/storedFacts.ts";

/** fingerprints that are kept, about half a kilobyte each; the oldest are read again */
const keptMax = 2000;

/** Where fingerprints are stored, of this version and others. */
export const fingerprintFolder = "fingerprints";

/** Where the fingerprint of a source is stored. */
export function fingerprintPath(sourceId: SourceId): string {
  return `${fingerprintFolder}/${sourceId}-v${fingerprintVersion}.json`;
}

export class AlbumFacts {
  readonly #disk: Disk;
  readonly #catalogue: Catalogue;
  readonly #damaged: () => void;
  readonly #known = new Map<SourceId, Fingerprint>();

  /** @param damaged called when a stored fingerprint is not as it was written: it is as good as missing */
  constructor(disk: Disk, catalogue: Catalogue, damaged: () => void) {
    this.#disk = disk;
    this.#catalogue = catalogue;
    this.#damaged = damaged;
  }

  /** The album of a track as far as it is known now, in its order; empty when it stands alone. */
  of(track: TrackId): readonly AlbumMember[] {
    return (this.#catalogue.album?.(track) ?? []).map(({ id, sourceId }) => ({
      id,
      sourceId,
      fingerprint: sourceId === null ? undefined : this.#known.get(sourceId),
    }));
  }

  /** The fingerprint of a source that was read or made lately. */
  get(sourceId: SourceId): Fingerprint | undefined {
    return this.#known.get(sourceId);
  }

  note(sourceId: SourceId, fingerprint: Fingerprint): void {
    this.#known.delete(sourceId);
    this.#known.set(sourceId, fingerprint);
    if (this.#known.size > keptMax) this.#known.delete(this.#known.keys().next().value!);
  }

  /** Looks for what former runs stored of a track's album. @param done called once, now or later */
  seek(track: TrackId, done: () => void): Cancel {
    const members = this.of(track);
    // a track that never was decoded has no fingerprint, and without it the others are of no use
    const isHopeless = members.some(({ id, sourceId }) => sourceId === null && id !== track);
    const missing = isHopeless
      ? []
      : members.filter(({ id, fingerprint }) => id !== track && fingerprint === undefined);
    const reading = new Set<SourceId>(missing.map(({ sourceId }) => sourceId!));
    if (reading.size === 0) {
      done();
      return () => undefined;
    }
    const cancels = [...reading].map((sourceId) => {
      const path = fingerprintPath(sourceId);
      return this.#disk.read({ path }, (report) => {
        if (report.type === "read") {
          const stored = parseStored(storedFingerprintSchema, report.bytes, path);
          if (stored === undefined) this.#damaged();
          else if (stored.version === fingerprintVersion)
            this.note(sourceId, { ...stored, total: frames(stored.total) });
        }
        reading.delete(sourceId);
        if (reading.size === 0) done();
      });
    });
    return () => {
      for (const cancel of cancels) cancel();
    };
  }
}
