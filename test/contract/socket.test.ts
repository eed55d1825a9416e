/** What every `Connect` and `AcceptedSocket` owe their users: real WebSockets on loopback and the
 *  simulated network. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { AcceptedSocket, Connect, SocketReport } from "#engine/ports/socket.ts";
import { acceptSockets } from "../../apps/node-host/adapters/socket.ts";
import { connect } from "../../apps/web/adapters/connect.ts";
import { Network } from "../simulation/ports/network.ts";
import { World } from "../simulation/world/world.ts";
import { Reports } from "./reports.ts";

type Bench = {
  readonly url: string;
  /** where nobody listens */
  readonly deadUrl: string;
  readonly connect: Connect;
  readonly accepted: Reports<AcceptedSocket>;
  readonly settle: () => void;
  readonly end: () => Promise<void>;
};

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  real: async () => {
    // Node 20 has no WebSocket of its own; the adapter is the browser's
    vi.stubGlobal("WebSocket", QuietWebSocket);
    const server = createServer();
    const accepted = new Reports<AcceptedSocket>();
    const stop = acceptSockets(server, accepted.emit);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const unused = createServer();
    await new Promise<void>((resolve) => unused.listen(0, "127.0.0.1", resolve));
    const { port: deadPort } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    return {
      url: `ws://127.0.0.1:${port}/ws`,
      deadUrl: `ws://127.0.0.1:${deadPort}/ws`,
      connect,
      accepted,
      settle: () => undefined,
      end: async () => {
        stop();
        await new Promise((resolve) => server.close(resolve));
        vi.unstubAllGlobals();
      },
    };
  },
  simulated: async () => {
    const world = new World(1);
    const network = new Network(world, { latencyMs: [1, 20], bytesPerMs: 100 });
    const accepted = new Reports<AcceptedSocket>();
    const host = world.realm("host");
    network.serve(host, accepted.emit);
    const connector = network.connector(world.realm("worker"));
    const settle = (): void => {
      while (world.step(Infinity));
    };
    return {
      url: "ws://up",
      deadUrl: "ws://down",
      connect: (request, emit) => {
        if (request.url === "ws://down") network.goDown();
        return connector(request, emit);
      },
      accepted,
      settle,
      end: async () => undefined,
    };
  },
};

/** As in a browser: an error that nobody listens to is no exception. */
class QuietWebSocket extends WebSocket {
  constructor(address: string, protocols: string) {
    super(address, protocols);
    this.on("error", () => undefined);
  }
}

describe.each(Object.keys(benches))("the %s socket", (kind) => {
  let bench: Bench;
  afterEach(() => bench.end());
  const isClosed = ({ type }: SocketReport): boolean => type === "closed";

  async function open() {
    bench = await benches[kind]!();
    const player = new Reports<SocketReport>();
    const host = new Reports<SocketReport>();
    const socket = bench.connect({ url: bench.url }, player.emit);
    // reports never come before connect has returned
    expect(player.all).toEqual([]);
    const listening = bench.accepted
      .until(() => true)
      .then((accepted) => {
        accepted.listen(host.emit);
        return accepted;
      });
    bench.settle();
    const accepted = await listening;
    bench.settle();
    await player.until(({ type }) => type === "opened");
    return { player, host, socket, accepted };
  }

  it("carries text and bytes both ways, whole and in order", async () => {
    const { player, host, socket, accepted } = await open();
    for (let n = 0; n < 20; n++) {
      socket.send(`up ${n}`);
      accepted.send(n % 2 ? `down ${n}` : Uint8Array.of(n, 255 - n));
    }
    bench.settle();
    await host.until((report) => report.type === "text" && report.text === "up 19");
    await player.until((report) => report.type === "text" && report.text === "down 19");
    expect(host.all).toEqual(
      Array.from({ length: 20 }, (_, n) => ({ type: "text", text: `up ${n}` })),
    );
    const came = player.all.slice(1).map((report) => {
      if (report.type === "binary") return [...report.bytes];
      return report.type === "text" ? report.text : report;
    });
    expect(came).toEqual(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? `down ${n}` : [n, 255 - n])),
    );
  });

  it("is told at both ends, once, when the player closes; what was sent before arrives", async () => {
    const { player, host, socket } = await open();
    socket.send("last words");
    socket.close(1000, "done");
    socket.close(1000, "again");
    socket.send("too late");
    bench.settle();
    await Promise.all([player.until(isClosed), host.until(isClosed)]);
    bench.settle();
    expect(host.all[0]).toEqual({ type: "text", text: "last words" });
    expect(host.all.map(({ type }) => type)).toEqual(["text", "closed"]);
    expect(player.all.map(({ type }) => type)).toEqual(["opened", "closed"]);
  });

  it("is told at both ends when the host closes, with code and reason", async () => {
    const { player, host, accepted } = await open();
    accepted.send("last words");
    accepted.close(4001, "leaving");
    accepted.send("too late");
    bench.settle();
    await Promise.all([player.until(isClosed), host.until(isClosed)]);
    expect(player.all.slice(1)).toEqual([
      { type: "text", text: "last words" },
      { type: "closed", code: 4001, reason: "leaving" },
    ]);
    expect(host.all.map(({ type }) => type)).toEqual(["closed"]);
  });

  it("that is refused says closed and was never open", async () => {
    bench = await benches[kind]!();
    const player = new Reports<SocketReport>();
    bench.connect({ url: bench.deadUrl }, player.emit);
    bench.settle();
    await player.until(isClosed);
    expect(player.all.map(({ type }) => type)).toEqual(["closed"]);
  });

  it("closed before it was open says closed and nothing else", async () => {
    bench = await benches[kind]!();
    const player = new Reports<SocketReport>();
    const socket = bench.connect({ url: bench.url }, player.emit);
    socket.send("nobody is there yet");
    socket.close(1000, "");
    bench.settle();
    await player.until(isClosed);
    expect(player.all.map(({ type }) => type)).toEqual(["closed"]);
  });

  it("counts what has not left yet, and lets its functions be taken off it", async () => {
    const { player, accepted } = await open();
    const { send, bufferedBytes } = accepted;
    expect(bufferedBytes()).toBe(0);
    // more than a kernel takes at once
    send(new Uint8Array(16_000_000));
    expect(bufferedBytes()).toBeGreaterThan(0);
    bench.settle();
    await player.until(({ type }) => type === "binary");
    bench.settle();
    expect(bufferedBytes()).toBe(0);
  });
});
