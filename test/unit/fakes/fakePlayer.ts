/** A player's end of a socket in memory: what the host said, and a hand to speak with. */
import type { AcceptedSocket, SocketReport } from "#engine/ports/socket.ts";
import type { Emit } from "#engine/ports/port.ts";
import type { ClientMessage, Demand, Want } from "#engine/protocol/clientMessages.ts";
import { hostMessageSchema, type HostMessage } from "#engine/protocol/hostMessages.ts";
import { decodeSlice, type Slice } from "#engine/protocol/slice.ts";

export type FakePlayer = {
  readonly socket: AcceptedSocket;
  readonly messages: HostMessage[];
  readonly slices: Slice[];
  /** bytes of slice frames received */
  readonly sliceBytes: () => number;
  readonly closed: () => { readonly code: number; readonly reason: string } | undefined;
  readonly say: (message: ClientMessage) => void;
  readonly report: (report: SocketReport) => void;
  readonly hello: (credit?: number) => void;
  /** A demand with the given wants; numbered by itself. */
  readonly want: (wants: readonly Partial<Want>[], more?: Partial<Demand>) => void;
  readonly all: <Type extends HostMessage["type"]>(
    type: Type,
  ) => readonly Extract<HostMessage, { type: Type }>[];
  /** what `bufferedBytes` tells */
  buffered: number;
};

let players = 0;

/** Messages that the host sends are parsed by the strict schema: a bad one fails the test. */
export function fakePlayer(name = `player${players++}`): FakePlayer {
  const messages: HostMessage[] = [];
  const slices: Slice[] = [];
  let emit: Emit<SocketReport> = () => {
    throw new Error("the host does not listen");
  };
  let closed: { code: number; reason: string } | undefined;
  let bytes = 0;
  let demands = 0;
  const say = (message: ClientMessage) => emit({ type: "text", text: JSON.stringify(message) });
  const player: FakePlayer = {
    buffered: 0,
    socket: {
      send: (data) => {
        if (closed) throw new Error("the host sends after it closed");
        if (typeof data === "string") messages.push(hostMessageSchema.parse(JSON.parse(data)));
        else {
          bytes += data.byteLength;
          const slice = decodeSlice(data);
          if (!slice) throw new Error("the host sent a slice that does not decode");
          slices.push(slice);
        }
      },
      close: (code, reason) => {
        closed ??= { code, reason };
      },
      bufferedBytes: () => player.buffered,
      listen: (to) => {
        emit = to;
      },
    },
    messages,
    slices,
    sliceBytes: () => bytes,
    closed: () => closed,
    say,
    report: (report) => emit(report),
    hello: (credit = 1_000_000) =>
      say({ type: "hello", version: 1, player: name, credit: { urgent: credit, bulk: credit } }),
    want: (wants, more = {}) =>
      say({
        type: "demand",
        demand: demands++,
        received: slices.length,
        playing: true,
        rate: 100,
        wants: wants.map((want) => ({
          track: "a",
          variant: "original",
          from: 0,
          until: 1000,
          lane: "urgent",
          ...want,
        })),
        holds: [],
        ...more,
      }),
    all: (type) => messages.filter((each) => each.type === type) as never,
  };
  return player;
}
