import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Host } from "#engine/actors/hostApi.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import { intervalFrames, type Geometry } from "#engine/protocol/geometry.ts";
import type { TrackId } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { refusal } from "./answers.ts";
import { readByteRange } from "./byteRange.ts";
import { openReady, readSegment, type WholeSegment } from "./openReady.ts";
import type { Exchange } from "./router.ts";

/** `GET /api/tracks/ID/stream.wav`: the whole variant, segment after segment, with ranges. Waits for plan
 *  and exact length as long as the asker does. One segment is in memory at a time. The headers come with the
 *  first of them: its tier is named, and if it fails, that is said instead. */
export async function serveStream(
  host: Host,
  geometry: Geometry,
  wish: { readonly track: TrackId; readonly variant: VariantName },
  { request, response, signal, timing }: Exchange,
): Promise<void> {
  const { rendition, release } = await openReady(host, wish, {
    enough: ({ exact }) => exact,
    waitMs: Infinity,
    signal,
    timed: timing.add,
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
    const segmentBytes = intervalFrames(geometry, rate) * channels * 2;
    const read = async (at: number): Promise<WholeSegment> =>
      readSegment(host, { key, segment: Math.floor(at / segmentBytes) }, signal);
    // positions count from the first sample
    let at = Math.max(0, from - header.byteLength);
    const end = until - header.byteLength;
    let segment = request.method === "HEAD" || at >= end ? undefined : await read(at);
    const tier = wish.variant === "original" ? "ORIGINAL" : segment?.tier;
    if (segment) timing.addSegments(tier!, [segment]);
    response.writeHead(range === "whole" ? 200 : 206, {
      "content-type": "audio/wav",
      "content-length": until - from,
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache",
      etag,
      ...(tier && { "x-cache-tier": tier }),
      ...(range !== "whole" && { "content-range": `bytes ${from}-${until - 1}/${total}` }),
    });
    if (request.method !== "HEAD") {
      if (from < header.byteLength)
        await write(response, header.subarray(from, Math.min(until, header.byteLength)), signal);
      while (at < end) {
        segment ??= await read(at);
        const offset = at % segmentBytes;
        const part = segment.samples.subarray(offset, offset + end - at);
        if (part.byteLength === 0) throw refusal("render-failed", "A segment came out short.");
        segment = undefined;
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
