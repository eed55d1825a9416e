/** A TCP proxy between players and a host that makes a network of the loopback: latency, rate and stalls of a
 *  profile in each direction, and what befalls links: they are cut, they fall silent, they are held up, the
 *  host is away. All connections share the rate, as over one line. */
import { createServer, connect as connectTo, type AddressInfo, type Socket } from "node:net";
import { SeededRandom } from "../simulation/world/seededRandom.ts";
import { linkProfiles, PacketSchedule, type LinkProfile } from "./packetSchedule.ts";
import { ShapedStream } from "./shapedStream.ts";

export type Direction = "up" | "down";

export type ShapingProxy = {
  /** what players are given instead of the host's address */
  readonly url: string;
  /** bytes handed on so far: `up` to the host, `down` to players */
  readonly carried: Readonly<Record<Direction, number>>;
  /** connections that were let in so far, and those that are open */
  readonly connections: { readonly total: number; readonly open: number };
  /** Makes another line of it; what is under way arrives as it would have. */
  readonly shape: (profile: LinkProfile) => void;
  /** Bytes of one direction that have not arrived yet. */
  readonly waiting: (direction: Direction) => number;
  /** Another host takes the place of the one behind it. @param url as in its ready line */
  readonly lead: (url: string) => void;
  /** Ends every connection at once, in mid-frame, and loses what is under way. */
  readonly cut: () => void;
  /** Does that when so many more bytes have come to players. */
  readonly cutAfter: (bytes: number) => void;
  /** Turns one bit over, so many bytes from here on. */
  readonly corruptAfter: (bytes: number) => void;
  /** Whether connections are let in; those that are not are reset. */
  readonly admit: (on: boolean) => void;
  /** Nothing of the open connections arrives any more, nor is their end told; others may be opened. */
  readonly silence: () => void;
  /** Tells both ends of those connections that they are over. */
  readonly endSilenced: () => void;
  /** Holds one direction up until `false`: nothing is lost, all of it comes late. */
  readonly hold: (direction: Direction, on: boolean) => void;
  readonly close: () => Promise<void>;
};

type Connection = Readonly<Record<Direction, ShapedStream>>;

/** @param target the host's address, as in its ready line */
export async function openShapingProxy(
  target: string,
  options: {
    readonly profile?: LinkProfile;
    /** of what is lost */
    readonly seed?: number;
    /** told what comes to players, by the number of the connection */
    readonly onDown?: (connection: number, bytes: Buffer) => void;
  } = {},
): Promise<ShapingProxy> {
  const { profile = linkProfiles.loopback, seed = 1, onDown } = options;
  const random = new SeededRandom(seed);
  const schedules = {
    up: new PacketSchedule(profile, random.fork("up")),
    down: new PacketSchedule(profile, random.fork("down")),
  };
  const open = new Set<Connection>();
  const carried = { up: 0, down: 0 };
  const held = { up: false, down: false };
  let { hostname, port } = new URL(target);
  let isAdmitting = true;
  let total = 0;
  let cutAt = Infinity;
  let corruptAt = Infinity;

  const cut = (): void => {
    cutAt = Infinity;
    for (const { up, down } of open) {
      up.break();
      down.break();
    }
  };
  /** @returns how many of these bytes still go through */
  const carry = (direction: Direction, connection: number, bytes: Buffer): number => {
    const before = carried[direction];
    if (direction === "up") {
      carried.up += bytes.length;
      return bytes.length;
    }
    const most = Math.min(bytes.length, cutAt - before);
    carried.down += most;
    if (corruptAt < before + most) {
      bytes[corruptAt - before]! ^= 1;
      corruptAt = Infinity;
    }
    onDown?.(connection, bytes.subarray(0, most));
    return most;
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (player) => {
    if (!isAdmitting) return void player.resetAndDestroy();
    const name = total++;
    const host = connectTo({
      host: hostname,
      port: Number(port),
      allowHalfOpen: true,
      noDelay: true,
    });
    const stream = (direction: Direction, from: Socket, to: Socket): ShapedStream =>
      new ShapedStream(from, to, schedules[direction], {
        carry: (bytes) => carry(direction, name, bytes),
        isHeld: () => held[direction],
        onCut: cut,
      });
    const connection = { up: stream("up", player, host), down: stream("down", host, player) };
    open.add(connection);
    for (const socket of [player, host])
      socket.on("close", () => {
        if (player.destroyed && host.destroyed) open.delete(connection);
      });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carried,
    connections: {
      get total() {
        return total;
      },
      get open() {
        return open.size;
      },
    },
    shape: (changed) => {
      for (const schedule of [schedules.up, schedules.down]) schedule.profile = changed;
    },
    waiting: (direction) =>
      [...open].reduce((sum, connection) => sum + connection[direction].waitingBytes, 0),
    lead: (url) => ({ hostname, port } = new URL(url)),
    cut,
    cutAfter: (bytes) => (cutAt = carried.down + bytes),
    corruptAfter: (bytes) => (corruptAt = carried.down + bytes),
    admit: (on) => (isAdmitting = on),
    silence: () => {
      for (const { up, down } of open) {
        up.silence();
        down.silence();
      }
    },
    endSilenced: () => {
      for (const { up, down } of open)
        if (up.isSilent) {
          up.break();
          down.break();
        }
    },
    hold: (direction, on) => {
      held[direction] = on;
      for (const connection of open) connection[direction].deliver();
    },
    close: async () => {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}
