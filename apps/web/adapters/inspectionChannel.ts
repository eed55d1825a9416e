/** Notes on the actors of this browser's tabs, over a BroadcastChannel: a tab that is inspected tells them to
 *  whichever tab watches, from the first watcher's hello until the last has fallen silent. */
import type { InspectionEvent } from "xstate";
import * as z from "zod/mini";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { NoteBatch } from "#engine/actors/noteBatch.ts";
import { inspectionBatchSchema, type InspectionBatch } from "#engine/protocol/inspection.ts";
import { readInspectionBatch } from "#engine/streams/inspectionText.ts";
import type { Start } from "#engine/ports/port.ts";

const channelName = "segue.inspection";
/** ms between two batches */
const batchMs = 100;
/** ms between two words of a watcher, and how long he may say nothing */
const stillMs = 2000;
const silentMs = 7000;

const messageSchema = z.discriminatedUnion("type", [
  /** somebody begins to watch: the living are told anew */
  z.strictObject({ type: z.literal("hello") }),
  /** he watches still */
  z.strictObject({ type: z.literal("still") }),
  z.strictObject({ type: z.literal("notes"), batch: inspectionBatchSchema }),
]);
type Message = z.infer<typeof messageSchema>;

/** @param tab names the tab; both its sides have the same
 *  @returns what xstate is to tell of every actor of the side */
export function tellInspection(
  side: InspectionBatch["side"],
  tab: string,
): (event: InspectionEvent) => void {
  const relay = new InspectionRelay(() => Date.now());
  const channel = new BroadcastChannel(channelName);
  let stop: (() => void) | null = null;
  let heardAt = 0;
  const watch = (): void => {
    const batch = new NoteBatch();
    const unwatch = relay.watch((note) => batch.add(note));
    const timer = setInterval(() => {
      const taken = batch.take();
      if (taken) post(channel, { type: "notes", batch: { side, tab, ...taken } });
      if (performance.now() - heardAt > silentMs) end();
    }, batchMs);
    const end = (): void => {
      clearInterval(timer);
      unwatch();
      stop = null;
    };
    stop = end;
  };
  listen(channel, (message) => {
    if (message.type === "notes") return;
    heardAt = performance.now();
    if (message.type === "hello") stop?.();
    if (!stop) watch();
  });
  return relay.inspect;
}

/** Hears of every inspected tab of this browser, this one too. */
export const watchTabs: Start<null, InspectionBatch> = (_, emit) => {
  const channel = new BroadcastChannel(channelName);
  listen(channel, (message) => {
    if (message.type === "notes") emit(message.batch);
  });
  post(channel, { type: "hello" });
  const timer = setInterval(() => post(channel, { type: "still" }), stillMs);
  return () => {
    clearInterval(timer);
    channel.close();
  };
};

/** Hears of the host's actors; a connection that broke is made anew by the browser, and begins with the living. */
export const watchHost: Start<null, InspectionBatch | "lost"> = (_, emit) => {
  const source = new EventSource("/api/inspect/events");
  source.onmessage = ({ data }) => {
    const batch = readInspectionBatch(data as string);
    if (batch) return emit(batch);
    // a host of another version: nothing of what it tells can be shown
    source.close();
    emit("lost");
  };
  source.onerror = () => emit("lost");
  return () => source.close();
};

function post(channel: BroadcastChannel, message: Message): void {
  channel.postMessage(message);
}

function listen(channel: BroadcastChannel, heed: (message: Message) => void): void {
  channel.addEventListener("message", ({ data }) => {
    const message = messageSchema.safeParse(data);
    // another version of the page may speak on the same channel
    if (message.success) heed(message.data);
  });
}
