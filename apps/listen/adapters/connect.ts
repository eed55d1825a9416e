import { WebSocket, type RawData } from "ws";
import type { Connect } from "#engine/ports/socket.ts";
import { limits, subprotocol } from "#engine/protocol/limits.ts";

/** A WebSocket of `ws`. Runs in the page worker's thread.
 *  An error is always followed by a close, so only the close is reported. */
export const connect: Connect = ({ url }, emit) => {
  const socket = new WebSocket(url, subprotocol, {
    perMessageDeflate: false,
    // a control message is text of at most `controlCharsMax` UTF-16 units, 3 bytes each in UTF-8
    maxPayload: limits.controlCharsMax * 3,
    maxFragments: 64,
    maxBufferedChunks: 4096,
  });
  // samples are read as 16-bit numbers, so they must not begin anywhere in a shared buffer
  socket.binaryType = "arraybuffer";
  socket.on("error", () => undefined);
  socket.on("open", () => emit({ type: "opened" }));
  socket.on("message", (data: RawData, isBinary) => {
    if (isBinary) emit({ type: "binary", bytes: new Uint8Array(data as ArrayBuffer) });
    else emit({ type: "text", text: (data as Buffer).toString() });
  });
  socket.on("close", (code, reason) => emit({ type: "closed", code, reason: reason.toString() }));
  return {
    send: (data) => {
      // while connecting it would throw
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close: (code, reason) => socket.close(closeCode(code), reason.slice(0, 40)),
    bufferedBytes: () => socket.bufferedAmount,
  };
};

/** As a browser has it: 1000 and 3000…4999. */
function closeCode(code: number): number {
  return code === 1000 || (code >= 3000 && code <= 4999) ? code : 4000;
}
