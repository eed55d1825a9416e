import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { ownOrigin } from "../../../apps/node-host/http/ownOrigin.ts";

const plain = {} as Socket;
const secure = Object.create(TLSSocket.prototype) as TLSSocket;

const asked = (socket: Socket, origin: string | undefined, host = "music.example:4780") =>
  ownOrigin({ socket, headers: { host, ...(origin !== undefined && { origin }) } });

describe("whose page asks", () => {
  it("is nobody's without an origin", () => {
    expect(asked(plain, undefined)).toBe("none");
    expect(asked(secure, undefined)).toBe("none");
  });

  it("is this host's when name and port are the same, also behind a proxy that serves TLS", () => {
    expect(asked(plain, "http://music.example:4780")).toBe("own");
    expect(asked(plain, "https://music.example:4780")).toBe("own");
    expect(asked(secure, "https://music.example:4780")).toBe("own");
    expect(asked(secure, "https://music.example", "music.example")).toBe("own");
  });

  it("is somebody else's at another name or port, or in a sandbox", () => {
    for (const socket of [plain, secure])
      for (const origin of [
        "https://evil.example:4780",
        "https://music.example:4781",
        "https://music.example",
        "null",
        "",
      ])
        expect(asked(socket, origin)).toBe("foreign");
  });

  it("is somebody else's over plain http at a host that serves TLS, though both have default ports", () => {
    expect(asked(secure, "http://music.example", "music.example")).toBe("foreign");
    expect(asked(secure, "http://music.example:4780")).toBe("foreign");
  });
});
