/** Link actor: the link machine with a socket under it. Owns socket, heartbeat and credit; hands
 *  parsed messages and slices on. Nothing of an older connection gets through. */
import { createActor, type ActorRefFrom } from "xstate";
import type { ClientMessage, Demand } from "../../protocol/clientMessages.ts";
import type { HostMessage } from "../../protocol/hostMessages.ts";
import {
  limits,
  lanes,
  protocolVersion,
  type Epoch,
  type Holding,
  type Lane,
} from "../../protocol/limits.ts";
import type { Slice } from "../../protocol/slice.ts";
import type { Connect, Socket, SocketReport } from "../../ports/socket.ts";
import { LinkPace } from "../../machines/linkPace.ts";
import { linkMachine, linkState } from "../../machines/link.machine.ts";
import { timeoutMs } from "../../machines/roundTrip.ts";
import { parseSocketReport, writeClientMessage } from "../../streams/clientWire.ts";
import type { PageWorkerConfig, PageWorkerPorts } from "../pageWorkerApi.ts";

export type LinkListener = {
  readonly onMessage: (message: HostMessage) => void;
  readonly onSlice: (slice: Slice) => void;
  /** live (again): say everything anew */
  readonly onLive: () => void;
  readonly inventory: () => readonly Holding[];
};
export type LinkAddress = {
  readonly url: string;
  readonly token?: string | undefined;
  readonly player: string;
};

export class LinkActor {
  readonly ref: ActorRefFrom<typeof linkMachine>;
  private socket: Socket | null = null;
  private readonly connect: Connect;
  private readonly now: () => number;
  private readonly config: PageWorkerConfig;
  private readonly listener: LinkListener;
  private address: LinkAddress | null = null;
  private heardAt = 0;
  private received = 0;
  private readonly bytes: Record<Lane, number> = { urgent: 0, bulk: 0 };
  private readonly granted: Record<Lane, number> = { urgent: 0, bulk: 0 };
  private readonly pace = new LinkPace();
  private helloAt = 0;

  constructor(
    ports: Pick<PageWorkerPorts, "connect" | "clock" | "random" | "inspect">,
    config: PageWorkerConfig,
    listener: LinkListener,
  ) {
    this.connect = ports.connect;
    this.now = ports.clock.now;
    this.config = config;
    this.listener = listener;
    const machine = linkMachine.provide({
      actions: {
        openSocket: ({ context }) => this.open(context.connection),
        closeSocket: () => this.close(),
        sayHello: ({ context }) => this.sayHello(context.epoch),
        beat: ({ context }) => this.beat(context.connection),
        resync: () => listener.onLive(),
      },
      delays: {
        backoff: ({ context }) => {
          const { backoffMinMs, backoffMaxMs } = config;
          const ceiling = Math.min(
            backoffMaxMs,
            backoffMinMs * 2 ** Math.min(context.attempts, 16),
          );
          return backoffMinMs + ports.random.uniform() * (ceiling - backoffMinMs);
        },
      },
    });
    this.ref = createActor(machine, {
      id: "worker/link",
      clock: ports.clock,
      inspect: ports.inspect,
      input: {
        heartbeatMs: config.heartbeatMs,
        backoffMinMs: config.backoffMinMs,
        backoffMaxMs: config.backoffMaxMs,
        handshakeMs: config.silenceMaxMs,
      },
    });
    this.ref.start();
  }

  get isLive(): boolean {
    return linkState(this.ref.getSnapshot().value) === "live";
  }
  get connection(): number {
    return this.ref.getSnapshot().context.connection;
  }
  get roundTripMs(): number | null {
    return this.ref.getSnapshot().context.roundTrip?.smoothedMs ?? null;
  }

  openAt(address: LinkAddress): void {
    this.address = address;
    this.ref.send({ type: "link.open" });
  }

  /** ms for which nothing may come though the line is well: as long as something that was lost takes to be
   *  noticed and sent again (RFC 6298). 0 while nothing was measured. */
  get recoveryMs(): number {
    const { roundTrip } = this.ref.getSnapshot().context;
    return roundTrip ? timeoutMs(roundTrip, 0, Number.POSITIVE_INFINITY) : 0;
  }

  /** Sends a demand; the link adds how many slices had arrived. Dropped while not live. */
  demand(demand: Omit<Demand, "received">): void {
    if (this.isLive) this.send({ ...demand, received: this.received });
  }

  stop(): void {
    this.ref.send({ type: "link.leave" });
    this.ref.stop();
  }

  private open(connection: number): void {
    if (!this.address) throw new Error("the link was opened without an address");
    this.received = 0;
    this.bytes.urgent = this.bytes.bulk = 0;
    for (const lane of lanes) this.granted[lane] = this.allowance(lane);
    this.heardAt = this.now();
    this.socket = this.connect({ url: this.address.url }, (report) =>
      this.hear(connection, report),
    );
  }

  private close(): void {
    this.socket?.close(1000, "");
    this.socket = null;
  }

  private hear(connection: number, raw: SocketReport): void {
    // a socket's farewell may come after the link has left for good
    if (connection !== this.connection || this.ref.getSnapshot().status !== "active") return;
    this.heardAt = this.now();
    const report = parseSocketReport(raw);
    switch (report.type) {
      case "opened":
        this.ref.send({ type: "socket.opened", connection });
        break;
      case "closed":
        this.ref.send({ type: "socket.closed", connection });
        break;
      case "violation":
        this.ref.send({ type: "socket.violated", connection, detail: report.detail });
        break;
      case "slice":
        this.received++;
        this.bytes[report.slice.lane] += report.bytes;
        this.pace.count(report.bytes, this.heardAt);
        this.grant(report.slice.lane);
        this.listener.onSlice(report.slice);
        break;
      case "message":
        this.hearMessage(connection, report.message);
        break;
    }
  }

  private hearMessage(connection: number, message: HostMessage): void {
    if (message.type === "welcome") {
      const { epoch, resumed } = message;
      this.pace.roundTrip(this.now() - this.helloAt, this.now());
      this.ref.send({ type: "welcome.received", connection, epoch, resumed });
    } else if (message.type === "pong") {
      const roundTripMs = Math.max(0, this.now() - message.at);
      this.pace.roundTrip(roundTripMs, this.now());
      this.ref.send({ type: "pong.received", connection, roundTripMs });
    } else if (message.type === "fault" && isRefusal(message.fault.code)) {
      this.ref.send({ type: "hello.refused", connection });
      this.listener.onMessage(message);
    } else this.listener.onMessage(message);
  }

  /** Grants anew when a quarter of the allowance has been used. */
  private grant(lane: Lane): void {
    const allowance = this.allowance(lane);
    const granted = this.bytes[lane] + allowance;
    if (granted - this.granted[lane] < allowance / 4) return;
    this.granted[lane] = granted;
    this.send({ type: "credit", lane, granted });
  }

  private allowance(lane: Lane): number {
    return this.pace.allowance(this.config.credit[lane]);
  }

  private sayHello(epoch: Epoch | null): void {
    const { token, player } = this.address!;
    this.helloAt = this.now();
    this.send({
      type: "hello",
      version: protocolVersion,
      ...(token === undefined ? {} : { token }),
      player,
      ...(epoch === null
        ? {}
        : {
            resume: { epoch, inventory: this.listener.inventory().slice(0, limits.holdingsMax) },
          }),
      credit: { urgent: this.granted.urgent, bulk: this.granted.bulk },
    } as ClientMessage);
  }

  private beat(connection: number): void {
    const { heartbeatMs, silenceMinMs, silenceMaxMs } = this.config;
    const { roundTrip } = this.ref.getSnapshot().context;
    const patience = heartbeatMs + timeoutMs(roundTrip, silenceMinMs, silenceMaxMs);
    if (this.now() - this.heardAt > patience)
      this.ref.send({ type: "silence.noticed", connection });
    else this.send({ type: "ping", at: this.now() });
  }

  private send(message: ClientMessage): void {
    this.socket?.send(writeClientMessage(message));
  }
}

function isRefusal(code: string): boolean {
  return code === "version-unsupported" || code === "token-refused";
}
