import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { limits, subprotocol } from "#engine/protocol/limits.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";

let place: string;
let host: RunningHost;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "segue-junk-"));
  await mkdir(join(place, "music"));
  host = await runHost({ folders: [join(place, "music")], data: join(place, "data") });
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await rm(place, { recursive: true, force: true });
});

const address = (): string => `${host.url.replace("http", "ws")}/ws`;

/** Connects, sends, and tells how the connection ended. */
function endOf(send: (socket: WebSocket) => void): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address(), subprotocol);
    socket.on("error", () => undefined);
    socket.on("open", () => send(socket));
    socket.on("close", resolve);
  });
}

/** Status of a handshake that is refused. */
function refusalOf(protocols: string[], options: object = {}, path = ""): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${address()}${path}`, protocols, options);
    socket.on("unexpected-response", (_, answer) => {
      resolve(answer.statusCode!);
      socket.terminate();
    });
    socket.on("open", () => reject(new Error("it was let in")));
    socket.on("error", () => undefined);
  });
}

const isUp = async (): Promise<boolean> => (await fetch(`${host.url}/healthz`)).ok;

describe("a socket that sends junk", () => {
  it.each<[string, (socket: WebSocket) => void]>([
    ["text that is no JSON", (socket) => socket.send("{not json")],
    ["JSON that is no message", (socket) => socket.send(`{"type":"demand"}`)],
    ["a deep nest", (socket) => socket.send("[".repeat(60_000))],
    ["bytes where only the host sends bytes", (socket) => socket.send(Buffer.alloc(1000, 0xff))],
    [
      "a message beyond every bound",
      (socket) => socket.send("x".repeat(limits.controlCharsMax * 4)),
    ],
    [
      "the future's version",
      (socket) =>
        socket.send(
          JSON.stringify({
            type: "hello",
            version: 99,
            player: "p",
            credit: { urgent: 1, bulk: 1 },
          }),
        ),
    ],
  ])("%s is closed with a reason, and nobody else notices", async (_, send) => {
    const code = await endOf(send);
    expect([1002, 1003, 1007, 1008, 1009].includes(code) || code >= 4000, String(code)).toBe(true);
    expect(await isUp()).toBe(true);
  });

  it("is not let in from another site, without the subprotocol, or at another address", async () => {
    expect(await refusalOf([subprotocol], { origin: "http://evil.example" })).toBe(403);
    expect(await refusalOf([subprotocol], { origin: "null" })).toBe(403);
    expect(await refusalOf([])).toBe(400);
    expect(await refusalOf(["other.v1"])).toBe(400);
    expect(await refusalOf([subprotocol], {}, "/elsewhere")).toBe(404);
    expect(await isUp()).toBe(true);
  });

  it("cannot hurt with bytes that are no HTTP, nor with a torn frame", async () => {
    const { hostname, port } = new URL(host.url);
    await new Promise<void>((resolve) => {
      const raw = createConnection(Number(port), hostname, () => raw.end(Buffer.alloc(5000, 0x16)));
      raw.on("error", () => undefined);
      // whatever is answered is read: otherwise the end would not be noticed
      raw.resume();
      raw.on("close", () => resolve());
    });
    const code = await endOf((socket) => {
      // a frame with reserved bits set, past the library's own checks
      (socket as unknown as { _socket: { write: (bytes: Buffer) => void } })._socket.write(
        Buffer.from([0xff, 0xff, 0, 0, 0, 0, 0, 0]),
      );
    });
    expect(code).toBeGreaterThan(1000);
    expect(await isUp()).toBe(true);
  });
});
