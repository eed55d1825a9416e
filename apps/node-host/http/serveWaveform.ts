import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { Host, HostPorts } from "#engine/actors/hostApi.ts";
import { waveformSchema, type Waveform } from "#engine/protocol/library.ts";
import { parseStored, writeStored } from "#engine/streams/storedFacts.ts";
import { readWaveform } from "../decode/readWaveform.ts";
import type { LibraryTrack } from "../library/track.ts";
import { answerJson } from "./answers.ts";
import { openReady } from "./openReady.ts";
import type { Exchange } from "./router.ts";

/** how long a request waits for the decoder */
const waitMs = 30_000;
/** of some kilobytes each */
const keptMax = 64;

type Disk = Pick<HostPorts["disk"], "read" | "write">;

/** Serves `GET /api/tracks/ID/waveform`: `{low, high}`, as soon as the track is decoded. It is read off the decoded
 *  audio once for every source, one source at a time, and kept in the data folder. 202 when the decoded audio cannot be
 *  looked at just now.
 *  @param data absolute; its `pcm` holds the decoded audio
 *  @param trackOf what is known of a track by now, when it is decoded more than when it was asked for */
export function createWaveforms(
  host: Host,
  disk: Disk,
  data: string,
  trackOf: (id: string) => LibraryTrack | undefined,
): (track: LibraryTrack, exchange: Exchange) => Promise<void> {
  const kept = new LRUCache<string, Promise<Waveform | null>>({ max: keptMax });
  let queue: Promise<unknown> = Promise.resolve();

  const seek = async (sourceId: string): Promise<Waveform | null> => {
    const path = `waveforms/${sourceId}.json`;
    const stored = await readStored(disk, path);
    if (stored) return stored;
    const waveform = await readWaveform(join(data, "pcm", `${sourceId}.pcm`), sourceId);
    // should it fail, it is read off again after the next start
    if (waveform) disk.write({ path, bytes: writeStored(waveform, path) }, () => undefined);
    return waveform;
  };

  const waveformOf = (sourceId: string): Promise<Waveform | null> => {
    const known = kept.get(sourceId);
    if (known) return known;
    const sought = queue.then(() => seek(sourceId));
    queue = sought.catch(() => undefined /* its asker is told */);
    kept.set(sourceId, sought);
    const forget = (): void => void kept.delete(sourceId);
    void sought.then((found) => found ?? forget(), forget);
    return sought;
  };

  return async ({ id }, { request, response, signal, timing }) => {
    const { release } = await openReady(
      host,
      { track: id, variant: "original" },
      { enough: ({ exact }) => exact, waitMs, signal, timed: timing.add },
    );
    try {
      const sourceId = trackOf(id)?.facts.sourceId;
      const waveform = sourceId ? await waveformOf(sourceId) : null;
      // no fault: whoever asks again has it, and a browser complains of faults wherever they are expected
      if (!waveform) return answerJson(response, {}, 202, { "retry-after": "1" });
      const etag = `"${sourceId}"`;
      const headers = { etag, "cache-control": "private, no-cache" };
      if (request.headers["if-none-match"]?.includes(etag)) response.writeHead(304, headers).end();
      else answerJson(response, waveform, 200, headers);
    } finally {
      release();
    }
  };
}

function readStored(disk: Disk, path: string): Promise<Waveform | undefined> {
  return new Promise((resolve) => {
    disk.read({ path }, (report) =>
      resolve(report.type === "read" ? parseStored(waveformSchema, report.bytes, path) : undefined),
    );
  });
}
