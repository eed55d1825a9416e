import { expect, it } from "vitest";
import type { EventFromLogic } from "xstate";
import { fault } from "#engine/protocol/faults.ts";
import { outputMachine } from "#engine/machines/output.machine.ts";
import { reportCoverage } from "./coverage.ts";
import { walkMachine, type Recorded } from "./walkMachine.ts";

type Event = EventFromLogic<typeof outputMachine>;
/** The device as the port sees it: it reports while it is open, and nothing after it was closed. */
type Device = "none" | "opening" | "made";

const commands: readonly Event[] = [
  { type: "output.open", rate: 1000 },
  { type: "output.wake" },
  { type: "output.rebuild", rate: 2000 },
  { type: "output.leave" },
];
const reports: Readonly<Record<Device, readonly Event[]>> = {
  none: [],
  opening: [
    { type: "device.created", rate: 1000 },
    { type: "device.created", rate: 500 },
    { type: "device.failed", fault: fault("busy", "no device") },
  ],
  made: [
    { type: "context.running" },
    { type: "context.suspended" },
    { type: "context.interrupted" },
    { type: "context.closed" },
    { type: "clock.moved" },
  ],
};

function deviceAfter(device: Device, event: Event, actions: readonly Recorded[]): Device {
  let now: Device = event.type === "device.created" ? "made" : device;
  for (const { type } of actions) {
    if (type === "openDevice") {
      if (now !== "none") throw new Error("a second device was opened");
      now = "opening";
    }
    if (type === "closeDevice") now = "none";
  }
  return now;
}

it("the output has one device at a time, wakes every one once woken, and rebuilds what stands still", () => {
  const walked = walkMachine({
    machine: outputMachine,
    events: ({ watched }) => [...commands, ...reports[watched.device]],
    key: ({ snapshot: { context }, watched }) => [context.rate, context.wanted, watched],
    watch: {
      initial: { device: "none" as Device, isWoken: false },
      next: ({ before, event, actions }) => ({
        device: deviceAfter(before.watched.device, event, actions),
        isWoken: before.watched.isWoken || event.type === "output.wake",
      }),
    },
    invariants: ({ before, event, after: { snapshot, watched }, actions }) => {
      const did = (type: string): number => actions.filter((each) => each.type === type).length;
      // a state that needs a device has one, and no other does
      const device: Device = snapshot.matches("absent")
        ? "none"
        : snapshot.matches("rebuilding")
          ? "opening"
          : "made";
      expect(watched.device).toBe(device);
      // the player hears of a mixer exactly when it was made
      expect(did("tellCreated")).toBe(event.type === "device.created" ? 1 : 0);
      // once woken, every new device is woken too; none is woken before
      if (did("resumeDevice") > 0) expect(watched).toEqual({ device: "made", isWoken: true });
      if (event.type === "device.created")
        expect(did("resumeDevice")).toBe(watched.isWoken ? 1 : 0);
      // what closed or stands still is counted and made anew, nothing else is
      const isLost = event.type === "context.closed" || isFreeze(event);
      const { rebuilds } = before.snapshot.context;
      expect(snapshot.context.rebuilds - rebuilds).toBe(isLost ? 1 : 0);
      if (isLost) expect(snapshot.value).toBe("rebuilding");
      if (event.type === "device.failed") {
        expect(snapshot.value).toBe("absent");
        expect(snapshot.context.fault).toBe(event.fault);
      }
      if (event.type === "output.leave") expect(snapshot.value).toBe("absent");
      if (!snapshot.matches("absent")) expect(snapshot.context.rate).toBeGreaterThan(0);
    },
  });
  reportCoverage(walked);
});

function isFreeze(event: { readonly type: string }): boolean {
  return event.type.startsWith("xstate.after.frozen");
}
