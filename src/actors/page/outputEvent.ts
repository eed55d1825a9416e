import type { EventFrom } from "xstate";
import type { outputMachine } from "../../machines/output.machine.ts";
import type { OutputReport } from "../../ports/output.ts";

/** What the output port reports of its context, as the output machine hears it. */
export function outputEvent(
  report: Exclude<OutputReport, { type: "mixer" }>,
): EventFrom<typeof outputMachine> {
  switch (report.type) {
    case "created":
      return { type: "device.created", rate: report.rate };
    case "failed":
      return { type: "device.failed", fault: report.fault };
    case "clock":
      return { type: "clock.moved" };
    case "state":
      return { type: `context.${report.state}` };
  }
}
