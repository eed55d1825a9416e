/** A player without a browser: the production page and page worker in this process, the production mixer
 *  pulled by the clock, a real WebSocket to a real host. Nothing is heard; what would be is counted. */
import { MessageChannel, type MessagePort, type TransferListItem } from "node:worker_threads";
import { WebSocket } from "ws";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import { createPage } from "#engine/actors/page.ts";
import type { Page } from "#engine/actors/pageApi.ts";
import { createPageWorker } from "#engine/actors/pageWorker.ts";
import { defaultPageWorkerConfig } from "#engine/actors/pageWorkerApi.ts";
import type { Port } from "#engine/ports/messagePort.ts";
import type { OpenOutput } from "#engine/ports/output.ts";
import type { Connect } from "#engine/ports/socket.ts";
import { fault } from "#engine/protocol/faults.ts";
import { trackListSchema } from "#engine/protocol/library.ts";
import { subprotocol } from "#engine/protocol/limits.ts";
import { mixerControlSchema, mixerFeedSchema } from "#engine/protocol/mixerMessages.ts";
import { clock } from "../apps/node-host/adapters/clock.ts";

export type HeadlessPlayer = {
  readonly page: Page;
  /** frames that were not silent, and those that were while it should have played */
  readonly heard: { sounding: number; silent: number };
  readonly close: () => void;
};

export type HeadlessOptions = {
  /** as in the host's ready line */
  readonly url: string;
  /** how many seconds of audio it consumes in one: 1 is a listener */
  readonly speed?: number;
};

const pullMs = 10;
const quantumFrames = 128;

/** Opens a page at the host. Close it, or the process does not end. */
export function openHeadlessPlayer({ url, speed = 1 }: HeadlessOptions): HeadlessPlayer {
  const heard = { sounding: 0, silent: 0 };
  const between = new MessageChannel();
  const random = { uniform: Math.random };
  const worker = createPageWorker(
    {
      clock,
      random,
      connect,
      page: portOf(between.port2),
      openMixer: (port) => portOf(port as MessagePort),
    },
    defaultPageWorkerConfig,
  );
  const page = createPage(
    {
      clock,
      random,
      openOutput: clockedOutput(speed, heard),
      worker: portOf(between.port1),
      readTracks: (_, emit) => {
        const abort = new AbortController();
        fetch(`${url}/api/tracks`, { signal: abort.signal })
          .then(async (answer) => trackListSchema.parse(await answer.json()))
          .then((list) => emit({ type: "tracks", list }))
          .catch((cause: unknown) => {
            if (!abort.signal.aborted)
              emit({ type: "failed", fault: fault("link-lost", String(cause)) });
          });
        return () => abort.abort();
      },
    },
    {
      url: `${url.replace("http", "ws")}/ws`,
      player: `bench-${Math.random().toString(36).slice(2)}`,
      deviceMemory: null,
      defaultRate: 44_100,
    },
  );
  return {
    page,
    heard,
    close: () => {
      page.leave();
      worker.stop();
      between.port1.close();
    },
  };
}

/** An AudioContext that is never locked: the mixer is pulled as many frames as the clock says. */
function clockedOutput(speed: number, heard: HeadlessPlayer["heard"]): OpenOutput {
  return ({ rate }, emit) => {
    const control = new MessageChannel();
    const feed = new MessageChannel();
    const ports = [control.port2, feed.port2];
    const mixer = new LaneMixer({ rate }, (report) => {
      for (const port of ports) port.postMessage(report);
    });
    let isPlaying = false;
    control.port2.on("message", (message) => {
      const told = mixerControlSchema.parse(message);
      if (told.type === "mixer/transport") isPlaying = told.playing;
      mixer.control(told);
    });
    feed.port2.on("message", (message) => mixer.feed(mixerFeedSchema.parse(message)));
    control.port1.on("message", (message) => emit({ type: "mixer", message }));
    const left = new Float32Array(quantumFrames);
    const right = new Float32Array(quantumFrames);
    const beganMs = clock.now();
    let consumed = 0;
    let told = 0;
    const pull = (): void => {
      const due = ((clock.now() - beganMs) / 1000) * rate * speed;
      for (; consumed < due; consumed += quantumFrames) {
        mixer.process([left, right], quantumFrames);
        if (left.some((sample) => sample !== 0)) heard.sounding += quantumFrames;
        else if (isPlaying) heard.silent += quantumFrames;
      }
      if (consumed < told + rate / 2) return;
      told = consumed;
      emit({ type: "clock", seconds: consumed / rate });
    };
    const timer = setInterval(pull, pullMs);
    const opening = setImmediate(() => {
      emit({ type: "created", rate, feed: feed.port1 });
      emit({ type: "state", state: "running" });
    });
    return {
      resume: () => setImmediate(() => emit({ type: "state", state: "running" })),
      suspend: () => {},
      post: (message) => control.port1.postMessage(message),
      close: () => {
        clearInterval(timer);
        clearImmediate(opening);
        control.port1.close();
        feed.port2.close();
      },
    };
  };
}

function portOf(port: MessagePort): Port {
  return {
    post: (message, transfer = []) =>
      port.postMessage(message, transfer as readonly TransferListItem[]),
    listen: (emit) => port.on("message", emit),
    close: () => port.close(),
  };
}

const connect: Connect = ({ url }, emit) => {
  const socket = new WebSocket(url, subprotocol);
  socket.on("open", () => emit({ type: "opened" }));
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) emit({ type: "binary", bytes: new Uint8Array(data) });
    else emit({ type: "text", text: data.toString() });
  });
  // an error is followed by a close
  socket.on("error", () => {});
  socket.on("close", (code, reason) => emit({ type: "closed", code, reason: reason.toString() }));
  return {
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data);
    },
    close: (code, reason) => socket.close(code, reason),
    bufferedBytes: () => socket.bufferedAmount,
  };
};
