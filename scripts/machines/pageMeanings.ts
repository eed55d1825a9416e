/** What every event of the machines of page, page worker and headless player says, and what is behind every timer. An
 *  event without a sentence does not compile, a timer without one does not pass the tests. */
import type { LinkEvent } from "#engine/machines/link.machine.ts";
import type { OutputEvent } from "#engine/machines/output.machine.ts";
import type { PlayerEvent } from "#engine/machines/playerContext.ts";
import type { PreloaderEvent } from "#engine/machines/preloader.machine.ts";
import type { QueueEvent } from "#engine/machines/queue.machine.ts";
import type { StandbyEvent } from "#engine/machines/standby.machine.ts";
import type { TabClaimEvent } from "#engine/machines/tabClaim.machine.ts";
import type { WindowEvent } from "#engine/machines/windowCache.machine.ts";
import type { HostProcessEvent } from "../../apps/listen/hostProcess.machine.ts";
import type { ElementPlayerEvent } from "../../apps/web/element/elementPlayer.machine.ts";

/** Sentences by what a chart calls an event. @template Own what has no type of its own: `always`, `after …` */
export type Meanings<
  Event extends { readonly type: string },
  Own extends string = never,
> = Readonly<Record<Event["type"] | Own, string>>;

const player: Meanings<PlayerEvent, "always"> = {
  "transport.play": "The listener wants to hear something.",
  "transport.pause": "The listener wants silence.",
  "transport.seek": "The listener wants another place of the track.",
  "track.load": "Another track is meant.",
  "variant.choose": "The listener wants another sound: original, or enhanced in some way.",
  "supply.waiting": "The page worker says what the intention still waits for.",
  "supply.prepared": "The page worker holds enough; the mixer has been told to take over.",
  "supply.outdated": "What sounds is of a file that is another by now.",
  "rendition.readied": "A rendition that was not to be had can be had now.",
  "lane.committed": "The mixer has taken over, at this very frame.",
  "lane.moved": "The mixer says where it is.",
  "succession.due": "The end of what sounds is near: what is to follow it?",
  "lane.starved": "Samples are due that are not there.",
  "lane.refilled": "They have come.",
  "lane.ended": "The last frame of the track has sounded.",
  "intention.failed": "What was meant cannot be had.",
  "output.created": "There is a mixer, with nothing in it.",
  always: "The file of what sounds was exchanged meanwhile.",
};

const queue: Meanings<QueueEvent> = {
  "tracks.listed": "The host has told what tracks there are; the list may be another one.",
  "place.choose": "The listener has picked a track.",
  "queue.next": "The listener wants the next track.",
  "queue.previous": "The listener wants the track before.",
  "track.ended": "The track has ended by itself.",
  "track.succeeded": "The track there has followed the one before it already, without a gap.",
  "track.failed": "The track that was to be heard cannot be.",
};

const output: Meanings<OutputEvent, "always" | "after patience" | "after frozen"> = {
  "output.open": "The rate of what is to be heard is known.",
  "output.wake": "Something is to be heard; in a browser this comes with a click.",
  "output.rebuild": "Something of another rate is to be heard, and nothing sounds.",
  "output.leave": "The page goes.",
  "device.created": "There is an AudioContext, and the mixer in it.",
  "device.failed": "There can be no AudioContext.",
  "context.running": "The browser says that it runs.",
  "context.suspended": "The browser has suspended it.",
  "context.interrupted": "Something else has the sound device, such as a call.",
  "context.closed": "It is gone.",
  "clock.moved": "Its clock goes on.",
  "after patience": "It does not start: the browser wants a click first.",
  "after frozen": "It says that it runs, and its clock stands still.",
  always: "Another one is made.",
};

const tabClaim: Meanings<TabClaimEvent> = {
  "sound.wanted": "The listener wants sound in this tab.",
  "sound.ended": "This tab has paused, has ended, or has failed.",
  "claim.granted": "Whoever sounded has fallen silent.",
  "claim.lost": "Another tab wants to sound.",
  "claim.seen": "Another tab sounds.",
  "claim.freed": "It sounds no more.",
};

const elementPlayer: Meanings<ElementPlayerEvent, "after steady" | "after retry"> = {
  "transport.play": "The listener wants to hear something.",
  "transport.pause": "The listener wants silence.",
  "transport.seek": "The listener wants another place of the track.",
  "track.load": "Another track is meant.",
  "variant.choose": "The listener wants another sound.",
  "media.ready": "The element has enough to go on.",
  "media.starved": "The element waits for data.",
  "media.ended": "The element has played to the end.",
  "media.failed": "The element cannot play what it got.",
  "media.stopped": "The system has paused it, or the browser wants a click first.",
  "source.available": "The host has what is meant.",
  "source.delayed": "The host does not have it yet.",
  "source.refused": "The host cannot have it.",
  "after steady": "It has played long enough: what failed before is forgiven.",
  "after retry": "The host is asked again.",
};

const preloader: Meanings<PreloaderEvent, "after settle" | "after retry"> = {
  "intention.raise": "Something else is meant.",
  "supply.measured": "What the window holds of it has been counted anew.",
  "lane.committed": "The mixer has taken over.",
  "intention.failed": "What is being prepared cannot be had.",
  "succession.appoint": "The page says what follows without a click, or that nothing does.",
  "succession.prepared":
    "The successor can be opened; what comes before it is in the mixer to its end.",
  "mixer.attached": "There is a mixer, with nothing in it.",
  "answer.failed": "The host could not give what was asked for.",
  "slice.arrived": "Some of it has come.",
  "after settle": "No further click has come: this one is meant.",
  "after retry": "The host is asked again.",
};

const windowCache: Meanings<WindowEvent> = {
  "window.counted": "It has been counted how much is kept.",
  "device.told": "The device says how much memory it has.",
  "memory.changed": "The page has more, or less, memory to spare.",
};

const standby: Meanings<StandbyEvent> = {
  "transport.told": "The page plays, or does not.",
  "margin.measured": "How much of what sounds is held ahead of it.",
};

const link: Meanings<LinkEvent, "after handshake" | "after heartbeat" | "after backoff"> = {
  "link.open": "A host is to be talked to.",
  "link.leave": "The page goes.",
  "socket.opened": "There is a connection.",
  "socket.closed": "It is gone.",
  "socket.violated": "The host said something that no host says.",
  "welcome.received": "The host has answered: who it is, and whether it remembers this player.",
  "hello.refused": "The host does not want to talk to this player.",
  "pong.received": "The host has answered a ping: so long is the way there and back.",
  "silence.noticed": "The host has said nothing for too long.",
  "after handshake": "That took too long.",
  "after heartbeat": "It is time to ask whether the host is still there.",
  "after backoff": "It is time to try again.",
};

const hostProcess: Meanings<HostProcessEvent, "always" | "after steady" | "after pause"> = {
  "host.listening": "The host says where it can be reached.",
  "host.exited": "Its process has ended.",
  "host.leave": "The player goes.",
  "after steady": "It has run long enough: its deaths are forgiven.",
  "after pause": "It is started again.",
  always: "It has died too often in a row.",
};

/** By machine, then by event. */
export const pageMeanings = {
  ...{ player, queue, output, tabClaim, elementPlayer },
  ...{ preloader, windowCache, standby, link, hostProcess },
};
