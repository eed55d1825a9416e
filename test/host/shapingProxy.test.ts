/** The network that other tests and the bench listen through is what it says it is. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SeededRandom } from "../simulation/world/seededRandom.ts";
import { linkProfiles, packetBytes, PacketSchedule, type LinkProfile } from "./packetSchedule.ts";
import { openShapingProxy, type ShapingProxy } from "./shapingProxy.ts";

describe("the packets of one direction", () => {
  const arrivals = (profile: LinkProfile, seed: number, count: number): number[] => {
    const schedule = new PacketSchedule(profile, new SeededRandom(seed));
    return Array.from({ length: count }, () => schedule.send(packetBytes, 0));
  };

  it("leave one after the other at the rate, and arrive a delay later", () => {
    const { delayMs, bitsPerSecond } = linkProfiles.good;
    const all = arrivals(linkProfiles.good, 1, 1000);
    const packetMs = (packetBytes * 8000) / bitsPerSecond;
    expect(all[0]).toBeCloseTo(delayMs + packetMs);
    expect(all.at(-1)).toBeCloseTo(delayMs + 1000 * packetMs);
  });

  it("are not sent into the past by a link that was idle", () => {
    const schedule = new PacketSchedule(linkProfiles.good, new SeededRandom(1));
    schedule.send(packetBytes, 0);
    expect(schedule.backlogMs(5000)).toBe(0);
    expect(schedule.send(0, 5000)).toBe(5020);
  });

  it("stall as often as it says, by a round trip, the same ones for the same seed", () => {
    const all = arrivals(linkProfiles.poor, 7, 20_000);
    const { delayMs, bitsPerSecond } = linkProfiles.poor;
    const packetMs = (packetBytes * 8000) / bitsPerSecond;
    const stalls = all.map((atMs, i) => Math.round(atMs - delayMs - (i + 1) * packetMs));
    expect(new Set(stalls)).toEqual(new Set([0, 2 * delayMs]));
    const share = stalls.filter((ms) => ms > 0).length / all.length;
    expect(share).toBeGreaterThan(0.008);
    expect(share).toBeLessThan(0.012);
    expect(arrivals(linkProfiles.poor, 7, 20_000)).toEqual(all);
    expect(arrivals(linkProfiles.poor, 8, 20_000)).not.toEqual(all);
  });
});

describe("through the proxy", () => {
  let server: Server;
  /** what is done with a connection at the host */
  let serve: (socket: Socket) => void;
  let proxy: ShapingProxy | undefined;
  const accepted: Socket[] = [];

  beforeEach(async () => {
    serve = (socket) => void socket.pipe(socket);
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on("error", () => {});
      serve(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    await proxy?.close();
    for (const socket of accepted.splice(0)) socket.destroy();
    server.close();
  });

  const here = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function open(profile?: LinkProfile): Promise<ShapingProxy> {
    return (proxy = await openShapingProxy(here(), { profile }));
  }

  async function reach(): Promise<Socket> {
    const socket = connect(Number(new URL(proxy!.url).port), "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  }

  const closeOf = (socket: Socket): Promise<void> =>
    new Promise((closed) => socket.on("close", () => closed()));

  /** Bytes that come until the other end ends. */
  async function readAll(socket: Socket): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  /** The quickest of a few: what else runs on the machine only slows down. */
  async function quickest(act: () => Promise<void>): Promise<number> {
    let bestMs = Infinity;
    for (let i = 0; i < 4; i++) {
      const beganMs = performance.now();
      await act();
      bestMs = Math.min(bestMs, performance.now() - beganMs);
    }
    return bestMs;
  }

  it.each(["down", "up"] as const)("bytes come %s at the rate of the profile", async (way) => {
    const bytes = Buffer.alloc(1_250_000);
    const wholeMs = (bytes.length * 8000) / 20e6;
    serve = (socket) => {
      if (way === "down") return void socket.end(bytes);
      socket.resume().on("end", () => socket.end("."));
    };
    await open({ ...linkProfiles.good, delayMs: 0 });
    const ms = await quickest(async () => {
      const socket = await reach();
      if (way === "up") socket.end(bytes);
      expect((await readAll(socket)).length).toBe(way === "up" ? 1 : bytes.length);
    });
    expect(ms).toBeGreaterThan(0.95 * wholeMs);
    expect(ms).toBeLessThan(1.1 * wholeMs);
    expect(proxy!.carried[way]).toBe(4 * bytes.length);
  });

  it("an answer takes the delay twice", async () => {
    await open(linkProfiles.good);
    const socket = await reach();
    const ms = await quickest(async () => {
      socket.write("?");
      await once(socket, "data");
    });
    expect(ms).toBeGreaterThanOrEqual(39);
    expect(ms).toBeLessThan(50);
    socket.destroy();
  });

  it("connections share the rate", async () => {
    const bytes = Buffer.alloc(300_000);
    serve = (socket) => void socket.end(bytes);
    await open({ ...linkProfiles.good, delayMs: 0 });
    const ms = await quickest(async () => {
      const sockets = await Promise.all([reach(), reach(), reach()]);
      await Promise.all(sockets.map(readAll));
    });
    expect(ms).toBeGreaterThan(0.95 * 360);
    expect(ms).toBeLessThan(1.15 * 360);
  });

  it("all bytes arrive in order, though many are late", async () => {
    const random = new SeededRandom(3);
    const bytes = Buffer.from(Uint8Array.from({ length: 400_000 }, () => random.below(256)));
    serve = (socket) => void socket.end(bytes);
    await open({ name: "late", delayMs: 3, bitsPerSecond: 50e6, stalls: 0.2 });
    expect((await readAll(await reach())).equals(bytes)).toBe(true);
  });

  it("a receiver that does not read slows the sender down, and gets all of it later", async () => {
    const bytes = Buffer.alloc(60_000_000, 1);
    serve = (socket) => void socket.end(bytes);
    await open();
    const socket = await reach();
    socket.pause();
    await vi.waitFor(() => expect(accepted[0]!.writableLength).toBeGreaterThan(0));
    let before = -1;
    await vi.waitFor(
      () => {
        const carried = proxy!.carried.down;
        const hasStopped = carried === before;
        before = carried;
        expect(hasStopped).toBe(true);
      },
      { interval: 100, timeout: 10_000 },
    );
    expect(before).toBeLessThan(bytes.length);
    expect((await readAll(socket)).length).toBe(bytes.length);
  });

  it("a cut is felt at both ends, and loses what is under way", async () => {
    await open(linkProfiles.good);
    const socket = await reach();
    await vi.waitFor(() => expect(accepted).toHaveLength(1));
    socket.write("lost");
    proxy!.cut();
    await Promise.all([closeOf(socket), closeOf(accepted[0]!)]);
    expect(proxy!.carried.up).toBe(0);
    await vi.waitFor(() => expect(proxy!.connections.open).toBe(0));
  });

  it("a line that is to be cut behind so many bytes carries those and no more", async () => {
    serve = (socket) => void socket.write(Buffer.alloc(10_000));
    await open();
    proxy!.cutAfter(4321);
    const socket = await reach();
    let came = 0;
    socket.on("data", (bytes) => (came += bytes.length));
    await closeOf(socket);
    expect(proxy!.carried.down).toBe(4321);
    expect(came).toBeLessThanOrEqual(4321);
    const next = await reach();
    next.on("data", (bytes) => (came += bytes.length));
    await vi.waitFor(() => expect(proxy!.carried.down).toBe(14_321));
    next.destroy();
  });

  it("silence is not told, and others are let in", async () => {
    await open();
    const socket = await reach();
    socket.write("a");
    expect(String((await once(socket, "data"))[0])).toBe("a");
    let came = 0;
    socket.on("data", () => came++);
    let hasClosed = false;
    socket.on("close", () => (hasClosed = true));
    proxy!.silence();
    socket.write("b");
    const other = await reach();
    other.write("c");
    expect(String((await once(other, "data"))[0])).toBe("c");
    expect(came).toBe(0);
    expect(hasClosed).toBe(false);
    expect(proxy!.connections).toMatchObject({ total: 2, open: 2 });
    proxy!.endSilenced();
    await vi.waitFor(() => expect(hasClosed).toBe(true));
    expect(proxy!.connections).toMatchObject({ total: 2, open: 1 });
  });

  it("what is held up arrives later, whole", async () => {
    await open();
    const socket = await reach();
    proxy!.hold("down", true);
    socket.write("late");
    await vi.waitFor(() => expect(proxy!.carried.up).toBe(4));
    await vi.waitFor(() => expect(proxy!.waiting("down")).toBe(4));
    expect(proxy!.carried.down).toBe(0);
    const arrived = once(socket, "data");
    proxy!.hold("down", false);
    expect(String((await arrived)[0])).toBe("late");
  });

  it("one bit is another, once, where it was said", async () => {
    await open();
    proxy!.corruptAfter(2);
    const socket = await reach();
    socket.write("abcd");
    expect(String((await once(socket, "data"))[0])).toBe("abbd");
    socket.write("abcd");
    expect(String((await once(socket, "data"))[0])).toBe("abcd");
  });

  it("the line becomes another one", async () => {
    await open();
    proxy!.shape(linkProfiles.good);
    const socket = await reach();
    const ms = await quickest(async () => {
      socket.write("?");
      await once(socket, "data");
    });
    expect(ms).toBeGreaterThanOrEqual(39);
  });

  it("nobody is let in while the host is away; another one takes its place", async () => {
    await open();
    proxy!.admit(false);
    const refused = connect(Number(new URL(proxy!.url).port), "127.0.0.1");
    refused.on("error", () => {});
    await closeOf(refused);
    proxy!.admit(true);
    const other = createServer((socket) => void socket.on("error", () => {}).end("another"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    proxy!.lead(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    expect(String(await readAll(await reach()))).toBe("another");
    other.close();
  });
});
