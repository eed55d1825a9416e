/** Hollow ports: they do nothing but remember who listens, so that the tape can speak in their place. */
import type { HostPorts } from "#engine/actors/hostApi.ts";
import { watchedConnect, watchedPort } from "#engine/actors/messageWatch.ts";
import type { PagePorts } from "#engine/actors/pageApi.ts";
import type { PageWorkerPorts } from "#engine/actors/pageWorkerApi.ts";
import type { Clock } from "#engine/ports/clock.ts";
import type { Port } from "#engine/ports/messagePort.ts";
import type { Emit, Start } from "#engine/ports/port.ts";
import type { Random } from "#engine/ports/random.ts";
import type { AcceptedSocket } from "#engine/ports/socket.ts";
import type { InspectionPlace } from "#engine/protocol/inspection.ts";
import type { TapePort } from "#engine/protocol/tape.ts";
import type { TapePlayer } from "./tapePlayer.ts";

/** @param slots of the engine that was recorded */
export function hollowHostPorts(player: TapePlayer, slots: number): HostPorts {
  const start = (port: TapePort) =>
    hollowStart(player, port) as unknown as Start<never, never> as never;
  /** What workers do is asked of them, and reported, as messages. */
  const work = (port: TapePort, verb: string, there: InspectionPlace) =>
    toldStart(player, start(port), verb, there) as never;
  const { clock, random } = hollowTime(player);
  return {
    clock,
    random,
    wallClock: { wallNow: () => Number(player.reading("wall")) },
    disk: {
      read: start("disk"),
      write: start("disk"),
      remove: start("disk"),
      list: start("disk"),
    },
    diskIndex: { open: start("diskIndex"), write: start("diskIndex"), close: () => player.after() },
    memory: start("memory"),
    catalogue: {
      find: (track) => (player.reading(`find ${track}`) ?? undefined) as never,
      check: start("catalogue"),
      follow: start("catalogue"),
      watch: (emit) => hollowStart(player, "catalogue")(null, emit as Emit<unknown>),
      album: (track) => player.reading(`album ${track}`) as never,
      everyTrack: () => player.reading("everyTrack") as never,
    },
    decode: work("decode", "decode", "decoders"),
    spareSources: { keep: () => player.after(), discard: () => player.after() },
    inspect: (event) => player.watch?.inspect(event),
    engine: {
      slots,
      render: work("engine", "render", "renderers"),
      analyse: work("engine", "analyse", "renderers"),
      measure: work("engine", "measure", "renderers"),
    },
  };
}

export function hollowPagePorts(player: TapePlayer): PagePorts {
  const act = (): void => player.after();
  return {
    ...hollowTime(player),
    openOutput: (_request, emit) => {
      player.register("output", player.tape.lastCall, emit as Emit<unknown>);
      act();
      return { resume: act, suspend: act, post: act, close: act };
    },
    worker: hollowPort(player, "worker", null),
    readTracks: hollowStart(player, "tracks") as PagePorts["readTracks"],
    inspect: (event) => player.watch?.inspect(event),
  };
}

export function hollowPageWorkerPorts(player: TapePlayer): PageWorkerPorts {
  const connect: PageWorkerPorts["connect"] = (_request, emit) => {
    const call = player.tape.lastCall;
    const { listen: _, ...socket } = hollowSocket(player, call);
    player.register("socket", call, emit as Emit<unknown>);
    player.after();
    return socket;
  };
  const page = hollowPort(player, "page", null);
  const { watch } = player;
  return {
    ...hollowTime(player),
    connect: watch ? watchedConnect(connect, { here: "worker", there: "host" }, watch) : connect,
    memory: hollowStart(player, "memory") as NonNullable<PageWorkerPorts["memory"]>,
    page: watch ? watchedPort(page, { here: "worker", there: "page" }, watch) : page,
    inspect: (event) => player.watch?.inspect(event),
    // the recorder numbers it when it has it
    openMixer: () => hollowPort(player, "feed", player.tape.lastCall + 1),
  };
}

/** @param call the number under which the tape speaks of it */
export function hollowSocket(player: TapePlayer, call: number): AcceptedSocket {
  return {
    send: () => player.after(),
    close: () => player.after(),
    bufferedBytes: () => Number(player.reading(`backlog#${call}`)),
    listen: (emit) => {
      player.register("socket", call, emit as Emit<unknown>);
      player.after();
    },
  };
}

function hollowTime(player: TapePlayer): { readonly clock: Clock; readonly random: Random } {
  return {
    clock: {
      now: () => player.nowMs,
      setTimeout: (callback) => {
        const call = player.tape.lastCall;
        player.register("clock", call, () => {
          player.forget("clock", call);
          callback();
        });
        player.after();
        return call;
      },
      clearTimeout: (id) => {
        player.forget("clock", id as number);
        player.after();
      },
    },
    random: { uniform: () => Number(player.reading("uniform")) },
  };
}

function hollowStart(player: TapePlayer, port: TapePort): Start<unknown, unknown> {
  return (_request, emit) => {
    player.register(port, player.tape.lastCall, emit);
    player.after();
    return () => player.after();
  };
}

/** Tells what workers of the host are asked, and what they report. */
function toldStart(
  player: TapePlayer,
  start: Start<never, never>,
  verb: string,
  there: InspectionPlace,
): Start<never, never> {
  const { watch } = player;
  if (!watch) return start;
  return (request: object, emit: Emit<never>) => {
    watch.message("host", there, { ...request, type: verb });
    return start(request as never, (report: { readonly type: string }) => {
      watch.message(there, "host", { ...report, type: `${verb} ${report.type}` });
      emit(report as never);
    });
  };
}

function hollowPort(player: TapePlayer, name: TapePort, call: number | null): Port {
  return {
    post: () => player.after(),
    listen: (emit) => {
      player.register(name, call, emit);
      player.after();
    },
    close: () => player.after(),
  };
}
