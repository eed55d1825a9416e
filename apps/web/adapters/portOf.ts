import type { Port } from "#engine/ports/messagePort.ts";

/** What a Worker, a MessagePort and a worker's own global scope have in common. */
type Endpoint = {
  postMessage: (message: unknown, transfer: Transferable[]) => void;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onmessageerror: ((event: MessageEvent) => unknown) | null;
};

/** Makes a port of any of the platform's endpoints.
 *  Messages wait inside a MessagePort until `listen`.
 *  @param end how the endpoint is given back: `terminate` of a worker, `close` of the others
 *  @throws (in the listener) when a message cannot be deserialised: a bug, both ends are ours */
export function portOf(endpoint: Endpoint, end: () => void): Port {
  return {
    post: (message, transfer = []) =>
      endpoint.postMessage(message, [...transfer] as Transferable[]),
    listen: (emit) => {
      endpoint.onmessageerror = () => {
        throw new Error("a message between page, worker and worklet could not be read");
      };
      // Assigning `onmessage` also starts a MessagePort; addEventListener would not.
      endpoint.onmessage = (event) => emit(event.data);
    },
    close: end,
  };
}
