import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { isIP } from "node:net";
import { join } from "node:path";
import { createHost } from "#engine/actors/host.ts";
import type { Host, HostConfig, HostPorts, SurveyConfig } from "#engine/actors/hostApi.ts";
import { recordHost } from "#engine/actors/tape/recordHost.ts";
import { RootTape, type TapeClock } from "#engine/actors/tape/rootTape.ts";
import { defaultGeometry } from "#engine/protocol/geometry.ts";
import { limits } from "#engine/protocol/limits.ts";
import { clock } from "./adapters/clock.ts";
import { createDisk } from "./adapters/disk.ts";
import { createDiskIndex } from "./adapters/diskIndex.ts";
import { createMemoryGauge } from "./adapters/memoryGauge.ts";
import { acceptSockets } from "./adapters/socket.ts";
import type { ActorWatch } from "./inspectActors.ts";
import { createRouter } from "./http/router.ts";
import { createTakeTape } from "./http/takeTape.ts";
import { noLog, type Log } from "./log/openLog.ts";
import { openLibrary, type Library } from "./library/library.ts";
import type { Tls } from "./readTls.ts";
import type { WorkerFigures } from "./workers/workerFigures.ts";
import type { TapeFile } from "./adapters/tapeFile.ts";

const megabyte = 1_000_000;
const connectionsMax = 1024;
const scanAheadMs = 1000;

/** µs are enough for a tape, and shorter to write than what the clock says. */
const tapeClock: TapeClock = {
  now: () => Math.round(clock.now() * 1000) / 1000,
  originMs: Math.round(performance.timeOrigin * 1000) / 1000,
};

/** Budgets and delays of a host; the epoch is its own. */
export const defaultHostConfig: Omit<HostConfig, "epoch"> = {
  geometry: defaultGeometry,
  token: null,
  hotBytes: 128 * megabyte,
  warmBytes: 160 * megabyte,
  hotBytesMin: 16 * megabyte,
  warmBytesMin: 16 * megabyte,
  diskBytes: 2000 * megabyte,
  diskDays: 7,
  sweepMs: 600_000,
  sliceBytesMax: limits.sliceBytesMax,
  firstSliceBytes: 8 * 1024,
  socketBytesMax: 256 * 1024,
  silenceMs: 30_000,
  trackIdleMs: 60_000,
  queueMax: 4096,
  warming: { aroundSeconds: 30, spreadMs: 5000, warmShare: 0.5 },
};

/** How a host that serves people analyses its library while nobody plays. */
export const defaultSurvey: SurveyConfig = { quietMs: 20_000, restMs: 1000 };

export type HostOptions = {
  /** absolute, existing */
  readonly folders: readonly string[];
  /** absolute, locked by the caller */
  readonly data: string;
  readonly port: number;
  readonly host: string;
  /** https and wss with these; null or left out: http and ws */
  readonly tls?: Tls | null;
  /** folder of the built page */
  readonly page: string;
  /** what decodes and renders; closed by the caller after the host */
  readonly decode: HostPorts["decode"];
  /** left out: nothing is analysed ahead */
  readonly spareSources?: HostPorts["spareSources"];
  readonly engine: HostPorts["engine"];
  /** what the metrics tell of those who decode and render */
  readonly workers?: () => WorkerFigures;
  /** the actors of host and engines */
  readonly actors: ActorWatch;
  readonly config?: Partial<HostConfig>;
  /** where host and pages are recorded; closed by the caller after the host */
  readonly record?: TapeFile | undefined;
  /** whether every page is to be inspected */
  readonly inspects?: boolean;
  readonly log?: Log;
  readonly tell: (line: string) => void;
};

export type RunningHost = {
  /** as in the ready line */
  readonly url: string;
  readonly host: Host;
  readonly library: Library;
  /** Ends sessions, sockets and requests; resolves when nothing of the host is left. */
  readonly stop: () => Promise<void>;
};

/** Begins the scan and waits for its end, but not long: a small folder is listed whole when the ready line
 *  comes, a large one goes on. */
async function scanAhead(library: Library, tell: (line: string) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const scan = library.scan().catch((cause: unknown) => tell(`the scan failed: ${String(cause)}`));
  await Promise.race([scan, new Promise((resolve) => (timer = setTimeout(resolve, scanAheadMs)))]);
  clearTimeout(timer);
}

/** Starts the host root with Node's ports, listens, and scans in the background.
 *  @throws the system's error when the port cannot be taken */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { folders, data, page, tell, log = noLog } = options;
  const config = {
    ...defaultHostConfig,
    epoch: randomBytes(12).toString("base64url"),
    ...options.config,
  };
  const disk = createDisk(data);
  // what is never listed would keep what killed runs left in it for ever
  await disk
    .sweep(["segments", "fingerprints", "loudness", "waveforms"])
    .catch((cause: unknown) => tell(`the data folder was not swept: ${String(cause)}`));
  const library = await openLibrary({ folders, data, tell, watched: true });
  const { record } = options;
  const create = record
    ? recordHost(createHost, new RootTape("host.1", tapeClock, record.sink))
    : createHost;
  const host = create(
    {
      clock,
      wallClock: clock,
      random: { uniform: Math.random },
      disk,
      diskIndex: createDiskIndex(join(data, "segments.sqlite"), tell),
      memory: createMemoryGauge(),
      catalogue: library,
      decode: (request, emit) =>
        options.decode(request, (report) => {
          // what is too long to be analysed ahead can be played
          const { isSpare = false } = request;
          const isOwn = report.type === "failed" && report.fault.code === "track-too-long";
          if (!isSpare || !isOwn) library.note(request.path, report, isSpare);
          emit(report);
        }),
      ...(options.spareSources && { spareSources: options.spareSources }),
      engine: options.engine,
      inspect: options.actors.inspect,
    },
    config,
  );
  const isLocal = /^(127\.|localhost$|::1$)/.test(options.host);
  const router = createRouter({
    host,
    library,
    actors: options.actors,
    workers: options.workers,
    geometry: config.geometry,
    data,
    disk,
    page,
    local: isLocal,
    takeTape: record && createTakeTape(record),
    inspects: options.inspects,
    log,
  });
  // a slow or silent asker does not hold a connection for ever
  const patience = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5000 };
  const { tls } = options;
  const server = tls
    ? createTlsServer({ ...patience, ...tls, handshakeTimeout: 10_000 }, router)
    : createServer(patience, router);
  server.maxConnections = connectionsMax;
  // the server itself does not know of those that are still in their TLS handshake
  const connections = new Set<Socket>();
  server.on("connection", (connection: Socket) => {
    connections.add(connection);
    connection.on("close", () => connections.delete(connection));
  });
  const closeSockets = acceptSockets(server, host.accept);
  const stop = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    closeSockets();
    for (const connection of connections) connection.destroy();
    await new Promise<void>((resolve) => host.stop(resolve));
    await Promise.all([closed, library.close()]);
  };
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      resolve();
    });
  }).catch(async (cause: unknown) => {
    await stop();
    throw cause;
  });
  await scanAhead(library, tell);
  const { port } = server.address() as AddressInfo;
  const name = isIP(options.host) === 6 ? `[${options.host}]` : options.host;
  return { url: `${tls ? "https" : "http"}://${name}:${port}`, host, library, stop };
}
