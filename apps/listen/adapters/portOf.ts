import type { TransferListItem } from "node:worker_threads";
import type { Port } from "#engine/ports/messagePort.ts";

/** What a Worker, a MessagePort and a worker's `parentPort` have in common. */
type Endpoint = {
  readonly postMessage: (message: unknown, transfer?: readonly TransferListItem[]) => void;
  readonly on: (event: "message" | "messageerror", listen: (value: any) => void) => unknown;
};

/** Makes a port of any of Node's endpoints. Messages wait inside it until `listen`.
 *  @param end how the endpoint is given back
 *  @throws (in the listener) when a message cannot be deserialised: a bug, both ends are ours */
export function portOf(endpoint: Endpoint, end: () => void): Port {
  return {
    post: (message, transfer = []) =>
      endpoint.postMessage(message, transfer as readonly TransferListItem[]),
    listen: (emit) => {
      endpoint.on("messageerror", () => {
        throw new Error("a message between page, page worker and mixer could not be read");
      });
      endpoint.on("message", emit);
    },
    close: end,
  };
}
