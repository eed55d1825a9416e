import { createActor } from "xstate";
import { describe, expect, it, vi } from "vitest";
import { outputMachine } from "#engine/machines/output.machine.ts";

function runningOutput() {
  const resumeDevice = vi.fn();
  const nothing = (): void => {};
  const actor = createActor(
    outputMachine.provide({
      actions: { openDevice: nothing, closeDevice: nothing, tellCreated: nothing, resumeDevice },
    }),
  ).start();
  actor.send({ type: "output.open", rate: 44_100 });
  actor.send({ type: "device.created", rate: 44_100 });
  actor.send({ type: "output.wake" });
  actor.send({ type: "context.running" });
  resumeDevice.mockClear();
  return { actor, resumeDevice };
}

describe("OUT-2 a context that was taken away", () => {
  it.each(["suspended", "interrupted"] as const)(
    "while it is %s, is asked to run when the listener plays: a media key is no gesture of the page",
    (state) => {
      const { actor, resumeDevice } = runningOutput();
      actor.send({ type: `context.${state}` });
      expect(resumeDevice).not.toHaveBeenCalled();
      actor.send({ type: "output.wake" });
      expect(resumeDevice).toHaveBeenCalledOnce();
      actor.send({ type: "context.running" });
      expect(actor.getSnapshot().value).toBe("running");
      actor.stop();
    },
  );

  it("while it is interrupted, stays so until the system gives it back", () => {
    const { actor } = runningOutput();
    actor.send({ type: "context.interrupted" });
    actor.send({ type: "output.wake" });
    expect(actor.getSnapshot().value).toBe("interrupted");
    actor.send({ type: "context.suspended" });
    expect(actor.getSnapshot().value).toBe("suspended");
    actor.stop();
  });
});
