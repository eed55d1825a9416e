/** What `npm run render` knows of files: one alone, or the album that it belongs to. */
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import type { Catalogue, TrackSource } from "#engine/ports/catalogue.ts";
import type { DecodeReport } from "#engine/ports/decoder.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import { faultOfErrno } from "./faultOfErrno.ts";
import { Refusal } from "./http/answers.ts";
import { factsAfter } from "./library/factsAfter.ts";
import { openLibrary } from "./library/library.ts";
import { readTags } from "./library/readTags.ts";
import type { TrackFacts } from "./library/track.ts";
import { signatureOf } from "./library/walkFolder.ts";

export type RenderCatalogue = {
  readonly track: TrackId;
  readonly catalogue: Catalogue;
  /** the other tracks of its album, the one that precedes it last */
  readonly others: readonly TrackId[];
  /** hears what the decoder finds */
  readonly note: (path: string, report: DecodeReport) => void;
  /** what is wrong with the track, as far as the decoder has come; null: nothing */
  readonly flaw: () => Fault | null;
  readonly close: () => Promise<void>;
};

/** A file that stands alone, and that nobody changes while it is rendered.
 *  @throws Refusal when it cannot be looked at */
export async function singleFile(path: string): Promise<RenderCatalogue> {
  const { source, facts: read } = await lookInto(path);
  let facts = read;
  const catalogue: Catalogue = {
    find: () => source,
    check: (_, emit) => {
      let live = true;
      queueMicrotask(() => live && emit({ type: "found", source }));
      return () => {
        live = false;
      };
    },
    follow: () => () => undefined,
    watch: () => () => undefined,
  };
  const close = () => Promise.resolve();
  return {
    track: source.id,
    catalogue,
    others: [],
    note: (_, report) => {
      facts = factsAfter(facts, report);
    },
    flaw: () => facts.fault,
    close,
  };
}

/** A file as a track of its album: those in its folder, and below, that its tags say.
 *  @param data for what is known of them, thrown away afterwards
 *  @throws Refusal when there is no such album */
export async function albumOf(path: string, data: string): Promise<RenderCatalogue> {
  const library = await openLibrary({ folders: [dirname(path)], data, tell: () => undefined });
  await library.scan();
  const real = await realpath(path).catch(() => path); // whether it is there was looked at before
  const isInput = (id: TrackId) => [path, real].includes(library.track(id)!.path);
  const track = library.list().tracks.find(({ id }) => isInput(id))?.id;
  const album = track === undefined ? [] : (library.album?.(track) ?? []).map(({ id }) => id);
  if (track === undefined || album.length === 0) {
    await library.close();
    const why = "By its tags it belongs to no album of its folder.";
    throw new Refusal(fault("request-invalid", why));
  }
  const at = album.indexOf(track);
  const others = [...album.slice(at + 1), ...album.slice(0, at)];
  const { note, close } = library;
  const flaw = () => library.track(track)?.facts.fault ?? null;
  return { track, catalogue: library, others, note, flaw, close };
}

const alone = "render";

async function lookInto(
  path: string,
): Promise<{ readonly source: TrackSource; readonly facts: TrackFacts }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new Refusal(faultOfErrno(cause, path));
  });
  const signature = signatureOf(found);
  const extension = extname(path).slice(1).toLowerCase();
  const facts = await readTags({
    id: alone,
    path,
    folder: "",
    name: basename(path),
    extension,
    signature,
    bytes: found.size,
    picture: null,
  });
  const { format, frames, sampleRate } = facts;
  const hints = { framesHint: frames || null, rateHint: sampleRate || null };
  return { source: { id: alone, path, signature, format, ...hints }, facts };
}
