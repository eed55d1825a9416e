/** The AudioContext of node-web-audio-api, fed by the lane mixer.
 *
 *  Its AudioWorklet is not used: it comes to a third of real time, and wants a newer Node than ours. The
 *  mixer is pulled in blocks here instead, and each block becomes a buffer source that begins at its frame. */
import { MessageChannel } from "node:worker_threads";
import type { AudioContext, AudioNode } from "node-web-audio-api";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import type { ContextState, OpenOutput, OutputReport } from "#engine/ports/output.ts";
import type { Emit } from "#engine/ports/port.ts";
import { fault } from "#engine/protocol/faults.ts";
import { mixerControlSchema, mixerFeedSchema } from "#engine/protocol/mixerMessages.ts";
import { BlockSchedule } from "./blockSchedule.ts";

/** `none` plays to nobody, at the same pace. */
export type Sink = "default" | "none";

/** Hears what is handed to the sink.
 *  @param startsInMs until the first of these frames sounds @param rate Hz */
export type Tap = (
  left: Float32Array,
  right: Float32Array,
  startsInMs: number,
  rate: number,
) => void;

/** What the blocks are played into; a test may put something before the destination. */
export type Attach = (context: AudioContext) => AudioNode;

const pumpMs = 5;
const clockEveryMs = 400;
const blockFrames = 512;

/** One that breaks after it ran is reported as closed: another has to take its place; one that never ran,
 *  as failed. */
export function createOpenOutput(
  sink: Sink,
  tap: Tap = () => undefined,
  attach: Attach = ({ destination }) => destination,
): OpenOutput {
  return ({ rate }, emitNow) => {
    let isClosed = false;
    let hasRun = false;
    let context: AudioContext | undefined;
    const emit: Emit<OutputReport> = (report) => {
      if (!isClosed) emitNow(report);
    };
    const fail = (cause: unknown): void =>
      emit(
        hasRun
          ? { type: "state", state: "closed" }
          : { type: "failed", fault: fault("audio-unavailable", String(cause)) },
      );
    const feed = new MessageChannel();
    const mixer = new LaneMixer({ rate }, (message) => {
      feed.port1.postMessage(message);
      emit({ type: "mixer", message });
    });
    feed.port1.on("message", (message) => mixer.feed(mixerFeedSchema.parse(message)));
    let timer: NodeJS.Timeout | undefined;

    const open = async (): Promise<void> => {
      // loaded here: where the system lacks what it is linked against, that is a fault
      const { AudioBuffer, AudioBufferSourceNode, AudioContext } =
        await import("node-web-audio-api");
      if (isClosed) return;
      const opened = (context = new AudioContext({
        sampleRate: rate,
        latencyHint: "interactive",
        ...(sink === "none" ? { sinkId: { type: "none" } } : {}),
      }));
      await opened.suspend();
      if (isClosed) return;
      const schedule = new BlockSchedule(opened.sampleRate, blockFrames);
      const destination = attach(opened);
      const frameNow = (): number => Math.round(opened.currentTime * opened.sampleRate);
      const handOver = (at: number): void => {
        const channels = [new Float32Array(blockFrames), new Float32Array(blockFrames)] as const;
        mixer.process(channels, blockFrames);
        const shape = { length: blockFrames, numberOfChannels: 2, sampleRate: opened.sampleRate };
        const buffer = new AudioBuffer(shape);
        channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
        const source = new AudioBufferSourceNode(opened, { buffer });
        source.onended = () => source.disconnect();
        source.connect(destination);
        source.start(at / opened.sampleRate);
        tap(...channels, ((at - frameNow()) / opened.sampleRate) * 1000, opened.sampleRate);
      };
      let toldSeconds = 0;
      let toldMs = 0;
      // A clock that stands still is not told: that is how a frozen context is found out. On a busy machine
      // one may crawl; another context would not be any faster.
      const tellClock = (): void => {
        const nowMs = performance.now();
        const seconds = opened.currentTime;
        if (nowMs - toldMs < clockEveryMs || seconds <= toldSeconds) return;
        [toldMs, toldSeconds] = [nowMs, seconds];
        emit({ type: "clock", seconds });
      };
      timer = setInterval(() => {
        if (opened.state !== "running") return;
        for (let at = schedule.due(frameNow()); at !== null; at = schedule.due(frameNow())) {
          handOver(at);
          schedule.handed(frameNow());
        }
        tellClock();
      }, pumpMs);
      emit({ type: "created", rate: opened.sampleRate, feed: feed.port2 });
      let told: ContextState | null = null;
      // word of the suspension above may come after it has been told
      const tellState = (): void => {
        const state = opened.state as ContextState;
        hasRun ||= state === "running";
        if (state === told) return;
        told = state;
        emit({ type: "state", state });
      };
      opened.onstatechange = tellState;
      tellState();
    };
    open().catch(fail);

    return {
      resume: () => void context?.resume().catch(fail),
      suspend: () => void context?.suspend().catch(fail),
      post: (message) => mixer.control(mixerControlSchema.parse(message)),
      close: () => {
        isClosed = true;
        clearInterval(timer);
        feed.port1.close();
        // closed already, by the system: nothing is left to give back
        context?.close().catch(() => undefined);
      },
    };
  };
}
