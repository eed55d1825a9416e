/** A host whose session is recorded: what its ports report, what sockets and HTTP readers want of it, and
 *  digests of what it did about it. */
import type { AcceptedSocket } from "../../ports/socket.ts";
import type { CreateHost, Host, HostPorts } from "../hostApi.ts";
import type { SpareSources } from "../../ports/decoder.ts";
import type { TapeAsk } from "../../protocol/tape.ts";
import { hearSocket, recordClock, recordRandom, recordSocket, recordStart } from "./recordPorts.ts";
import type { RootTape } from "./rootTape.ts";
import { encodeValue } from "./tapeValue.ts";

/** @param create the root to record @returns a root that is used in its stead */
export function recordHost(create: CreateHost, tape: RootTape): CreateHost {
  return (ports, config) => {
    const recorded = recordHostPorts(tape, ports);
    const { slots } = ports.engine;
    const host = tape.begin({ ...config, slots }, () => create(recorded, config));
    return recordAsks(tape, host);
  };
}

function recordHostPorts(tape: RootTape, ports: HostPorts): HostPorts {
  const {
    clock,
    wallClock,
    random,
    disk,
    diskIndex,
    memory,
    catalogue,
    decode,
    spareSources,
    engine,
  } = ports;
  return {
    ...ports,
    clock: recordClock(tape, clock),
    wallClock: { wallNow: () => tape.read("wallClock", "wall", wallClock.wallNow()) },
    random: recordRandom(tape, random),
    disk: {
      read: recordStart(tape, "disk", "read", disk.read),
      write: recordStart(tape, "disk", "write", disk.write),
      remove: recordStart(tape, "disk", "remove", disk.remove),
      list: recordStart(tape, "disk", "list", disk.list),
    },
    diskIndex: recordIndex(tape, diskIndex),
    memory: recordStart(tape, "memory", "watch", memory),
    catalogue: {
      find: (track) => tape.read("catalogue", `find ${track}`, catalogue.find(track)),
      check: recordStart(tape, "catalogue", "check", catalogue.check),
      follow: recordStart(tape, "catalogue", "follow", catalogue.follow),
      watch: (emit) =>
        recordStart<null, number>(tape, "catalogue", "watch", (_, report) =>
          catalogue.watch(report),
        )(null, emit),
      album: (track) => tape.read("catalogue", `album ${track}`, catalogue.album?.(track) ?? []),
      everyTrack: () => tape.read("catalogue", "everyTrack", catalogue.everyTrack?.() ?? []),
    },
    decode: recordStart(tape, "decode", "decode", decode),
    ...(spareSources && { spareSources: recordSpares(tape, spareSources) }),
    engine: {
      slots: engine.slots,
      render: recordStart(tape, "engine", "render", engine.render),
      analyse: recordStart(tape, "engine", "analyse", engine.analyse),
      measure: recordStart(tape, "engine", "measure", engine.measure),
    },
  };
}

function recordSpares(tape: RootTape, spares: SpareSources): SpareSources {
  return {
    keep: (path, pcmPath) => {
      tape.did("decode", tape.number(), "keep", { path, pcmPath });
      spares.keep(path, pcmPath);
    },
    discard: (pcmPath) => {
      tape.did("decode", tape.number(), "discard", { pcmPath });
      spares.discard(pcmPath);
    },
  };
}

function recordIndex(tape: RootTape, index: HostPorts["diskIndex"]): HostPorts["diskIndex"] {
  return (
    index && {
      open: recordStart(tape, "diskIndex", "open", index.open),
      write: recordStart(tape, "diskIndex", "write", index.write),
      close: (changes) => {
        tape.did("diskIndex", tape.number(), "close", changes);
        index.close(changes);
      },
    }
  );
}

function recordAsks(tape: RootTape, host: Host): Host {
  /** HTTP reads: reports go out, so they are what the host does. */
  const read =
    <Request, Report>(
      ask: TapeAsk,
      start: (request: Request, emit: (report: Report) => void) => () => void,
    ) =>
    (request: Request, emit: (report: Report) => void) => {
      const call = tape.number();
      const report = encodeValue(request, tape.handles);
      const cancel = tape.hear({ port: "host", call, ask, report }, () =>
        start(request, (answer) => {
          tape.did("http", call, "report", answer);
          emit(answer);
        }),
      );
      return () => tape.hear({ port: "host", call, ask: "cancel" }, cancel);
    };
  return {
    epoch: host.epoch,
    accept: (socket) => {
      const call = tape.number();
      tape.hear({ port: "host", call, ask: "accept" }, () =>
        host.accept(recordAccepted(tape, call, socket)),
      );
    },
    openRendition: read("openRendition", host.openRendition),
    readSegment: read("readSegment", host.readSegment),
    figures: host.figures,
    onAnswer: host.onAnswer,
    onRenderBegun: host.onRenderBegun,
    audit: host.audit,
    stop: (done) =>
      tape.hear({ port: "host", ask: "stop" }, () =>
        host.stop(() => {
          tape.note("host.stopped");
          done();
        }),
      ),
  };
}

function recordAccepted(tape: RootTape, call: number, socket: AcceptedSocket): AcceptedSocket {
  return {
    ...recordSocket(tape, call, socket),
    listen: (emit) => {
      tape.did("socket", call, "listen");
      socket.listen(hearSocket(tape, call, emit));
    },
  };
}
