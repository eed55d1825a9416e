/** The player's end of the WebSocket: reports in, control messages out.
 *  A frame that does not parse, or a slice whose checksum fails, is a `violation`: whoever owns the
 *  socket closes it and resumes; nothing torn goes any further. */
import { hostMessageSchema, type HostMessage } from "../protocol/hostMessages.ts";
import type { ClientMessage } from "../protocol/clientMessages.ts";
import { limits } from "../protocol/limits.ts";
import { decodeSlice, type Slice } from "../protocol/slice.ts";

/** What a socket reports (see ports/socket.ts, which this folder does not import). */
type SocketReport =
  | { readonly type: "opened" }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly bytes: Uint8Array }
  | { readonly type: "closed"; readonly code: number; readonly reason: string };

export type ClientReport =
  | { readonly type: "opened" }
  | { readonly type: "message"; readonly message: HostMessage }
  /** `bytes`: the whole frame, as counted by the credit */
  | { readonly type: "slice"; readonly slice: Slice; readonly bytes: number }
  | { readonly type: "violation"; readonly detail: string }
  | { readonly type: "closed"; readonly code: number };

/** Parses one report of the socket. Pure. */
export function parseSocketReport(report: SocketReport): ClientReport {
  switch (report.type) {
    case "opened":
      return { type: "opened" };
    case "closed":
      return { type: "closed", code: report.code };
    case "binary": {
      const slice = decodeSlice(report.bytes);
      return slice
        ? { type: "slice", slice, bytes: report.bytes.byteLength }
        : { type: "violation", detail: "a slice is torn or corrupt" };
    }
    case "text":
      return parseText(report.text);
  }
}

function parseText(text: string): ClientReport {
  if (text.length > limits.controlCharsMax)
    return { type: "violation", detail: "message too long" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: "violation", detail: "not JSON" }; // the peer's fault, reported as such
  }
  const parsed = hostMessageSchema.safeParse(value);
  return parsed.success
    ? { type: "message", message: parsed.data }
    : { type: "violation", detail: "not a message of this version" };
}

/** Text frame of a control message. */
export function writeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}
