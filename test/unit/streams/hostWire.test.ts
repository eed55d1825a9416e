/** The host's end of a socket: what is let in, what is refused, what goes out. */
import { describe, expect, it } from "vitest";
import type { SocketReport } from "#engine/ports/socket.ts";
import { frames } from "#engine/protocol/geometry.ts";
import { decodeSlice, sliceHeaderBytes } from "#engine/protocol/slice.ts";
import { hostWire, parseReport } from "#engine/streams/hostWire.ts";

const text = (value: unknown): SocketReport => ({ type: "text", text: JSON.stringify(value) });
const ping = { type: "ping", at: 5 };

function socket() {
  const sent: (string | Uint8Array)[] = [];
  let emit: (report: SocketReport) => void = () => {};
  let listeners = 0;
  return {
    sent,
    report: (report: SocketReport) => emit(report),
    listeners: () => listeners,
    end: {
      send: (data: string | Uint8Array) => void sent.push(data),
      close: () => {},
      bufferedBytes: () => 0,
      listen: (to: typeof emit) => {
        listeners++;
        emit = to;
      },
    },
  };
}

describe("the host's wire", () => {
  it("lets messages of the protocol in, once for all who listen", () => {
    const { end, report, listeners } = socket();
    const { in$ } = hostWire(end);
    const heard: unknown[] = [];
    in$.subscribe((each) => heard.push(each));
    in$.subscribe((each) => heard.push(each));
    report({ type: "opened" });
    report(text(ping));
    expect(heard).toEqual([
      { type: "message", message: ping },
      { type: "message", message: ping },
    ]);
    expect(listeners()).toBe(1);
  });

  it("is complete when the socket is closed", () => {
    const { end, report } = socket();
    const heard: string[] = [];
    hostWire(end).in$.subscribe({
      next: ({ type }) => heard.push(type),
      complete: () => heard.push("complete"),
    });
    report({ type: "closed", code: 1000, reason: "" });
    expect(heard).toEqual(["closed", "complete"]);
  });

  it.each([
    ["no JSON", { type: "text", text: "{" }, "protocol-violation"],
    ["no object", text(null), "protocol-violation"],
    ["an unknown message", text({ type: "sing" }), "protocol-violation"],
    ["one field too many", text({ ...ping, extra: 1 }), "protocol-violation"],
    ["too many characters", text("x".repeat(65_536)), "protocol-violation"],
    ["a binary frame", { type: "binary", bytes: new Uint8Array(48) }, "protocol-violation"],
    ["hello of another version", text({ type: "hello", version: 2 }), "version-unsupported"],
    ["hello without a version", text({ type: "hello" }), "version-unsupported"],
    ["a broken hello of ours", text({ type: "hello", version: 1 }), "protocol-violation"],
  ] as const)("refuses %s", (_name, report, code) => {
    expect(parseReport(report)).toMatchObject({ type: "violation", why: { code } });
  });

  it("sends messages as JSON, and slices whole, telling how many bytes they took", () => {
    const { end, sent } = socket();
    const wire = hostWire(end);
    wire.send({ type: "pong", at: 5 });
    const slice = {
      key: "0123456789abcdef".repeat(2),
      segment: 3,
      start: frames(3000),
      frames: frames(4),
      channels: 2,
      lane: "bulk",
      remaining: frames(996),
      samples: new Uint8Array(16).map((_, at) => at),
    } as const;
    expect(wire.sendSlice(slice)).toBe(sliceHeaderBytes + 16);
    expect(sent[0]).toBe('{"type":"pong","at":5}');
    expect(decodeSlice(sent[1] as Uint8Array)).toEqual(slice);
  });
});
