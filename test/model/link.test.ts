import { expect, it } from "vitest";
import type { EventFromLogic } from "xstate";
import { linkMachine, linkState } from "#engine/machines/link.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine, type Recorded } from "./walkMachine.ts";

type Event = EventFromLogic<typeof linkMachine>;

/** What a socket can say, the newest one or one before it. */
function said(connection: number): readonly Event[] {
  return [
    { type: "socket.opened", connection },
    { type: "socket.closed", connection },
    { type: "socket.violated", connection, detail: "junk" },
    { type: "welcome.received", connection, epoch: "epoch-1", resumed: true },
    { type: "hello.refused", connection },
    { type: "pong.received", connection, roundTripMs: 40 },
    { type: "silence.noticed", connection },
  ];
}
const breaks = ["socket.closed", "socket.violated", "silence.noticed"];

function socketsAfter(open: number, actions: readonly Recorded[]): number {
  let now = open;
  for (const { type } of actions) {
    if (type === "openSocket") now++;
    if (type === "closeSocket") now--;
    if (now < 0 || now > 1) throw new Error(`${now} sockets are open`);
  }
  return now;
}

it("the link has one socket at a time, hears no older one, and never reconnects without a pause", () => {
  const walked = walkMachine({
    machine: linkMachine,
    input: { heartbeatMs: 5, backoffMinMs: 1, backoffMaxMs: 9, handshakeMs: 7 },
    events: ({ snapshot: { context } }): readonly Event[] => [
      { type: "link.open" },
      { type: "link.leave" },
      ...said(context.connection),
      ...said(context.connection - 1),
    ],
    key: ({ snapshot: { context }, watched }) => [
      Math.min(2, context.attempts),
      context.epoch,
      context.roundTrip !== null,
      watched,
    ],
    watch: {
      initial: { sockets: 0, isGreeted: false },
      next: ({ before: { watched }, actions }) => ({
        sockets: socketsAfter(watched.sockets, actions),
        isGreeted:
          actions.some(({ type }) => type === "sayHello") ||
          (watched.isGreeted && !actions.some(({ type }) => type === "openSocket")),
      }),
    },
    invariants: ({ before, event, after: { snapshot, watched }, actions }) => {
      const was = linkState(before.snapshot.value);
      const is = linkState(snapshot.value);
      const { context } = snapshot;
      const did = (type: string): number => actions.filter((each) => each.type === type).length;
      // a socket is open exactly where one is used
      expect(watched.sockets).toBe(snapshot.matches("open") ? 1 : 0);
      // every socket has a number of its own
      expect(context.connection - before.snapshot.context.connection).toBe(did("openSocket"));
      // LINK-3: what an older socket says changes nothing at all
      if ("connection" in event && event.connection !== before.snapshot.context.connection) {
        expect(actions).toEqual([]);
        expect(snapshot.value).toEqual(before.snapshot.value);
        expect(context).toEqual(before.snapshot.context);
      }
      // a break leads to a pause, and only a pause, a wish or its end to a new socket
      else if (breaks.includes(event.type) && before.snapshot.matches("open"))
        expect(is).toBe("backingOff");
      if (did("openSocket") > 0) expect(["idle", "backingOff"]).toContain(was);
      if (did("openSocket") > 0 && was !== "backingOff") expect(event.type).toBe("link.open");
      // hello is said once per socket, and nothing is live that was not welcomed
      if (did("sayHello") > 0)
        expect([did("sayHello"), before.watched.isGreeted]).toEqual([1, false]);
      if (is === "live" && was !== "live") {
        expect(event.type).toBe("welcome.received");
        expect([watched.isGreeted, did("resync"), context.attempts]).toEqual([true, 1, 0]);
      } else expect(did("resync")).toBe(0);
      // who was live once resumes, who never was greets
      if (is === "resuming") expect(context.epoch).not.toBeNull();
      if (is === "handshaking") expect(context.epoch).toBeNull();
      // the pause grows with every break in a row; only what the newest socket says is measured
      const isNewPause = is === "backingOff" && was !== "backingOff";
      if (isNewPause) expect(context.attempts).toBe(before.snapshot.context.attempts + 1);
      if (event.type === "pong.received" && event.connection === context.connection)
        expect(context.roundTrip !== null).toBe(
          was === "live" || before.snapshot.context.roundTrip !== null,
        );
      if (did("beat") > 0) expect(was).toBe("live");
      if (is === "refused" && was !== "refused") expect(event.type).toBe("hello.refused");
      if (was === "refused" && is !== "refused") expect(event.type).toBe("link.leave");
      if (event.type === "link.leave") expect(is).toBe("idle");
    },
  });
  reportCoverage(walked);
});
