/** Session: the shell of one player's session machine. It owns the player's socket, its send plan,
 *  its holds on tracks and its asks, and gives all of them back when it ends. */
import { Subscription } from "rxjs";
import { sessionMachine, type SessionEvent } from "../../machines/session.machine.ts";
import { nearSegments } from "../../machines/nearSegments.ts";
import { SendPlan } from "../../machines/sendPlan.ts";
import type { SegmentId } from "../../machines/segmentId.ts";
import type { AcceptedSocket } from "../../ports/socket.ts";
import { fault, type Fault } from "../../protocol/faults.ts";
import type { HostMessage } from "../../protocol/hostMessages.ts";
import { limits, protocolVersion, type RenderKey } from "../../protocol/limits.ts";
import { sliceHeaderBytes } from "../../protocol/slice.ts";
import { closeCodes, hostWire, type PlayerReport } from "../../streams/hostWire.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HostConfig } from "../hostApi.ts";
import { CacheNews, type TierIndex } from "./cacheNews.ts";
import type { Children } from "./children.ts";
import type { OpenTracks } from "./openTracks.ts";
import type { SegmentAccess } from "./segmentAccess.ts";
import type { SegmentBytes } from "./segmentBytes.ts";
import { SessionPump } from "./sessionPump.ts";
import { SessionTracks } from "./sessionTracks.ts";
import { Warming } from "./warming.ts";

export type SessionParts = {
  readonly clock: Clock;
  readonly config: HostConfig;
  readonly children: Children;
  readonly tracks: OpenTracks;
  readonly access: SegmentAccess;
  readonly bytes: SegmentBytes;
  readonly index: TierIndex;
  readonly isOnDisk: (id: SegmentId) => boolean;
  /** bytes of memory that this session may fill ahead of what it plays */
  readonly shareBytes: () => number;
  /** the segments that its player is at: what sounds and what is next, what is heard first */
  readonly isAt: (session: string, near: readonly SegmentId[]) => void;
  /** its player plays, or does not play any more */
  readonly playing: () => void;
  /** the player said hello: an older session of the same name is to end */
  readonly welcomed: (player: string) => void;
  /** called once, when nothing of the session is left */
  readonly ended: () => void;
};

export type Session = {
  /** Passes on a message that concerns every player; before the welcome it is dropped. */
  readonly tell: (message: HostMessage) => void;
  /** a segment of a rendering came or went */
  readonly tierChanged: (key: RenderKey) => void;
  /** Ends it: the host leaves, or the player has come back on another socket. */
  readonly leave: (why: "leaving" | "replaced") => void;
  /** as it named itself; null before hello */
  readonly player: () => string | null;
  readonly isPlaying: () => boolean;
  /** slices to be sent, and asks, those ahead among them; for tests and the audit */
  readonly figures: () => { readonly slices: number; readonly asks: number };
};

/** Begins a session on a freshly accepted socket. @param id name of its actor */
export function beginSession(id: string, socket: AcceptedSocket, parts: SessionParts): Session {
  const { clock, config, children, tracks, access, bytes, index } = parts;
  const wire = hostWire(socket);
  let plan = new SendPlan({ urgent: 0, bulk: 0 });
  let pump: SessionPump | undefined;
  const listening = new Subscription();
  let isLive = false;
  let isOver = false;
  let leaves: "leaving" | "replaced" | null = null;
  let player: string | null = null;
  const news = new CacheNews(index);
  // more than slices alone can be: the player does not read
  const bufferedMax = config.socketBytesMax + config.sliceBytesMax + sliceHeaderBytes;
  const hasRoom = () => socket.bufferedBytes() <= bufferedMax;
  const send = (event: SessionEvent) => actor.send(event);
  let near: readonly SegmentId[] = [];
  /** Before anything is asked for: what the player is at is placed accordingly. */
  const follow = (next = nearSegments(config.geometry, plan.demand, held.resolve)) => {
    // what is given back at the end changes once more
    if (isOver) return;
    if (next.length === near.length && next.every((each, at) => each === near[at])) return;
    near = next;
    parts.isAt(id, near);
  };
  const held = new SessionTracks({
    tracks,
    clock,
    send: wire.send,
    hasRoom,
    changed: () => {
      follow();
      pump?.refresh();
      send({ type: "supply.changed" });
    },
    newsArisen: () => send({ type: "news.arisen" }),
  });

  const machine = sessionMachine({
    welcome: (hello) => {
      plan = new SendPlan(hello.credit);
      pump = new SessionPump({
        name: id,
        clock,
        config,
        plan,
        resolve: held.resolve,
        access,
        bytes,
        bufferedBytes: socket.bufferedBytes,
        send: wire.send,
        sendSlice: wire.sendSlice,
        advanced: () => send({ type: "supply.changed" }),
        filled: (hasSent) => send({ type: "socket.filled", hasSent }),
        retryDue: () => send({ type: "retry.due" }),
      });
      isLive = true;
      parts.welcomed(hello.player);
      player = hello.player;
      const { epoch, geometry, sliceBytesMax } = config;
      wire.send({
        type: "welcome",
        version: protocolVersion,
        epoch,
        resumed: hello.resume?.epoch === epoch,
        limits: {
          sliceBytesMax,
          wantsMax: limits.wantsMax,
          intervalSeconds: geometry.intervalSeconds,
          overlapSeconds: geometry.overlapSeconds,
        },
      });
    },
    demand: (demand) => {
      if (plan.take(demand) === "impossible") {
        const why = fault("protocol-violation", "More slices were received than were sent.");
        return send({ type: "peer.violated", why });
      }
      held.follow(demand);
      follow();
      pump?.refresh();
      warming.follow(demand);
      parts.playing();
      send({ type: "news.arisen" });
    },
    grant: ({ lane, granted }) => plan.grant(lane, granted),
    cancel: ({ demand }) => {
      plan.cancel(demand);
      follow();
      pump?.refresh();
      warming.follow(plan.demand);
      parts.playing();
      send({ type: "supply.changed" });
    },
    pong: ({ at }) => wire.send({ type: "pong", at }),
    pump: () => {
      held.tellWithheld();
      pump?.pump();
    },
    hasRoom,
    tellNews: () => {
      held.tell();
      for (const message of news.tell(held.keys().keys(), pump?.coming())) wire.send(message);
    },
    end: (why) => {
      warming.end();
      pump?.releaseAll();
      follow([]);
      isOver = true;
      held.releaseAll();
      listening.unsubscribe();
      isLive = false;
      if (why) wire.send({ type: "fault", fault: why });
      socket.close(closeCodeOf(why, leaves), why?.code ?? leaves ?? "silence");
      children.end(id);
      parts.ended();
    },
  });

  const warming = new Warming({ name: id, ...parts });
  const { token, silenceMs } = config;
  const actor = children.begin(id, machine, { token, silenceMs });
  listening.add(wire.in$.subscribe((report) => send(eventOf(report))));
  return {
    tell: (message) => {
      if (isLive) wire.send(message);
    },
    tierChanged: (key) => {
      if (news.follows(key)) send({ type: "news.arisen" });
    },
    leave: (why) => {
      leaves = why;
      send({ type: why === "leaving" ? "host.left" : "player.moved" });
    },
    player: () => player,
    isPlaying: () => isLive && plan.demand?.playing === true && plan.demand.head !== null,
    figures: () => ({ slices: plan.slices, asks: (pump?.askCount ?? 0) + warming.askCount }),
  };
}

function eventOf(report: PlayerReport): SessionEvent {
  if (report.type === "closed") return { type: "socket.closed" };
  if (report.type === "violation") return { type: "peer.violated", why: report.why };
  const { message } = report;
  switch (message.type) {
    case "hello":
      return { type: "hello.received", message };
    case "demand":
      return { type: "demand.received", message };
    case "credit":
      return { type: "credit.received", message };
    case "cancel":
      return { type: "cancel.received", message };
    case "ping":
      return { type: "ping.received", message };
  }
}

function closeCodeOf(why: Fault | null, leaves: "leaving" | "replaced" | null): number {
  if (why) return why.code === "token-refused" ? closeCodes.refused : closeCodes.violation;
  return closeCodes[leaves ?? "silent"];
}
