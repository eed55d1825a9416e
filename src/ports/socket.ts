/** One WebSocket, either end. Messages keep their order; nothing is emitted after `closed`. */
import type { Emit } from "./port.ts";

export type SocketReport =
  | { readonly type: "opened" }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  | { readonly type: "closed"; readonly code: number; readonly reason: string };

export type Socket = {
  /** Queues a message; after close it is dropped. */
  readonly send: (data: string | Uint8Array) => void;
  readonly close: (code: number, reason: string) => void;
  /** bytes handed over and not yet taken by the kernel */
  readonly bufferedBytes: () => number;
};

/** Client side: begins to connect; reports come later, never before this returns. */
export type Connect = (request: { readonly url: string }, emit: Emit<SocketReport>) => Socket;

/** Host side: a socket that a server has accepted; `listen` once, reports follow. */
export type AcceptedSocket = Socket & { readonly listen: (emit: Emit<SocketReport>) => void };
