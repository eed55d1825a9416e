/** The simulated library: the files as they are on disk now, what the host has noticed of them, and what
 *  of them lies decoded in the PCM store. It outlives the runs of the host. */
import type { AlbumTrack, CataloguedTrack, TrackSource } from "#engine/ports/catalogue.ts";
import type { TrackEntry, TrackList } from "#engine/protocol/library.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { simulatedAlbum, simulatedTracks, type SimulatedTrack } from "./tracks.ts";

/** versions of a file that the frame code can tell apart */
export const versionsMax = 4;

type FileState = {
  /** 0…3; raised when the file is written anew */
  version: number;
  /** the version that the last look at the file found */
  noticed: number;
  isMissing: boolean;
  /** whether the decoder has told how long it is */
  isMeasured: boolean;
  /** what the decoder called the content of the version that was noticed */
  sourceId: string | null;
  /** ms when something was wrong with it last */
  troubledMs: number;
  /** the host takes it for damaged, until it is another file or is decoded all the same */
  isGivenUp: boolean;
};

/** How a decode is going to fail: at its begin, or when some of it is decoded. */
export type DecodeMishap = { readonly stage: "probe" | "middle"; readonly why: Fault };

/** ms for which the host remembers that a track could not be had */
const rememberedMs = 3000;
/** share of the claimed length that may be missing, as the real library has it */
const missingShare = 0.02;

export class SimulatedLibrary {
  /** Frames of each source that are in the store, by the path of its PCM. */
  readonly shelf = new Map<string, number>();
  /** stores that somebody has deleted, and nobody has opened since */
  readonly lost = new Set<string>();
  /** stores that were deleted some time */
  readonly everLost = new Set<string>();
  /** decodes that will fail before the next one succeeds */
  readonly mishaps: DecodeMishap[] = [];
  /** decodes that will be slow to say that they are done, though all is there, before others are prompt */
  readonly lateEnds: { readonly byMs: number; readonly struck: () => void }[] = [];
  /** until then, ms, no decode gets on */
  stalledUntil = 0;
  /** hear that a file was written anew, vanished or is there again: who watches it */
  readonly followers = new Set<(track: SimulatedTrack) => void>();
  /** hears that the list has changed */
  changed: () => void = () => undefined;
  revision = 1;
  /** false: the first look at the folders goes on, and nothing is listed */
  isScanned = true;
  private readonly files = new Map<SimulatedTrack, FileState>();
  private readonly isTagged: boolean;

  /** @param isTagged whether the files say which of them are an album */
  constructor(isTagged = false) {
    this.isTagged = isTagged;
    for (const track of simulatedTracks)
      this.files.set(track, {
        version: 0,
        noticed: 0,
        isMissing: false,
        isMeasured: false,
        sourceId: null,
        troubledMs: Number.NEGATIVE_INFINITY,
        isGivenUp: false,
      });
  }

  file(track: SimulatedTrack): Readonly<FileState> {
    return this.files.get(track)!;
  }

  /** What the last look at a file found. */
  find(id: string): TrackSource | undefined {
    const track = simulatedTracks.find((one) => one.id === id);
    return track && this.sourceOf(track);
  }

  /** Looks at a file again. */
  check(track: SimulatedTrack): TrackSource | Fault {
    const file = this.files.get(track)!;
    if (file.isMissing) return fault("file-missing", `${track.id} is not there`);
    if (file.noticed !== file.version) {
      file.noticed = file.version;
      file.isMeasured = false;
      file.sourceId = null;
      this.touch();
    }
    return this.sourceOf(track);
  }

  /** The decoder has looked into a file. */
  probed(track: SimulatedTrack, version: number, sourceId: string): void {
    const file = this.files.get(track)!;
    if (file.noticed === version) file.sourceId = sourceId;
  }

  /** The album of a track, as far as it is known what its files hold. */
  album(id: string): readonly AlbumTrack[] {
    if (!this.isTagged || !simulatedAlbum.some((track) => track.id === id)) return [];
    return simulatedAlbum.map((track) => ({ id: track.id, sourceId: this.file(track).sourceId }));
  }

  everyTrack(): readonly CataloguedTrack[] {
    if (!this.isScanned) return [];
    return simulatedTracks.map((track) => {
      const { signature } = this.sourceOf(track);
      return { id: track.id, signature, sourceId: this.file(track).sourceId };
    });
  }

  /** Whether two tracks are of one album: nothing comes between them. */
  isOneAlbum(...tracks: readonly SimulatedTrack[]): boolean {
    return this.isTagged && tracks.every((track) => simulatedAlbum.includes(track));
  }

  /** The decoder has found out how long a file is. */
  measured(track: SimulatedTrack): void {
    const file = this.files.get(track)!;
    file.isGivenUp = false;
    if (file.isMeasured) return;
    file.isMeasured = true;
    this.touch();
  }

  /** A file is written anew: other audio of the same length. @returns false when there are no more versions */
  rewrite(track: SimulatedTrack, nowMs: number): boolean {
    const file = this.files.get(track)!;
    if (file.version + 1 >= versionsMax) return false;
    file.version++;
    file.isGivenUp = false;
    this.trouble(track, nowMs);
    for (const follower of [...this.followers]) follower(track);
    return true;
  }

  /** A file vanishes, or is there again. */
  setMissing(track: SimulatedTrack, isMissing: boolean, nowMs: number): void {
    this.files.get(track)!.isMissing = isMissing;
    this.trouble(track, nowMs);
    for (const follower of [...this.followers]) follower(track);
  }

  /** Notes that something is wrong with a track, or was until now.
   *  @param isFinal it is damaged, as far as the host can tell */
  trouble(track: SimulatedTrack, nowMs: number, isFinal = false): void {
    const file = this.files.get(track)!;
    file.troubledMs = nowMs;
    file.isGivenUp ||= isFinal;
  }

  /** Whether something was wrong with a track since then, or just before: the host remembers that for a
   *  while. */
  isTroubled(track: SimulatedTrack, sinceMs: number): boolean {
    const { isMissing, isGivenUp, troubledMs } = this.file(track);
    return isMissing || isGivenUp || troubledMs > sinceMs - rememberedMs;
  }

  /** Somebody deletes what is decoded. */
  losePcm(): void {
    for (const path of this.shelf.keys()) {
      this.lost.add(path);
      this.everLost.add(path);
    }
  }

  /** The first look is over. */
  scanned(): void {
    this.isScanned = true;
    this.touch();
  }

  list(): TrackList {
    const { revision, isScanned } = this;
    if (!isScanned) return { tracks: [], scanning: true, revision };
    const tracks = simulatedTracks.map((track): TrackEntry => {
      const { isMeasured } = this.file(track);
      const { id, rate, frames, hint = frames } = track;
      const isCut = isMeasured && hint - frames > hint * missingShare;
      return {
        id,
        title: id,
        artist: "Simulated",
        album: this.isOneAlbum(track) ? "World" : "",
        durationFrames: isMeasured ? frames : hint,
        exact: isMeasured,
        sampleRate: rate,
        channels: 2,
        format: "wav",
        ...(isCut && { fault: fault("file-truncated", "The file ends early.") }),
      };
    });
    return { tracks, scanning: false, revision };
  }

  private sourceOf(track: SimulatedTrack): TrackSource {
    const { noticed, isMeasured } = this.file(track);
    const { id, rate, frames, hint = frames } = track;
    return {
      id,
      path: `/music/${id}.wav`,
      signature: `${frames * 4}-${noticed + 1}`,
      format: "wav",
      framesHint: isMeasured ? frames : hint,
      rateHint: rate,
    };
  }

  private touch(): void {
    this.revision++;
    this.changed();
  }
}
