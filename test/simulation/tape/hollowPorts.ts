/** Hollow ports: they do nothing but remember who listens, so that the tape can speak in their place. */
import type { HostPorts } from "#engine/actors/hostApi.ts";
import type { PagePorts } from "#engine/actors/pageApi.ts";
import type { PageWorkerPorts } from "#engine/actors/pageWorkerApi.ts";
import type { Clock } from "#engine/ports/clock.ts";
import type { Port } from "#engine/ports/messagePort.ts";
import type { Emit, Start } from "#engine/ports/port.ts";
import type { Random } from "#engine/ports/random.ts";
import type { AcceptedSocket } from "#engine/ports/socket.ts";
import type { TapePort } from "#engine/protocol/tape.ts";
import type { TapePlayer } from "./tapePlayer.ts";

/** @param slots of the engine that was recorded */
export function hollowHostPorts(player: TapePlayer, slots: number): HostPorts {
  const start = (port: TapePort) =>
    hollowStart(player, port) as unknown as Start<never, never> as never;
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
    decode: start("decode"),
    spareSources: { keep: () => player.after(), discard: () => player.after() },
    inspect: (event) => player.inspect?.(event),
    engine: { slots, render: start("engine"), analyse: start("engine"), measure: start("engine") },
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
    inspect: (event) => player.inspect?.(event),
  };
}

export function hollowPageWorkerPorts(player: TapePlayer): PageWorkerPorts {
  return {
    ...hollowTime(player),
    connect: (_request, emit) => {
      const call = player.tape.lastCall;
      const { listen: _, ...socket } = hollowSocket(player, call);
      player.register("socket", call, emit as Emit<unknown>);
      player.after();
      return socket;
    },
    memory: hollowStart(player, "memory") as NonNullable<PageWorkerPorts["memory"]>,
    page: hollowPort(player, "page", null),
    inspect: (event) => player.inspect?.(event),
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
