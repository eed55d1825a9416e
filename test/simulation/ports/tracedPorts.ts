/** Traced ports: shows in a trace what is asked of a port and what it reports. Without a trace they are the
 *  ports themselves. */
import type { Decode } from "#engine/ports/decoder.ts";
import type { Disk } from "#engine/ports/disk.ts";
import type { OpenOutput } from "#engine/ports/output.ts";
import type { Start } from "#engine/ports/port.ts";
import { describe } from "../world/trace.ts";
import type { World } from "../world/world.ts";

type Reported = { readonly type: string };

function tracedStart<Request, Report extends Reported>(
  { trace }: World,
  shell: string,
  device: string,
  name: string,
  start: Start<Request, Report>,
): Start<Request, Report> {
  if (!trace) return start;
  return (request, emit) => {
    const party = `${shell}/${device}`;
    trace.call(trace.sent(shell), party, name, describe(request));
    const cancel = start(request, (report) => {
      const { type, ...rest } = report;
      trace.arrive({ from: party, sentMs: trace.sent(party).sentMs }, shell, type, describe(rest));
      emit(report);
    });
    return () => {
      trace.call(trace.sent(shell), party, `cancel ${name}`, "");
      cancel();
    };
  };
}

export function tracedDisk(world: World, disk: Disk): Disk {
  const traced = <Request, Report extends Reported>(name: string, start: Start<Request, Report>) =>
    tracedStart(world, "host", "disk", name, start);
  return {
    read: traced("read", disk.read),
    write: traced("write", disk.write),
    remove: traced("remove", disk.remove),
    list: traced("list", disk.list),
  };
}

export function tracedDecode(world: World, decode: Decode): Decode {
  return tracedStart(world, "host", "decode", "decode", decode);
}

/** @param page the shell that opens outputs @param context name of the device */
export function tracedOutput(
  { trace }: World,
  page: string,
  context: string,
  open: OpenOutput,
): OpenOutput {
  if (!trace) return open;
  const tell = (name: string, detail = ""): void =>
    trace.call(trace.sent(page), context, name, detail);
  return (request, emit) => {
    tell("open", describe(request));
    const device = open(request, (report) => {
      // the mixer's reports came over its own port, and are in the trace already
      if (report.type !== "mixer") {
        const { type, ...rest } = report;
        const name = report.type === "state" ? `context ${report.state}` : type;
        const sent = { from: context, sentMs: trace.sent(context).sentMs };
        trace.arrive(sent, page, name, describe(rest));
      }
      emit(report);
    });
    return {
      resume: () => (tell("resume"), device.resume()),
      suspend: () => (tell("suspend"), device.suspend()),
      post: (message) => device.post(message),
      close: () => (tell("close"), device.close()),
    };
  };
}
