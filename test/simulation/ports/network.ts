/** Network between players and one host: per-connection order, delay, bandwidth, cuts, corruption.
 *  After a cut whatever was under way is lost. */
import type { Emit } from "#engine/ports/port.ts";
import type { AcceptedSocket, Connect, Socket, SocketReport } from "#engine/ports/socket.ts";
import { decodeSlice } from "#engine/protocol/slice.ts";
import type { Realm } from "../world/realm.ts";
import { describe, type Sent } from "../world/trace.ts";
import type { World } from "../world/world.ts";

export type NetworkConfig = {
  readonly latencyMs: readonly [low: number, high: number];
  readonly bytesPerMs: number;
};

/** What may be done to a slice on its way, e.g. to flip a bit: it is given a copy of its own. */
export type Tamper = (bytes: Uint8Array) => Uint8Array;

type Message = string | Uint8Array;

/** ms between two arrivals at one end, so that no tie can change their order */
const shortestMs = 1e-6;

/** One end of one connection. */
class End {
  readonly realm: Realm;
  peer!: End;
  emit: Emit<SocketReport> | null = null;
  state: "opening" | "open" | "closing" | "closed" = "opening";
  /** who speaks and hears here, in a trace */
  readonly party: string;
  readonly inbox: SocketReport[] = [];
  arrived = 0;
  lastArrival = 0;
  busyUntil = 0;
  /** what the engine holds of this end; its functions may be taken off it */
  readonly socket: AcceptedSocket;
  private readonly line: Line;

  constructor(line: Line, realm: Realm) {
    this.line = line;
    this.realm = realm;
    this.party = realm.name;
    this.socket = {
      send: (data) => {
        if (this.state === "open") line.carry(this, data);
      },
      close: (code, reason) => {
        if (this.state === "closed" || this.state === "closing") return;
        this.state = "closing";
        line.hangUp(this, code, reason);
      },
      bufferedBytes: () => line.backlog(this),
      listen: (emit) => {
        this.emit = emit;
        line.wake(this);
      },
    };
  }

  /** Hands over what has arrived; after `closed` nothing more. */
  drain(): void {
    while (this.emit && this.arrived > 0 && this.state !== "closed") {
      this.arrived--;
      const report = this.inbox.shift()!;
      this.line.trace("arrive", this, report);
      if (report.type === "closed") this.state = "closed";
      if (report.type === "opened") this.state = "open";
      this.emit(report.type === "binary" ? this.line.arrive(report.bytes) : report);
    }
  }
}

/** One connection: two ends and the wire between them. */
class Line {
  readonly player: End;
  host: End | null = null;
  isCut = false;
  /** nothing gets through any more, not even a close */
  isDead = false;
  private readonly world: World;
  private readonly network: Network;
  /** of what is under way, who sent it and when; only in a traced run */
  private readonly sent = new WeakMap<SocketReport, Sent>();

  constructor(network: Network, world: World, realm: Realm) {
    this.network = network;
    this.world = world;
    this.player = new End(this, realm);
  }

  attachHost(realm: Realm): End {
    const host = new End(this, realm);
    host.state = "open";
    host.peer = this.player;
    this.player.peer = host;
    this.host = host;
    return host;
  }

  carry(from: End, data: Message): void {
    const to = from.peer;
    const { latencyMs, bytesPerMs } = this.network.config;
    const bytes = typeof data === "string" ? data.length : data.byteLength;
    from.busyUntil = Math.max(from.busyUntil, this.world.now) + bytes / bytesPerMs;
    const way = this.network.random.between(...latencyMs);
    const report: SocketReport =
      typeof data === "string" ? { type: "text", text: data } : { type: "binary", bytes: data };
    this.deliver(to, report, from.busyUntil + way, this.labelOf(to, report));
  }

  deliver(to: End, report: SocketReport, at: number, label: string): void {
    to.lastArrival = Math.max(to.lastArrival + shortestMs, at);
    to.inbox.push(report);
    const sent = this.world.trace?.sent(
      report.type === "opened" ? "host" : (to.peer?.party ?? "host"),
    );
    if (sent) this.sent.set(report, sent);
    const arrive = () => {
      // an end that has hung up itself needs no word of the other to be done
      const isLost = this.isDead ? to.state !== "closing" : this.isCut && report.type !== "closed";
      if (isLost) {
        const at = to.inbox.indexOf(report);
        if (at >= 0) to.inbox.splice(at, 1);
        this.trace("lose", to, report);
        return;
      }
      to.arrived++;
      to.drain();
    };
    this.world.schedule(to.lastArrival - this.world.now, label, arrive, to.realm);
  }

  /** The bytes as they are when they arrive: a sender that reuses its buffer has spoilt them. */
  arrive(bytes: Uint8Array): SocketReport {
    return { type: "binary", bytes: this.network.garble(this.network.tamper(bytes.slice())) };
  }

  trace(end: "arrive" | "lose", to: End, report: SocketReport): void {
    const sent = this.sent.get(report);
    if (!sent) return;
    const name = nameOf(report);
    this.world.trace?.[end](sent, to.party, name, contentOf(report));
  }

  wake(end: End): void {
    this.world.schedule(0, "net.listen", () => end.drain(), end.realm);
  }

  backlog(from: End): number {
    return Math.max(0, from.busyUntil - this.world.now) * this.network.config.bytesPerMs;
  }

  hangUp(from: End, code: number, reason: string): void {
    const { random } = this.network;
    const closed: SocketReport = { type: "closed", code, reason };
    if (from.peer && from.peer.state !== "closed") {
      const at = Math.max(from.busyUntil, this.world.now) + random.between(1, 30);
      this.deliver(from.peer, closed, at, this.labelOf(from.peer, closed));
    }
    this.deliver(from, closed, this.world.now + random.between(1, 60), this.labelOf(from, closed));
  }

  /** Everything under way is lost; each end hears of it in its own time. */
  cut(code: number): void {
    if (this.isCut) return;
    this.isCut = true;
    for (const end of [this.player, this.host]) {
      if (!end || end.state === "closed") continue;
      // what has arrived but was not yet taken is lost as well: nobody may rely on it
      end.inbox.length = end.arrived = 0;
      const closed: SocketReport = { type: "closed", code, reason: "connection lost" };
      const at = this.world.now + this.network.random.between(0, 200);
      end.lastArrival = 0;
      this.deliver(end, closed, at, this.labelOf(end, closed));
    }
  }

  private labelOf(to: End, report: SocketReport): string {
    const way = to === this.player ? "down" : "up";
    return `net.${way}.${nameOf(report)}`;
  }
}

function nameOf(report: SocketReport): string {
  if (report.type !== "text") return report.type === "binary" ? "slice" : report.type;
  return /"type":"([^"]+)"/.exec(report.text)?.[1] ?? "text";
}

/** What a report carries, as words of a trace. */
function contentOf(report: SocketReport): string {
  if (report.type === "text") return report.text.slice(0, 600);
  if (report.type !== "binary") return describe(report);
  const slice = decodeSlice(report.bytes);
  if (!slice) return `${report.bytes.byteLength} bytes, damaged`;
  const { key, segment, start, frames, lane } = slice;
  return describe({ key: key.slice(0, 8), segment, from: start, until: start + frames, lane });
}

export class Network {
  readonly config: NetworkConfig;
  readonly random: World["random"];
  tamper: Tamper = (bytes) => bytes;
  private readonly world: World;
  private readonly garblings: (() => void)[] = [];
  private readonly lines = new Set<Line>();
  private server: { readonly realm: Realm; readonly accept: (s: AcceptedSocket) => void } | null =
    null;

  constructor(world: World, config: NetworkConfig) {
    this.world = world;
    this.config = config;
    this.random = world.random.fork("network");
  }

  /** From now on connections reach this host. */
  serve(realm: Realm, accept: (socket: AcceptedSocket) => void): void {
    this.server = { realm, accept };
  }

  /** The host is gone: what was connected to it breaks, new connections are refused. */
  goDown(): void {
    this.server = null;
    for (const line of this.live()) line.cut(1006);
  }

  /** New connections are refused; those that are open stay so. */
  refuse(): void {
    this.server = null;
  }

  /** The next slice that arrives anywhere is damaged. @param struck called when that has happened */
  garbleNext(struck: () => void): void {
    this.garblings.push(struck);
  }

  /** Damages the slice when one is due for it. */
  garble(bytes: Uint8Array): Uint8Array {
    const struck = this.garblings.shift();
    if (!struck) return bytes;
    struck();
    bytes[Math.floor(bytes.byteLength / 2)]! ^= 4;
    return bytes;
  }

  get isUp(): boolean {
    return this.server !== null;
  }

  /** Connections of which at least one living end has not been told that it is closed. */
  live(): Line[] {
    for (const line of this.lines)
      if ([line.player, line.host].every((end) => !end?.realm.isAlive || end.state === "closed"))
        this.lines.delete(line);
    return [...this.lines];
  }

  /** The connections of one player go dead, and nobody is told. */
  halfOpen(player: Realm): void {
    for (const line of this.live()) if (line.player.realm === player) line.isDead = true;
  }

  /** Breaks the connections of one player. */
  cut(player: Realm): void {
    for (const line of this.live()) if (line.player.realm === player) line.cut(1006);
  }

  /** The client side of this network for one player's worker. */
  connector(realm: Realm): Connect {
    return (_request, emit): Socket => {
      const line = new Line(this, this.world, realm);
      this.lines.add(line);
      line.player.emit = emit;
      const reach = () => this.reach(line);
      this.world.schedule(this.random.between(...this.config.latencyMs), "net.connect", reach);
      return line.player.socket;
    };
  }

  private reach(line: Line): void {
    const { player } = line;
    if (player.state !== "opening" || line.isCut) return;
    const at = this.world.now + this.random.between(...this.config.latencyMs);
    const { server } = this;
    if (!server) {
      const closed: SocketReport = { type: "closed", code: 1006, reason: "refused" };
      line.deliver(player, closed, at, "net.down.closed");
      return;
    }
    const host = line.attachHost(server.realm);
    line.deliver(player, { type: "opened" }, at, "net.down.opened");
    server.accept(host.socket);
  }
}
