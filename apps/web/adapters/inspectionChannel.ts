/** Notes on the actors of this browser's tabs, over a BroadcastChannel: a tab that is inspected tells them to
 *  whichever tab watches, from the first watcher's hello until the last has fallen silent, and takes events from it. */
import * as z from "zod/mini";
import { InspectionRelay } from "#engine/actors/inspectionRelay.ts";
import { NoteBatch } from "#engine/actors/noteBatch.ts";
import {
  inspectionAnswerSchema,
  inspectionAskSchema,
  inspectionBatchSchema,
  type InspectionAsk,
  type InspectionBatch,
} from "#engine/protocol/inspection.ts";
import { readInspectionBatch } from "#engine/streams/inspectionText.ts";
import type { Start } from "#engine/ports/port.ts";
import { takeConnectionSlot } from "./connectionSlot.ts";

const channelName = "segue.inspection";
/** ms between two batches */
const batchMs = 100;
/** ms between two words of a watcher, and how long he may say nothing */
const stillMs = 2000;
const silentMs = 7000;
/** ms within which a tab has to answer */
const answerMs = 3000;

const messageSchema = z.discriminatedUnion("type", [
  /** somebody begins to watch: the living are told anew */
  z.strictObject({ type: z.literal("hello") }),
  /** he watches still */
  z.strictObject({ type: z.literal("still") }),
  z.strictObject({ type: z.literal("notes"), batch: inspectionBatchSchema }),
  /** a tab was closed, or shows another page: nobody lives there any more */
  z.strictObject({ type: z.literal("left"), tab: inspectionBatchSchema.shape.tab }),
  /** he asks an actor of one side of one tab to hear something; `ask` names it for the answer */
  z.strictObject({
    type: z.literal("ask"),
    side: inspectionBatchSchema.shape.side,
    tab: inspectionBatchSchema.shape.tab,
    ask: z.string().check(z.maxLength(64)),
    what: inspectionAskSchema,
  }),
  z.strictObject({
    type: z.literal("answer"),
    ask: z.string().check(z.maxLength(64)),
    ...inspectionAnswerSchema.shape,
  }),
]);
type Message = z.infer<typeof messageSchema>;

let ownTab: string | null = null;
/** @returns what this page calls its tab; null: it tells nobody of its actors */
export const tabOfThisPage = (): string | null => ownTab;

/** @param tab names the tab; both its sides have the same
 *  @returns what is told of every actor of the side, and of its messages */
export function tellInspection(side: InspectionBatch["side"], tab: string): InspectionRelay {
  ownTab = tab;
  const relay = new InspectionRelay(() => performance.timeOrigin + performance.now());
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
    if (message.type === "ask" && message.side === side && message.tab === tab)
      post(channel, { type: "answer", ask: message.ask, refused: relay.send(message.what) });
    if (message.type !== "hello" && message.type !== "still") return;
    heardAt = performance.now();
    if (message.type === "hello") stop?.();
    if (!stop) watch();
  });
  // a worker is not told when its page leaves
  if (side === "page")
    addEventListener("pagehide", ({ persisted }) => {
      if (!persisted) post(channel, { type: "left", tab });
    });
  return relay;
}

/** A tab that told of its actors is gone. */
export type TabLeft = { readonly left: string };

/** Hears of every inspected tab of this browser, this one too. */
export const watchTabs: Start<null, InspectionBatch | TabLeft> = (_, emit) => {
  const channel = new BroadcastChannel(channelName);
  listen(channel, (message) => {
    if (message.type === "notes") emit(message.batch);
    if (message.type === "left") emit({ left: message.tab });
  });
  post(channel, { type: "hello" });
  const timer = setInterval(() => post(channel, { type: "still" }), stillMs);
  return () => {
    clearInterval(timer);
    channel.close();
  };
};

/** Asks an actor of a tab to hear an event. Emits why it was not sent, in a sentence, or null. */
export const askTab: Start<
  Pick<InspectionBatch, "side" | "tab"> & { readonly what: InspectionAsk },
  string | null
> = ({ side, tab, what }, emit) => {
  const channel = new BroadcastChannel(channelName);
  const ask = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const end = (): void => {
    clearTimeout(timer);
    channel.close();
  };
  const settle = (refused: string | null): void => {
    end();
    emit(refused);
  };
  const timer = setTimeout(() => settle("Its tab does not answer."), answerMs);
  listen(channel, (message) => {
    if (message.type === "answer" && message.ask === ask) settle(message.refused);
  });
  post(channel, { type: "ask", side, tab, ask, what });
  return end;
};

/** Hears of the host's actors; a connection that broke is made anew by the browser, and begins with the living. Where
 *  as many tabs listen as may, it waits. */
export const watchHost: Start<null, InspectionBatch | "lost" | "waiting"> = (_, emit) => {
  let source: EventSource | undefined;
  const stop = takeConnectionSlot(null, (slot) => {
    if (slot === "waiting") return emit(slot);
    source = new EventSource("/api/inspect/events");
    source.onmessage = ({ data }) => {
      const batch = readInspectionBatch(data as string);
      if (batch) return emit(batch);
      // a host of another version: nothing of what it tells can be shown
      source?.close();
      emit("lost");
    };
    source.onerror = () => emit("lost");
  });
  return () => {
    source?.close();
    stop();
  };
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
