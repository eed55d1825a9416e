import assert from "node:assert/strict";
import { it } from "vitest";
import {
  sessionMachine,
  type SessionEvent,
  type SessionOrders,
} from "#engine/machines/session.machine.ts";
import { fault, type Fault } from "#engine/protocol/faults.ts";
import { reportCoverage } from "./coverage.ts";
import { walkWithParts, type Step } from "./walkMachine.ts";

type Machine = ReturnType<typeof sessionMachine>;
type Order = { readonly name: keyof SessionOrders; readonly given: unknown };
/** of the fake socket: every second pong fills it, the others find it empty */
type Parts = { readonly orders: readonly Order[]; readonly hasRoom: () => boolean };
type SessionStep = Step<Machine, Parts, undefined>;

const token = "secret";
const credit = { urgent: 1, bulk: 1 };
const violation = fault("protocol-violation", "junk");
const helloOf = (said: string): SessionEvent => ({
  type: "hello.received",
  message: { type: "hello", version: 1, player: "p", token: said, credit },
});
const messages: readonly SessionEvent[] = [
  helloOf(token),
  helloOf("wrong"),
  {
    type: "demand.received",
    message: {
      type: "demand",
      demand: 3,
      received: 0,
      playing: true,
      rate: 1000,
      wants: [],
      holds: [],
    },
  },
  { type: "credit.received", message: { type: "credit", lane: "bulk", granted: 9 } },
  { type: "cancel.received", message: { type: "cancel", demand: 3 } },
  { type: "ping.received", message: { type: "ping", at: 7 } },
];
const endings: readonly SessionEvent[] = [
  { type: "peer.violated", why: violation },
  { type: "socket.closed" },
  { type: "player.moved" },
  { type: "host.left" },
];
const surroundings: readonly SessionEvent[] = [
  { type: "supply.changed" },
  { type: "socket.filled", hasSent: true },
  { type: "socket.filled", hasSent: false },
  { type: "news.arisen" },
  { type: "retry.due" },
];
/** the order that each message becomes once the session is live */
const orderOf: Readonly<Record<string, keyof SessionOrders>> = {
  "demand.received": "demand",
  "credit.received": "grant",
  "cancel.received": "cancel",
  "ping.received": "pong",
};

function begin() {
  const orders: Order[] = [];
  const note = (name: keyof SessionOrders) => (given?: unknown) => {
    orders.push({ name, given });
  };
  const hasRoom = () => orders.filter(({ name }) => name === "pong").length % 2 === 0;
  const machine = sessionMachine({
    welcome: note("welcome"),
    demand: note("demand"),
    grant: note("grant"),
    cancel: note("cancel"),
    pong: note("pong"),
    pump: note("pump"),
    tellNews: note("tellNews"),
    hasRoom,
    end: note("end"),
  });
  return { machine, parts: { orders, hasRoom } };
}

/** @returns the fault that ends the session, null for an end without one, undefined for none */
function endOf({ before: { snapshot }, event }: SessionStep): Fault["code"] | null | undefined {
  const isLive = snapshot.matches({ talking: { talk: "live" } });
  if (event.type === "peer.violated") return event.why.code;
  if (endings.some(({ type }) => type === event.type) || /\.after\.silence\./.test(event.type))
    return null;
  if (!messages.some(({ type }) => type === event.type)) return undefined;
  if (event.type !== "hello.received") return isLive ? undefined : "protocol-violation";
  if (isLive) return "protocol-violation";
  return event.message.token === token ? undefined : "token-refused";
}

function invariants(step: SessionStep): void {
  const { before, event, after, actions } = step;
  const { snapshot } = after;
  const orders = after.parts.orders.slice(before.parts.orders.length);
  const did = (name: keyof SessionOrders) => orders.filter((each) => each.name === name);
  const end = endOf(step);
  const isHello = event.type === "hello.received";
  const isMessage = messages.some(({ type }) => type === event.type);
  const wasLive = before.snapshot.matches({ talking: { talk: "live" } });
  const wasOpen = before.snapshot.matches({ talking: { talk: { live: { flow: "open" } } } });

  // ended once, with what was wrong, and nothing after it
  assert.equal(snapshot.matches("closed"), end !== undefined, "closed");
  assert.deepEqual(
    did("end").map(({ given }) => (given as Fault | null)?.code ?? null),
    end === undefined ? [] : [end],
  );
  if (end !== undefined) assert.deepEqual(orders.length, 1, "nothing but the end");
  assert.equal(snapshot.context.fault?.code ?? null, end ?? null);

  // nothing but hello is heard before the welcome, and it is heard once
  const welcomes = did("welcome").length;
  assert.equal(welcomes, isHello && end === undefined ? 1 : 0, "welcome");
  if (welcomes > 0) assert.equal(snapshot.context.player, "p");
  if (!wasLive)
    assert.ok(
      orders.every(({ name }) => name === "welcome" || name === "end"),
      "not live yet",
    );

  // every message is heard once, in the shell too, and pushes the silence off
  for (const [type, name] of Object.entries(orderOf))
    assert.deepEqual(
      did(name).map(({ given }) => given),
      event.type === type && wasLive && "message" in event ? [event.message] : [],
      name,
    );
  if (event.type === "demand.received" && wasLive) assert.equal(snapshot.context.demand, 3);
  const isPushedOff = actions.some(
    ({ type, params }) =>
      type === "xstate.raise" && /silence/.test((params as { readonly type: string }).type),
  );
  if (end === undefined) assert.equal(isPushedOff, isMessage, "silence");

  // slices leave while the session is live and the socket has room, and when it has room again
  const isOccasion =
    ["supply.changed", "retry.due", "demand.received", "credit.received"].includes(event.type) &&
    wasOpen;
  const isLook = /\.after\.look\./.test(event.type);
  assert.equal(did("pump").length, isOccasion || isLook ? 1 : 0, "pump");
  if (isOccasion && event.type.endsWith("received"))
    assert.equal(orders.at(-1)!.name, "pump", "pumped when the message has been taken");
  if (event.type === "socket.filled" && wasLive)
    assert.ok(snapshot.matches({ talking: { talk: { live: { flow: "blocked" } } } }));
  // looked at later and later, until something leaves
  const { stuckMs } = before.snapshot.context;
  if (event.type === "socket.filled" && wasOpen)
    assert.equal(
      snapshot.context.stuckMs,
      event.hasSent ? 0 : Math.min(80, Math.max(5, 2 * stuckMs)),
    );
  // news are told after they were gathered, together, and wait for room
  const isDue = /\.after\.news\./.test(event.type);
  const hasRoom = before.parts.hasRoom();
  assert.equal(did("tellNews").length, isDue && hasRoom ? 1 : 0, "news");
  if ((event.type === "news.arisen" && wasLive) || (isDue && !hasRoom))
    assert.ok(snapshot.matches({ talking: { talk: { live: { news: "gathering" } } } }));
}

it("a session hears nothing before hello, sends nothing after its end, and ends once", () => {
  const walked = walkWithParts<Machine, Parts>({
    begin,
    input: { token, silenceMs: 30 },
    events: [...messages, ...endings, ...surroundings],
    key: ({ snapshot: { context }, parts }) => [
      context.player,
      context.fault?.code ?? null,
      context.stuckMs,
      parts.hasRoom(),
    ],
    invariants,
  });
  reportCoverage(walked);
});
