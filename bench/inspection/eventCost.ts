/** CPU time of one event of the player's machine: with no inspector, as on a page that nobody inspects; as on a host, where
 *  the log listens, without and with a relay that nobody watches; and as on a page that is watched, its notes batched and
 *  cloned ten times a second. In turns, so that a busy machine makes all of them slower alike. */
import { createActor, type InspectionEvent } from "xstate";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { NoteBatch } from "#engine/actors/noteBatch.ts";
import { playerMachine } from "#engine/machines/player.machine.ts";
import type { PlayerEvent } from "#engine/machines/playerContext.ts";
import { watchLivingActors } from "../../apps/node-host/inspectActors.ts";
import { logActors } from "../../apps/node-host/log/logActors.ts";
import { noLog } from "../../apps/node-host/log/openLog.ts";
import type { Print } from "../host/openBench.ts";
import { round } from "../statistics.ts";

const turns = 150;
const eventsPerTurn = 1000;
/** notes between two batches: ten a second at 500 a second */
const notesPerBatch = 50;
/** share of an event that a relay may cost that nobody watches; ms of one that is watched */
const goals = { unwatchedShare: 0.01, watchedMs: 0.1 };

const kinds = ["none", "log", "log and relay", "watched"] as const;
type Kind = (typeof kinds)[number];

export function eventCost(print: Print): void {
  const runs = Object.fromEntries(kinds.map((kind) => [kind, begin(kind)]));
  const took: Record<Kind, number[]> = { none: [], log: [], "log and relay": [], watched: [] };
  for (let turn = 0; turn < turns + 10; turn++)
    for (const kind of rotated(kinds, turn)) {
      const us = cpuUs(runs[kind]!) / eventsPerTurn;
      // the first are compiled while they run
      if (turn >= 10) took[kind].push(us);
    }
  const us = (kind: Kind): number => median(took[kind]);
  // turn by turn, for what else the machine does changes from one to the next
  const more = (kind: Kind, than: Kind): number =>
    median(took[kind].map((each, turn) => each - took[than][turn]!));
  const unwatchedUs = more("log and relay", "log");
  print({
    bench: "inspection",
    part: "events",
    n: turns * eventsPerTurn,
    "event, nothing listens": { us: round(us("none")) },
    "on a host, its log listens": { us: round(us("log")) },
    "and a relay that nobody watches": {
      moreUs: round(unwatchedUs),
      share: Math.round((1000 * unwatchedUs) / us("log")) / 1000,
      goal: goals.unwatchedShare,
    },
    "on a page that is watched": {
      moreMs: Math.round(more("watched", "none")) / 1000,
      goalMs: goals.watchedMs,
    },
  });
}

/** @returns what sends so many events, as a page does while its track is sought and switched */
function begin(kind: Kind): () => void {
  const relay = new InspectionRelay(() => performance.timeOrigin + performance.now());
  const log = logActors(noLog);
  const listeners: Readonly<Record<Kind, ((event: InspectionEvent) => void) | undefined>> = {
    none: undefined,
    log,
    "log and relay": watchLivingActors(log).inspect,
    watched: relay.inspect,
  };
  const inspect = listeners[kind];
  const nothing = (): void => undefined;
  const actions = {
    ...{ postIntention: nothing, postSuccession: nothing, tellSuccession: nothing },
    ...{ advance: nothing, passOver: nothing },
  };
  const player = createActor(playerMachine.provide({ actions }), {
    input: { chosen: "adaptive@80", counterpart: "original" },
    ...(inspect && { inspect }),
  });
  player.start();
  const batch = new NoteBatch();
  let notes = 0;
  if (kind === "watched")
    relay.watch((note) => {
      batch.add(note);
      if (++notes % notesPerBatch === 0) structuredClone(batch.take());
    });
  const send = (event: PlayerEvent): void => player.send(event);
  send({ type: "output.created", rate: 44_100, countedAt: 44_100 });
  send({ type: "track.load", track: "a", frame: 0 });
  send({ type: "transport.play" });
  let frame = 0;
  return () => {
    for (let sent = 0; sent < eventsPerTurn; sent += 4) {
      frame += 2205;
      send({ type: "transport.seek", frame });
      const { generation } = player.getSnapshot().context;
      send({ type: "supply.prepared", generation });
      send({ type: "lane.committed", generation, frame });
      send({ type: "lane.moved", generation, frame: frame + 100 });
    }
  };
}

function cpuUs(deed: () => void): number {
  const before = process.cpuUsage();
  deed();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function rotated<Value>(values: readonly Value[], by: number): readonly Value[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
