/** What a host has sent to players, slice by slice, read off the wire. */
import { decodeSlice, sliceHeaderBytes } from "#engine/protocol/slice.ts";

export type SeenSlice = {
  readonly connection: number;
  readonly key: string;
  readonly from: number;
  readonly until: number;
  readonly lane: string;
  /** of the slice and its header */
  readonly bytes: number;
};

/** Reads the host's side of WebSockets: an HTTP answer, then frames, unmasked and whole. */
export class SliceWatch {
  readonly slices: SeenSlice[] = [];
  /** control messages, parsed, in order */
  readonly messages: { readonly connection: number; readonly type: string }[] = [];
  private readonly rest = new Map<number, { bytes: Buffer; isOpen: boolean }>();

  /** Takes what went down a connection; anything that is not a WebSocket is passed over. */
  readonly take = (connection: number, bytes: Buffer): void => {
    const known = this.rest.get(connection) ?? { bytes: Buffer.alloc(0), isOpen: false };
    known.bytes = Buffer.concat([known.bytes, bytes]);
    this.rest.set(connection, known);
    if (!known.isOpen) {
      const end = known.bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!known.bytes.toString("latin1", 0, 12).startsWith("HTTP/1.1 101")) {
        known.bytes = Buffer.alloc(0);
        return;
      }
      known.isOpen = true;
      known.bytes = known.bytes.subarray(end + 4);
    }
    for (let frame = frameOf(known.bytes); frame; frame = frameOf(known.bytes)) {
      known.bytes = known.bytes.subarray(frame.end);
      if (frame.opcode === 1) this.hear(connection, frame.payload);
      if (frame.opcode === 2) this.see(connection, frame.payload);
    }
  };

  /** Frames that were sent although they had been sent before. */
  twice(slices: readonly SeenSlice[] = this.slices): number {
    const seen = new Map<string, Uint8Array>();
    let twice = 0;
    for (const { key, from, until } of slices) {
      const most = 1 << 24;
      const held = seen.get(key) ?? new Uint8Array(most);
      seen.set(key, held);
      for (let at = from; at < until; at++) {
        twice += held[at]!;
        held[at] = 1;
      }
    }
    return twice;
  }

  private hear(connection: number, payload: Buffer): void {
    const { type } = JSON.parse(payload.toString()) as { type: string };
    this.messages.push({ connection, type });
  }

  private see(connection: number, payload: Buffer): void {
    const slice = decodeSlice(payload);
    if (!slice) return;
    const { key, start, frames, lane, samples } = slice;
    const bytes = sliceHeaderBytes + samples.byteLength;
    this.slices.push({ connection, key, from: start, until: start + frames, lane, bytes });
  }
}

/** The first frame, if all of it is there. */
function frameOf(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head) return undefined;
  const length =
    short === 126
      ? bytes.readUInt16BE(2)
      : short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short;
  const end = head + length;
  if (bytes.length < end) return undefined;
  return { opcode: bytes[0]! & 0x0f, payload: bytes.subarray(head, end), end };
}
