/** One connection between a player and the host: two ends, and the wire between them with what is under
 *  way on it. What can befall it is in its methods; which connections there are is in network.ts. */
import type { Emit } from "#engine/ports/port.ts";
import type { AcceptedSocket, SocketReport } from "#engine/ports/socket.ts";
import { decodeSlice } from "#engine/protocol/slice.ts";
import type { Realm } from "../world/realm.ts";
import type { SeededRandom } from "../world/seededRandom.ts";
import { describe, type Sent } from "../world/trace.ts";
import type { World } from "../world/world.ts";

type Message = string | Uint8Array;

/** Which way something goes: to the player or to the host. */
export type Way = "down" | "up";

/** What a connection needs of the network that it is a part of. */
export type Surroundings = {
  readonly random: SeededRandom;
  readonly latencyMs: readonly [low: number, high: number];
  /** bytes per ms that get through to a player, or from it */
  readonly speed: (player: Realm, way: Way) => number;
  /** a slice as it is when it arrives */
  readonly arrived: (bytes: Uint8Array) => Uint8Array;
};

/** Bytes that were handed over at one end and have not left it. */
export type Backlog = { slices: number; control: number };

/** ms between two arrivals at one end, so that no tie can change their order */
const shortestMs = 1e-6;

/** One end of one connection. */
export class End {
  readonly realm: Realm;
  peer!: End;
  emit: Emit<SocketReport> | null = null;
  state: "opening" | "open" | "closing" | "closed" = "opening";
  /** who speaks and hears here, in a trace */
  readonly party: string;
  readonly inbox: SocketReport[] = [];
  arrived = 0;
  lastArrival = 0;
  /** nothing arrives before this, ms */
  heldUntil = 0;
  /** nothing arrives any more but the word that it is closed */
  isSevered = false;
  /** messages that still arrive before something befalls the connection, and what that is */
  doom: { arrivalsLeft: number; readonly befall: () => void } | null = null;
  busyUntil = 0;
  readonly departures: {
    readonly at: number;
    readonly bytes: number;
    readonly kind: keyof Backlog;
  }[] = [];
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
      bufferedBytes: () => {
        const { slices, control } = line.backlog(this);
        return slices + control;
      },
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

/** One connection. */
export class Line {
  readonly player: End;
  host: End | null = null;
  isCut = false;
  /** nothing gets through any more, not even a close */
  isDead = false;
  private readonly world: World;
  private readonly around: Surroundings;
  /** of what is under way, who sent it and when; only in a traced run */
  private readonly sent = new WeakMap<SocketReport, Sent>();

  constructor(around: Surroundings, world: World, realm: Realm) {
    this.around = around;
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
    const kind = typeof data === "string" ? "control" : "slices";
    const bytes = typeof data === "string" ? data.length : data.byteLength;
    const speed = this.around.speed(this.player.realm, this.wayTo(to));
    from.busyUntil = Math.max(from.busyUntil, this.world.now) + bytes / speed;
    from.departures.push({ at: from.busyUntil, bytes, kind });
    const way = this.around.random.between(...this.around.latencyMs);
    const report: SocketReport =
      typeof data === "string" ? { type: "text", text: data } : { type: "binary", bytes: data };
    this.deliver(to, report, from.busyUntil + way, this.labelOf(to, report));
  }

  deliver(to: End, report: SocketReport, at: number, label: string): void {
    to.lastArrival = Math.max(to.lastArrival + shortestMs, at, to.heldUntil);
    to.inbox.push(report);
    const sent = this.world.trace?.sent(
      report.type === "opened" ? "host" : (to.peer?.party ?? "host"),
    );
    if (sent) this.sent.set(report, sent);
    const arrive = () => {
      // an end that has hung up itself needs no word of the other to be done
      const isLost = this.isDead
        ? to.state !== "closing"
        : to.isSevered && report.type !== "closed";
      if (isLost) {
        const at = to.inbox.indexOf(report);
        if (at >= 0) to.inbox.splice(at, 1);
        this.trace("lose", to, report);
        return;
      }
      to.arrived++;
      to.drain();
      if (to.doom && --to.doom.arrivalsLeft === 0) to.doom.befall();
    };
    this.world.schedule(to.lastArrival - this.world.now, label, arrive, to.realm);
  }

  /** The bytes as they are when they arrive: a sender that reuses its buffer has spoilt them. */
  arrive(bytes: Uint8Array): SocketReport {
    return { type: "binary", bytes: this.around.arrived(bytes.slice()) };
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

  backlog({ departures }: End): Backlog {
    const left = departures.findIndex(({ at }) => at > this.world.now);
    departures.splice(0, left < 0 ? departures.length : left);
    const backlog: Backlog = { slices: 0, control: 0 };
    for (const { bytes, kind } of departures) backlog[kind] += bytes;
    return backlog;
  }

  hangUp(from: End, code: number, reason: string): void {
    const { random } = this.around;
    const closed: SocketReport = { type: "closed", code, reason };
    if (from.peer && from.peer.state !== "closed") {
      const at = Math.max(from.busyUntil, this.world.now) + random.between(1, 30);
      this.deliver(from.peer, closed, at, this.labelOf(from.peer, closed));
    }
    this.deliver(from, closed, this.world.now + random.between(1, 60), this.labelOf(from, closed));
  }

  /** Everything under way is lost; each end hears of it in its own time.
   *  @param hostHearsMs until then the host is told nothing: what was under way to it still arrives, and
   *  what it sends is lost */
  cut(code: number, hostHearsMs?: number): void {
    if (this.isCut) return;
    this.isCut = true;
    this.sever(this.player, code, this.around.random.between(0, 200));
    const { host } = this;
    if (!host) return;
    if (hostHearsMs === undefined) this.sever(host, code, this.around.random.between(0, 200));
    else this.world.schedule(hostHearsMs, "net.late", () => this.sever(host, code, 0), host.realm);
  }

  /** Cuts it when so many more messages have arrived. @param struck called when that has happened */
  cutAfter(way: Way, messages: number, struck: () => void): void {
    const befall = (): void => {
      struck();
      this.cut(1006);
    };
    const end = way === "down" ? this.player : this.host;
    if (end) end.doom = { arrivalsLeft: messages, befall };
  }

  /** Goes dead when so many more messages have reached the player. */
  muteAfter(messages: number): void {
    const befall = (): void => {
      this.isDead = true;
    };
    this.player.doom = { arrivalsLeft: messages, befall };
  }

  /** One end hears that the connection is no more; whatever was under way to it is lost. */
  private sever(end: End, code: number, afterMs: number): void {
    if (end.state === "closed") return;
    end.isSevered = true;
    // what has arrived but was not yet taken is lost as well: nobody may rely on it
    end.inbox.length = end.arrived = 0;
    const closed: SocketReport = { type: "closed", code, reason: "connection lost" };
    end.lastArrival = end.heldUntil = 0;
    this.deliver(end, closed, this.world.now + afterMs, this.labelOf(end, closed));
  }

  /** The player is gone from one moment to the next. @param isTold whether the host is told at once */
  abandon(isTold: boolean): void {
    this.player.state = "closed";
    if (!this.host || this.isCut) return;
    if (isTold) this.sever(this.host, 1001, this.around.random.between(...this.around.latencyMs));
    else this.isDead = true;
  }

  private labelOf(to: End, report: SocketReport): string {
    return `net.${this.wayTo(to)}.${nameOf(report)}`;
  }

  private wayTo(to: End): Way {
    return to === this.player ? "down" : "up";
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
