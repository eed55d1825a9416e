/** Recorded ports: each does what the port under it does, and a tape hears of it. A call's number is given
 *  before the port is called, and a deed is noted before it is done: a port may report at once. */
import type { Clock, TimerId } from "../../ports/clock.ts";
import type { Port } from "../../ports/messagePort.ts";
import type { Start } from "../../ports/port.ts";
import type { Random } from "../../ports/random.ts";
import type { Connect, Socket, SocketReport } from "../../ports/socket.ts";
import type { TapePort } from "../../protocol/tape.ts";
import type { RootTape } from "./rootTape.ts";
import { encodeText, encodeValue } from "./tapeValue.ts";

/** A function that starts something, reports, and can be cancelled. @param verb e.g. `read` of `disk`
 *  @param encode what stands on the tape for a report */
export function recordStart<Request, Report>(
  tape: RootTape,
  port: TapePort,
  verb: string,
  start: Start<Request, Report>,
  encode: (report: Report) => unknown = (report) => encodeValue(report, tape.handles),
): Start<Request, Report> {
  return (request, emit) => {
    const call = tape.number();
    tape.did(port, call, verb, request);
    const cancel = start(request, (report) =>
      tape.hear({ port, call, report: encode(report) }, () => emit(report)),
    );
    return () => {
      tape.did(port, call, "cancel");
      cancel();
    };
  };
}

type Timer = { readonly call: number; id: TimerId };

/** Its time is the tape's. */
export function recordClock(tape: RootTape, clock: Clock): Clock {
  return {
    now: tape.now,
    setTimeout: (callback, delayMs) => {
      const timer: Timer = { call: tape.number(), id: undefined };
      tape.note(`clock#${timer.call}.set ${delayMs}`);
      timer.id = clock.setTimeout(
        () => tape.hear({ port: "clock", call: timer.call }, () => callback()),
        delayMs,
      );
      return timer;
    },
    clearTimeout: (id) => {
      const timer = id as Timer | undefined | null;
      if (!timer) return;
      tape.note(`clock#${timer.call}.clear`);
      clock.clearTimeout(timer.id);
    },
  };
}

/** Keeps every number that was drawn. */
export function recordRandom(tape: RootTape, random: Random): Random {
  return { uniform: () => tape.read("random", "uniform", random.uniform()) };
}

function encodeReport(tape: RootTape, report: SocketReport): unknown {
  return report.type === "text"
    ? { type: "text", text: encodeText(report.text, tape.handles) }
    : encodeValue(report, tape.handles);
}

/** @param call number of the socket @returns what the root uses in its stead */
export function recordSocket(tape: RootTape, call: number, socket: Socket): Socket {
  const backlog = `backlog#${call}`;
  return {
    send: (data) => {
      tape.did("socket", call, "send", data);
      socket.send(data);
    },
    close: (code, reason) => {
      tape.note(`socket#${call}.close ${code}`);
      socket.close(code, reason);
    },
    bufferedBytes: () => tape.read("socket", backlog, socket.bufferedBytes()),
  };
}

/** Hears a socket's reports into `call`, then passes them on. */
export function hearSocket(
  tape: RootTape,
  call: number,
  emit: (report: SocketReport) => void,
): (report: SocketReport) => void {
  return (report) => {
    const heard = { port: "socket", call, report: encodeReport(tape, report) } as const;
    tape.hear(heard, () => emit(report));
  };
}

/** The player's side: every connection is a call. */
export function recordConnect(tape: RootTape, connect: Connect): Connect {
  return (request, emit) => {
    const call = tape.number();
    tape.did("socket", call, "connect", request);
    return recordSocket(tape, call, connect(request, hearSocket(tape, call, emit)));
  };
}

/** A two-way port. Samples that are posted are told by their length. */
export function recordPort(tape: RootTape, name: TapePort, port: Port): Port {
  const call = tape.number();
  return {
    post: (message, transfer) => {
      tape.did(name, call, "post", message);
      port.post(message, transfer);
    },
    listen: (emit) => {
      tape.did(name, call, "listen");
      port.listen((message) =>
        tape.hear({ port: name, call, report: encodeValue(message, tape.handles) }, () =>
          emit(message),
        ),
      );
    },
    close: () => {
      tape.did(name, call, "close");
      port.close();
    },
  };
}
