import type { IncomingMessage, Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import type { AcceptedSocket } from "#engine/ports/socket.ts";
import { limits, subprotocol } from "#engine/protocol/limits.ts";
import { ownOrigin } from "../http/ownOrigin.ts";

/** sockets at once; one more is refused */
const socketsMax = 256;

/** Accepts WebSockets on `/ws` that speak `segue.v1` and come from the page's own origin (or from no page
 *  at all), and hands them over as `AcceptedSocket`.
 *  @returns closes the server and every socket */
export function acceptSockets(
  server: Server | TlsServer,
  accept: (socket: AcceptedSocket) => void,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    // a control message is text of at most `controlCharsMax` UTF-16 units, 3 bytes each in UTF-8
    maxPayload: limits.controlCharsMax * 3,
    maxFragments: 64,
    maxBufferedChunks: 4096,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  server.on("upgrade", (request, socket, head) => {
    // a peer that vanishes in mid-handshake is no error of ours
    socket.on("error", () => socket.destroy());
    const refusal = refusalOf(request, sockets.clients.size);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => accept(acceptedSocket(opened)));
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

function refusalOf(request: IncomingMessage, open: number): string | undefined {
  const { url, headers } = request;
  if (!/^\/ws(\?|$)/.test(url ?? "")) return "404 Not Found";
  if (ownOrigin(request) === "foreign") return "403 Forbidden";
  const offered = String(headers["sec-websocket-protocol"] ?? "").split(/\s*,\s*/);
  if (!offered.includes(subprotocol)) return "400 Bad Request";
  return open < socketsMax ? undefined : "503 Service Unavailable";
}

function acceptedSocket(socket: WebSocket): AcceptedSocket {
  // without a listener a torn frame would end the process; `close` follows and tells the session
  socket.on("error", () => undefined);
  return {
    send: (data) => {
      if (socket.readyState === socket.OPEN) socket.send(data);
    },
    close: (code, reason) => socket.close(code, Buffer.from(reason).subarray(0, 120)),
    bufferedBytes: () => socket.bufferedAmount,
    listen: (emit) => {
      socket.on("message", (data: RawData, isBinary) => {
        const bytes = data as Buffer;
        emit(isBinary ? { type: "binary", bytes } : { type: "text", text: bytes.toString() });
      });
      socket.on("close", (code, reason) =>
        emit({ type: "closed", code, reason: reason.toString() }),
      );
    },
  };
}
