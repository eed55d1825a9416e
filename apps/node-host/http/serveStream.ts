import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Host } from "#engine/actors/hostApi.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { intervalFrames, type Geometry } from "#engine/protocol/geometry.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { refusal } from "./answers.ts";
import { readByteRange } from "./byteRange.ts";
import { openReady, readSegment } from "./openReady.ts";
import type { Exchange } from "./router.ts";

/** `GET /api/tracks/ID/stream.wav`: the whole variant, segment after segment, with ranges. Waits for plan
 *  and exact length as long as the asker does. One segment is in memory at a time. */
export async function serveStream(
  host: Host,
  geometry: Geometry,
  wish: { readonly track: TrackId; readonly variant: VariantName },
  { request, response, signal }: Exchange,
): Promise<void> {
  const { rendition, release } = await openReady(host, wish, {
    enough: ({ exact }) => exact,
    waitMs: Infinity,
    signal,
  });
  try {
    const { key, rate, channels, frames } = rendition;
    const header = wavHeader({ rate, channels, frames });
    const total = header.byteLength + frames * channels * 2;
    const etag = `"${key}"`;
    const isCurrent = (request.headers["if-range"] ?? etag) === etag;
    const range = readByteRange(isCurrent ? request.headers.range : undefined, total);
    if (range === "unsatisfiable")
      throw refusal("range-unsatisfiable", `The file has ${total} bytes.`, {
        "content-range": `bytes */${total}`,
      });
    const { from, until } = range === "whole" ? { from: 0, until: total } : range;
    response.writeHead(range === "whole" ? 200 : 206, {
      "content-type": "audio/wav",
      "content-length": until - from,
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      etag,
      ...(range !== "whole" && { "content-range": `bytes ${from}-${until - 1}/${total}` }),
    });
    if (request.method !== "HEAD") {
      if (from < header.byteLength)
        await write(response, header.subarray(from, Math.min(until, header.byteLength)), signal);
      const segmentBytes = intervalFrames(geometry, rate) * channels * 2;
      // positions below count from the first sample
      let at = Math.max(0, from - header.byteLength);
      const end = until - header.byteLength;
      while (at < end) {
        const segment = Math.floor(at / segmentBytes);
        const offset = at - segment * segmentBytes;
        const { samples } = await readSegment(host, { key, segment }, signal);
        const part = samples.subarray(offset, Math.min(samples.byteLength, offset + end - at));
        if (part.byteLength === 0) throw refusal("render-failed", "A segment came out short.");
        await write(response, part, signal);
        at += part.byteLength;
      }
    }
    response.end();
  } finally {
    release();
  }
}

/** Writes, and waits while the asker reads slower than we render. */
async function write(
  response: ServerResponse,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  if (!response.write(bytes)) await once(response, "drain", { signal });
}
