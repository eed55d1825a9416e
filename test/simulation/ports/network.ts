/** Network between players and one host: per-connection order, delay, bandwidth, cuts, corruption.
 *  After a cut whatever was under way is lost. */
import type { AcceptedSocket, Connect, Socket, SocketReport } from "#engine/ports/socket.ts";
import type { Realm } from "../world/realm.ts";
import type { World } from "../world/world.ts";
import { Line, type Backlog, type Surroundings, type Way } from "./connection.ts";

export type NetworkConfig = {
  readonly latencyMs: readonly [low: number, high: number];
  readonly bytesPerMs: number;
};

/** What may be done to a slice on its way, e.g. to flip a bit: it is given a copy of its own. */
export type Tamper = (bytes: Uint8Array) => Uint8Array;

/** What is wrong with the way between one player and the host. */
type Path = {
  /** bytes per ms that get through to the player */
  downBytesPerMs: number | null;
  /** until then, ms, new connections are refused */
  refusedUntil: number;
  /** until then, ms, of new connections nothing comes */
  mutedUntil: number;
  /** but that they are open */
  mutedOpens: boolean;
};

export class Network {
  readonly config: NetworkConfig;
  readonly random: World["random"];
  tamper: Tamper = (bytes) => bytes;
  private readonly world: World;
  private readonly garblings: (() => void)[] = [];
  private readonly lines = new Set<Line>();
  private readonly paths = new Map<Realm, Path>();
  private readonly around: Surroundings;
  private server: { readonly realm: Realm; readonly accept: (s: AcceptedSocket) => void } | null =
    null;

  constructor(world: World, config: NetworkConfig) {
    this.world = world;
    this.config = config;
    this.random = world.random.fork("network");
    this.around = {
      random: this.random,
      latencyMs: config.latencyMs,
      speed: (player, way) => this.speed(player, way),
      arrived: (bytes) => this.garble(this.tamper(bytes)),
    };
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

  /** New connections of one player are refused for a while. */
  refusePlayer(player: Realm, forMs: number): void {
    this.path(player).refusedUntil = this.world.now + forMs;
  }

  /** Of new connections of one player nothing comes for a while. @param opens but that they are open */
  mutePlayer(player: Realm, forMs: number, opens: boolean): void {
    Object.assign(this.path(player), { mutedUntil: this.world.now + forMs, mutedOpens: opens });
  }

  /** The next slice that arrives anywhere is damaged. @param struck called when that has happened */
  garbleNext(struck: () => void): void {
    this.garblings.push(struck);
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

  /** What the host has handed to each of its sockets, and has not left it. */
  hostBacklogs(): readonly Backlog[] {
    const out: Backlog[] = [];
    for (const line of this.lines)
      if (line.host?.realm.isAlive && line.host.state !== "closed")
        out.push(line.backlog(line.host));
    return out;
  }

  /** The connections of one player go dead, and nobody is told. */
  halfOpen(player: Realm): void {
    for (const line of this.linesOf(player)) line.isDead = true;
  }

  /** Breaks the connections of one player. @param hostHearsMs when the host hears of it, if not at once */
  cut(player: Realm, hostHearsMs?: number): void {
    for (const line of this.linesOf(player)) line.cut(1006, hostHearsMs);
  }

  /** Lets so many more messages through one way, then breaks the connection.
   *  @param struck called when that has happened */
  cutAfter(player: Realm, way: Way, messages: number, struck: () => void): void {
    for (const line of this.linesOf(player)) line.cutAfter(way, messages, struck);
  }

  /** What is sent one way from now on arrives, in order, when `forMs` have passed; a close too. New
   *  connections are as quick as ever. */
  hold(player: Realm, way: Way, forMs: number): void {
    for (const { player: end, host } of this.linesOf(player)) {
      const to = way === "down" ? end : host;
      if (to) to.heldUntil = this.world.now + forMs;
    }
  }

  /** So many bytes per ms get through to a player for a while. */
  slow(player: Realm, downBytesPerMs: number, forMs: number): void {
    this.path(player).downBytesPerMs = downBytesPerMs;
    this.world.schedule(forMs, "net.swift", () => {
      this.path(player).downBytesPerMs = null;
    });
  }

  /** The player is gone. @param isTold whether its connections are closed in passing, or just fall silent */
  abandon(player: Realm, isTold: boolean): void {
    for (const line of this.linesOf(player)) line.abandon(isTold);
  }

  /** The client side of this network for one player's worker. */
  connector(realm: Realm): Connect {
    return (_request, emit): Socket => {
      const line = new Line(this.around, this.world, realm);
      this.lines.add(line);
      line.player.emit = emit;
      const reach = () => this.reach(line);
      this.world.schedule(this.random.between(...this.config.latencyMs), "net.connect", reach);
      return line.player.socket;
    };
  }

  private reach(line: Line): void {
    const { player } = line;
    if (player.state !== "opening" || line.isCut || !player.realm.isAlive) return;
    const at = this.world.now + this.random.between(...this.config.latencyMs);
    const path = this.path(player.realm);
    const isMuted = path.mutedUntil > this.world.now;
    if (isMuted && !path.mutedOpens) return;
    const server = path.refusedUntil > this.world.now ? null : this.server;
    if (!server) {
      const closed: SocketReport = { type: "closed", code: 1006, reason: "refused" };
      line.deliver(player, closed, at, "net.down.closed");
      return;
    }
    const host = line.attachHost(server.realm);
    line.deliver(player, { type: "opened" }, at, "net.down.opened");
    if (isMuted) line.muteAfter(1);
    server.accept(host.socket);
  }

  private speed(player: Realm, way: Way): number {
    const slow = way === "down" ? this.paths.get(player)?.downBytesPerMs : null;
    return slow ?? this.config.bytesPerMs;
  }

  /** Damages the slice when one is due for it. */
  private garble(bytes: Uint8Array): Uint8Array {
    const struck = this.garblings.shift();
    if (!struck) return bytes;
    struck();
    bytes[Math.floor(bytes.byteLength / 2)]! ^= 4;
    return bytes;
  }

  private linesOf(player: Realm): Line[] {
    return this.live().filter((line) => line.player.realm === player);
  }

  private path(player: Realm): Path {
    let path = this.paths.get(player);
    if (!path)
      this.paths.set(
        player,
        (path = { downBytesPerMs: null, refusedUntil: 0, mutedUntil: 0, mutedOpens: false }),
      );
    return path;
  }
}
