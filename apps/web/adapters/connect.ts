import type { Connect } from "#engine/ports/socket.ts";
import { subprotocol } from "#engine/protocol/limits.ts";

/** The browser's WebSocket. Runs in the page worker, which hidden tabs do not throttle.
 *  An error is always followed by a close, so only the close is reported. */
export const connect: Connect = ({ url }, emit) => {
  const socket = new WebSocket(url, subprotocol);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => emit({ type: "opened" });
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") emit({ type: "text", text: data });
    else emit({ type: "binary", bytes: new Uint8Array(data) });
  };
  socket.onclose = ({ code, reason }) => emit({ type: "closed", code, reason });
  return {
    send: (data) => {
      // While connecting it would throw, after the close it would pile up in `bufferedAmount`.
      if (socket.readyState === WebSocket.OPEN)
        socket.send(data as string | Uint8Array<ArrayBuffer>);
    },
    close: (code, reason) => socket.close(closeCode(code), reason.slice(0, 40)),
    bufferedBytes: () => socket.bufferedAmount,
  };
};

/** Browsers allow a page only 1000 and 3000…4999; a reason may have 123 bytes of UTF-8. */
function closeCode(code: number): number {
  return code === 1000 || (code >= 3000 && code <= 4999) ? code : 4000;
}
