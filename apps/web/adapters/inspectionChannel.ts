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
import { hearOfEnd, liveAs } from "./tabLife.ts";

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

/** @param tab names the tab; both its sides have the same
 *  @returns what is told of every actor of the side, and of its messages */
export function tellInspection(side: InspectionBatch["side"], tab: string): InspectionRelay {
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
  // a worker ends with its page
  if (side === "page") liveAs(tab);
  return relay;
}

/** A tab that told of its actors is gone. */
export type TabLeft = { readonly left: string };

/** Hears of every inspected tab of this browser, this one too, until it is gone. */
export const watchTabs: Start<null, InspectionBatch | TabLeft> = (_, emit) => {
  const channel = new BroadcastChannel(channelName);
  /** by tab: gives up to hear of its end; null: it is gone, and what is still on its way from there is not told */
  const known = new Map<string, (() => void) | null>();
  listen(channel, (message) => {
    if (message.type !== "notes") return;
    const { tab } = message.batch;
    if (!known.has(tab))
      known.set(
        tab,
        hearOfEnd(tab, () => {
          known.set(tab, null);
          emit({ left: tab });
        }),
      );
    if (known.get(tab) !== null) emit(message.batch);
  });
  post(channel, { type: "hello" });
  const timer = setInterval(() => post(channel, { type: "still" }), stillMs);
  return () => {
    clearInterval(timer);
    for (const giveUp of known.values()) giveUp?.();
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
  const end = (): void => {
    source?.close();
    giveBack();
  };
  const giveBack = takeConnectionSlot(null, (slot) => {
    if (slot === "waiting") return emit(slot);
    const opened = (source = new EventSource("/api/inspect/events"));
    opened.onmessage = ({ data }) => {
      const batch = readInspectionBatch(data as string);
      if (batch) return emit(batch);
      // a host of another version: nothing of what it tells can be shown
      end();
      emit("lost");
    };
    opened.onerror = () => {
      // refused for good; otherwise the browser tries again
      if (opened.readyState === EventSource.CLOSED) end();
      emit("lost");
    };
  });
  return end;
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
