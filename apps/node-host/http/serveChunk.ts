import type { Host } from "#engine/actors/hostApi.ts";
import { wavHeader } from "#engine/audio/wav.ts";
import {
  chunkRange,
  frames as asFrames,
  segmentCount,
  segmentRange,
  type Frames,
  type Geometry,
} from "#engine/protocol/geometry.ts";
import type { ReadyRendition } from "#engine/protocol/hostMessages.ts";
import { limits, tiers, type Tier, type TrackId } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { refusal } from "./answers.ts";
import { openReady, readSegment } from "./openReady.ts";
import type { Exchange } from "./router.ts";

/** an enhanced request waits for the plan, and any request for the decoder, this long */
const waitMs = 10_000;

/** `GET /api/tracks/ID/chunks/K`: segment K and the first part of K+1 as a 16-bit WAV. */
export async function serveChunk(
  host: Host,
  geometry: Geometry,
  wish: { readonly track: TrackId; readonly variant: VariantName; readonly chunk: number },
  { request, response, signal, timing }: Exchange,
): Promise<void> {
  const { track, variant, chunk } = wish;
  const outside = (): Error => refusal("chunk-out-of-range", `The track has no chunk ${chunk}.`);
  if (!(chunk * geometry.intervalSeconds * limits.rateMin <= limits.framesMax)) throw outside();
  const { rendition, release } = await openReady(
    host,
    { track, variant },
    {
      enough: (ready) => ready.exact || ready.decoded >= wholeChunk(geometry, ready.rate, chunk),
      waitMs,
      signal,
      timed: timing.add,
    },
  );
  try {
    const { rate, channels, key } = rendition;
    const total = lengthOf(rendition);
    if (chunk >= segmentCount(geometry, rate, total)) throw outside();
    const etag = `"${key}-${chunk}"`;
    const cacheHeaders = { etag, "cache-control": "private, no-cache" };
    if (request.headers["if-none-match"]?.includes(etag)) {
      response.writeHead(304, cacheHeaders).end();
      return;
    }
    const range = chunkRange(geometry, rate, chunk, total);
    const reachesOn = range.until > segmentRange(geometry, rate, chunk, total).until;
    const segments = await Promise.all(
      (reachesOn ? [chunk, chunk + 1] : [chunk]).map((segment) =>
        readSegment(host, { key, segment }, signal),
      ),
    );
    const header = wavHeader({ rate, channels, frames: range.until - range.from });
    const sampleBytes = (range.until - range.from) * channels * 2;
    const samples = Buffer.concat(
      segments.map((segment) => segment.samples),
      sampleBytes,
    );
    const tier = variant === "original" ? "ORIGINAL" : slowest(segments.map((each) => each.tier));
    timing.addSegments(tier, segments);
    response.writeHead(200, {
      ...cacheHeaders,
      "content-type": "audio/wav",
      "content-length": header.byteLength + sampleBytes,
      "x-cache-tier": tier,
      "x-chunk-start-frame": range.from,
      "x-chunk-frames": range.until - range.from,
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    response.write(header);
    response.end(samples);
  } finally {
    release();
  }
}

/** Frames that must be decoded before both segments of the chunk are known to be whole. */
function wholeChunk(geometry: Geometry, rate: number, chunk: number): number {
  return segmentRange(geometry, rate, chunk + 1, asFrames(limits.framesMax)).until;
}

/** Exact length, or while that is unknown as much as is decoded: the chunk lies inside it. */
function lengthOf({ exact, frames, decoded }: ReadyRendition): Frames {
  return asFrames(exact ? frames : decoded);
}

function slowest(of: readonly Tier[]): Tier {
  return of.reduce((a, b) => (tiers.indexOf(a) > tiers.indexOf(b) ? a : b));
}
