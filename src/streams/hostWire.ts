/** The host's end of a player's WebSocket: parsed control messages in, messages and slices out.
 *  What does not parse, is too long, or is binary is a `violation`: the session ends with it. */
import { Observable, share } from "rxjs";
import type { AcceptedSocket, SocketReport } from "../ports/socket.ts";
import { clientMessageSchema, type ClientMessage } from "../protocol/clientMessages.ts";
import { fault, type Fault } from "../protocol/faults.ts";
import type { HostMessage } from "../protocol/hostMessages.ts";
import { limits, protocolVersion } from "../protocol/limits.ts";
import { encodeSlice, type Slice } from "../protocol/slice.ts";

export type PlayerReport =
  | { readonly type: "message"; readonly message: ClientMessage }
  | { readonly type: "violation"; readonly why: Fault }
  | { readonly type: "closed" };

export type HostWire = {
  /** hot, shared; reports before the first subscription are lost */
  readonly in$: Observable<PlayerReport>;
  readonly send: (message: HostMessage) => void;
  /** @returns bytes of the binary frame, as counted by the credit */
  readonly sendSlice: (slice: Slice) => number;
};

/** WebSocket close codes of the host's own reasons. */
export const closeCodes = {
  leaving: 1001,
  violation: 1008,
  replaced: 4001,
  refused: 4003,
  silent: 4008,
} as const;

/** Wraps an accepted socket. Listens once, at the first subscription. */
export function hostWire(socket: AcceptedSocket): HostWire {
  const in$ = new Observable<PlayerReport>((subscriber) => {
    socket.listen((report) => {
      const parsed = parseReport(report);
      if (parsed) subscriber.next(parsed);
      if (parsed?.type === "closed") subscriber.complete();
    });
  }).pipe(share());
  return {
    in$,
    send: (message) => socket.send(JSON.stringify(message)),
    sendSlice: (slice) => {
      const frame = encodeSlice(slice);
      socket.send(frame);
      return frame.byteLength;
    },
  };
}

/** Parses one report of the socket; undefined for what needs no answer. Pure. */
export function parseReport(report: SocketReport): PlayerReport | undefined {
  switch (report.type) {
    case "opened":
      return undefined;
    case "closed":
      return { type: "closed" };
    case "binary":
      return violation("A player sends no binary frames.");
    case "text":
      return parseText(report.text);
  }
}

function parseText(text: string): PlayerReport {
  if (text.length > limits.controlCharsMax) return violation("The message is too long.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return violation("The message is not JSON."); // the peer's fault, told to it
  }
  const parsed = clientMessageSchema.safeParse(value);
  if (parsed.success) return { type: "message", message: parsed.data };
  const version = helloVersion(value);
  if (version === undefined || version === protocolVersion)
    return violation("The message is none of this protocol.");
  const detail = `This host speaks version ${protocolVersion} of the protocol.`;
  return { type: "violation", why: fault("version-unsupported", detail) };
}

/** Version that a `hello` names, whatever else is wrong with it; undefined for other messages. */
function helloVersion(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  if (value.type !== "hello") return undefined;
  return "version" in value ? value.version : null;
}

function violation(detail: string): PlayerReport {
  return { type: "violation", why: fault("protocol-violation", detail) };
}
