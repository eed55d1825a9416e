import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Host, HostPorts } from "#engine/actors/hostApi.ts";
import { fault } from "#engine/protocol/faults.ts";
import type { Geometry } from "#engine/protocol/geometry.ts";
import { trackIdSchema } from "#engine/protocol/limits.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import type { ActorWatch } from "../inspectActors.ts";
import type { Library } from "../library/library.ts";
import type { LibraryTrack } from "../library/track.ts";
import type { Log } from "../log/openLog.ts";
import type { WorkerFigures } from "../workers/workerFigures.ts";
import { answerFault, answerJson, Refusal, refusal } from "./answers.ts";
import { createMetrics } from "./metrics.ts";
import { serveChunk } from "./serveChunk.ts";
import { createCovers } from "./serveCover.ts";
import { createServeInspection } from "./serveInspection.ts";
import { servePage, type PageDuty } from "./servePage.ts";
import { createTakeEvent } from "./takeEvent.ts";
import { timeAnswer, type Route, type Timing } from "./serverTiming.ts";
import { createWaveforms } from "./serveWaveform.ts";
import { serveStream } from "./serveStream.ts";
import { variantOf } from "./variantOf.ts";

/** One request with its answer; `signal` is aborted when the asker has gone. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly timing: Timing;
};

export type Routes = {
  readonly host: Host;
  readonly library: Library;
  readonly actors: ActorWatch;
  readonly workers?: (() => WorkerFigures) | undefined;
  readonly geometry: Geometry;
  /** the data folder, absolute, and as a port */
  readonly data: string;
  readonly disk: HostPorts["disk"];
  /** absolute folder of the built page */
  readonly page: string;
  /** true: the host listens on this machine only, and answers to its names only (no DNS rebinding) */
  readonly local: boolean;
  /** takes what the pages record; undefined: the host records nothing */
  readonly takeTape?: Taker | undefined;
  /** whether every page is to be inspected, and the host's own actors take events from `/inspect` */
  readonly inspects?: boolean | undefined;
  readonly log: Log;
};

type Taker = (exchange: Exchange) => Promise<void>;

const localNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** The HTTP interface: JSON, chunks, whole tracks, covers, metrics and the page. Whatever goes wrong is
 *  answered as `{code, detail, retryable}` with the status that fits. */
export function createRouter(routes: Routes): RequestListener {
  const { host, library, actors, geometry, page, local, takeTape, log } = routes;
  const duties: PageDuty[] = [];
  if (takeTape) duties.push("record");
  if (routes.inspects) duties.push("inspect");
  /** what may be posted, by address */
  const takers = new Map<string, { readonly route: Route; readonly take: Taker }>();
  if (takeTape) takers.set("/record", { route: "record", take: takeTape });
  if (routes.inspects)
    takers.set("/api/inspect/send", { route: "inspect", take: createTakeEvent(actors) });
  const metrics = createMetrics(host, library, routes.workers);
  const serveCover = createCovers();
  const serveWaveform = createWaveforms(host, routes.disk, routes.data, library.track);
  const serveInspection = createServeInspection(actors);

  const serve = async (exchange: Exchange): Promise<void> => {
    const { request, response, timing } = exchange;
    const posted = request.method === "POST" ? takers.get(request.url ?? "") : undefined;
    if (!posted && request.method !== "GET" && request.method !== "HEAD")
      throw refusal("method-not-allowed", `${request.method} is not answered here.`, {
        allow: "GET, HEAD",
      });
    if (local && !localNames.test(request.headers.host ?? ""))
      throw refusal("request-invalid", "The host answers on this machine only.");
    if (posted) {
      timing.name(posted.route);
      return posted.take(exchange);
    }
    const [rawPath, ...rest] = (request.url ?? "/").split("?");
    const query = new URLSearchParams(rest.join("?"));
    const parts = rawPath!.split("/").map(decoded);
    const [, top, collection, id, kind, index] = parts;
    if (top === "healthz" && parts.length === 2) {
      timing.name("healthz");
      return answerJson(response, { status: "ok", epoch: host.epoch });
    }
    if (top === "metrics" && parts.length === 2) {
      timing.name("metrics");
      const text = await metrics.read();
      response.writeHead(200, { "content-type": metrics.contentType, "cache-control": "no-store" });
      response.end(text);
      return;
    }
    if (top !== "api") {
      timing.name("page");
      return servePage(page, parts.join("/"), exchange, duties);
    }
    if (collection === "inspect" && parts.length === 3) {
      timing.name("inspect");
      return answerJson(response, actors.lines());
    }
    if (collection === "inspect" && id === "events" && parts.length === 4) {
      timing.name("inspect");
      return serveInspection(exchange);
    }
    if (collection === "tracks" && parts.length === 3) {
      timing.name("tracks");
      library.refresh();
      return answerJson(response, library.list());
    }
    if (collection === "tracks" && id !== undefined) {
      const track = (): LibraryTrack => known(library, id);
      if (kind === "cover" && parts.length === 5) {
        timing.name("cover");
        return serveCover(track(), exchange);
      }
      if (kind === "waveform" && parts.length === 5) {
        timing.name("waveform");
        return serveWaveform(track(), exchange);
      }
      if (kind === "stream.wav" && parts.length === 5) {
        timing.name("stream");
        return serveStream(host, geometry, { track: track().id, variant: wished(query) }, exchange);
      }
      if (kind === "chunks" && parts.length === 6) {
        timing.name("chunk");
        const wish = { track: track().id, variant: wished(query), chunk: chunkOf(index!) };
        return serveChunk(host, geometry, wish, exchange);
      }
    }
    throw refusal("not-found", "There is nothing at this address.");
  };

  return (request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    response.on("error", () => gone.abort());
    response.setHeader("x-content-type-options", "nosniff");
    const timing = timeAnswer(response, (timed) => {
      const [route, status, ms] = [timed.route(), response.statusCode, timed.totalMs()];
      metrics.answered(route, status, ms);
      log.debug({ route, status, ms: Math.round(ms), tier: timed.tier() }, "request.answered");
    });
    serve({ request, response, signal: gone.signal, timing }).catch((cause: unknown) => {
      if (gone.signal.aborted) return;
      if (!(cause instanceof Refusal))
        log.error({ route: timing.route(), method: request.method, err: cause }, "request.failed");
      answerFault(
        response,
        cause instanceof Refusal
          ? cause
          : new Refusal(fault("render-failed", "The host failed to answer; see its log.")),
      );
    });
  };
}

function known(library: Library, id: string): LibraryTrack {
  const track = trackIdSchema.safeParse(id).success ? library.track(id) : undefined;
  if (!track) throw refusal("track-unknown", "There is no such track.");
  return track;
}

function wished(query: URLSearchParams): VariantName {
  const variant = variantOf({
    variant: query.get("variant"),
    preset: query.get("preset"),
    intensity: query.get("intensity"),
  });
  if (typeof variant !== "string") throw new Refusal(variant);
  return variant;
}

function chunkOf(text: string): number {
  if (/^-\d+$/.test(text)) throw refusal("chunk-out-of-range", "Chunks are counted from 0.");
  if (!/^\d+$/.test(text)) throw refusal("request-invalid", "A chunk is a whole number.");
  return Number(text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // a stray per cent sign: said to whoever wrote the address
    throw refusal("request-invalid", "The address is not well-formed.");
  }
}
