/** The host over TLS: https, wss, and what is wrong with a certificate said before anything is started. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get, type RequestOptions } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { subprotocol } from "#engine/protocol/limits.ts";
import { runHost, type RunningHost } from "../browser/runHost.ts";
import { writeMusic } from "./madeMusic.ts";
import { selfSigned } from "./selfSigned.ts";

const main = fileURLToPath(new URL("../../apps/node-host/main.ts", import.meta.url));
const pair = selfSigned();

let place: string;
/** path of a new file with this text */
let file: (name: string, text: string) => string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "segue-tls-"));
  mkdirSync(join(place, "music"));
  writeMusic(join(place, "music", "a.wav"), { seconds: 1, rate: 8000, channels: 1 });
  file = (name, text) => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("a host with a certificate", () => {
  let host: RunningHost;

  beforeAll(async () => {
    host = await runHost({
      folders: [join(place, "music")],
      data: join(place, "data"),
      flags: ["--tls-cert", file("cert.pem", pair.cert), "--tls-key", file("key.pem", pair.key)],
    });
  });
  afterAll(async () => {
    expect(await host?.stop()).toBe(0);
  });

  const ask = (path: string, options: RequestOptions = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>(
      (told, failed) => {
        get(new URL(path, host.url), { ca: pair.cert, agent: false, ...options }, (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("end", () =>
            told({
              status: answer.statusCode!,
              headers: answer.headers,
              body: Buffer.concat(parts),
            }),
          );
        }).on("error", failed);
      },
    );

  const socket = (origin?: string): WebSocket =>
    new WebSocket(`${host.url.replace("https", "wss")}/ws`, subprotocol, {
      ca: pair.cert,
      ...(origin !== undefined && { origin }),
    });

  it("says https in its ready line, and answers there, to those who trust its certificate", async () => {
    expect(host.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(JSON.parse((await ask("/healthz")).body.toString())).toMatchObject({ status: "ok" });
    await expect(ask("/healthz", { ca: selfSigned().cert })).rejects.toThrow(
      /self-signed|unable to verify/,
    );
  });

  it("delivers audio as over http", async () => {
    const { tracks } = JSON.parse((await ask("/api/tracks")).body.toString()) as {
      tracks: { id: string }[];
    };
    const stream = await ask(`/api/tracks/${tracks[0]!.id}/stream.wav?variant=original`);
    expect(stream.status).toBe(200);
    expect(stream.body.byteLength).toBe(44 + 8000 * 2);
  });

  it("allows its page the socket over wss alone", async () => {
    const policy = String((await ask("/")).headers["content-security-policy"]);
    expect(policy).toContain(`connect-src 'self' wss://${new URL(host.url).host};`);
    expect(policy).not.toContain("ws://127");
  });

  it("takes a socket from its own page, and none from a page of the same name over plain http", async () => {
    const own = socket(host.url);
    await once(own, "open");
    own.close();
    const foreign = socket(host.url.replace("https", "http"));
    const [error] = (await once(foreign, "error")) as [Error];
    expect(error.message).toMatch(/403/);
  });

  it("hangs up on whoever speaks plain http, and goes on", async () => {
    await expect(fetch(`${host.url.replace("https", "http")}/healthz`)).rejects.toThrow();
    expect((await ask("/healthz")).status).toBe(200);
  });
});

it("a host with a certificate ends clean though somebody has connected and said nothing", async () => {
  const host = await runHost({
    folders: [join(place, "music")],
    data: join(place, "silent"),
    flags: ["--tls-cert", file("cert2.pem", pair.cert), "--tls-key", file("key2.pem", pair.key)],
  });
  const silent = connect(Number(new URL(host.url).port), "127.0.0.1");
  await once(silent, "connect");
  // the host has accepted it once it answers somebody who came later
  await new Promise((told) =>
    get(`${host.url}/healthz`, { ca: pair.cert, agent: false }, (answer) =>
      answer.resume().on("end", told),
    ),
  );
  expect(await host.stop()).toBe(0);
  silent.destroy();
});

describe("a certificate that cannot be used ends the start with status 2 and one line", () => {
  it.each([
    [
      "its key is another's",
      () => [pair.cert, selfSigned().key],
      /is not the key of the certificate/,
    ],
    ["it is no PEM", () => ["no certificate", pair.key], /--tls-cert: .* holds no certificate/],
    ["its key is no PEM", () => [pair.cert, "no key"], /--tls-key: .* holds no private key/],
    ["both were swapped", () => [pair.key, pair.cert], /--tls-cert: .* holds no certificate/],
    ["it is not there", () => [null, pair.key], /--tls-cert: .* cannot be read: ENOENT/],
    ["its key is a folder", () => [pair.cert, null], /--tls-key: .* cannot be read/],
  ])("when %s", async (_, texts, line) => {
    const [cert, key] = texts();
    const argv = [
      ...["--tls-cert", cert === null ? join(place, "nowhere.pem") : file("bad.pem", cert!)],
      ...["--tls-key", key === null ? place : file("badKey.pem", key!)],
      ...["--port", "0", "--data", join(place, "unused")],
    ];
    const [status, stderr] = await new Promise<[number | null, string]>((ended) => {
      const child = execFile(
        process.execPath,
        ["--import", "tsx", main, join(place, "music"), ...argv],
        (_error, _stdout, text) => ended([child.exitCode, text]),
      );
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
