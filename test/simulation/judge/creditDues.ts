/** Credit dues: on no lane of a connection comes more than its player has granted there, headers included. */
import { decodeSlice } from "#engine/protocol/slice.ts";
import type { Lane } from "#engine/protocol/limits.ts";
import type { Connect } from "#engine/ports/socket.ts";
import type { ClientMessage } from "#engine/protocol/clientMessages.ts";
import type { Docket } from "./docket.ts";

/** what a message that grants something begins with */
const granting = /^\{"type":"(hello|credit)"/;

/** Wraps the socket of a page worker. @param name whose it is */
export function creditDues(connect: Connect, docket: Docket, name: string): Connect {
  return (request, emit) => {
    const granted: Record<Lane, number> = { urgent: 0, bulk: 0 };
    const sent: Record<Lane, number> = { urgent: 0, bulk: 0 };

    function note(text: string): void {
      const message = JSON.parse(text) as ClientMessage;
      if (message.type === "hello") Object.assign(granted, message.credit);
      if (message.type === "credit")
        granted[message.lane] = Math.max(granted[message.lane], message.granted);
    }

    function count(bytes: Uint8Array): void {
      const lane = decodeSlice(bytes)?.lane;
      if (!lane) return;
      sent[lane] += bytes.byteLength;
      if (sent[lane] > granted[lane])
        docket.accuse(
          "credit",
          `${name} was sent ${sent[lane]} bytes on ${lane}, and has granted ${granted[lane]}`,
        );
    }

    const socket = connect(request, (report) => {
      if (report.type === "binary") count(report.bytes);
      emit(report);
    });
    return {
      ...socket,
      send: (data) => {
        if (typeof data === "string" && granting.test(data)) note(data);
        socket.send(data);
      },
    };
  };
}
