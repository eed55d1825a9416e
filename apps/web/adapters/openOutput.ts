import type { Emit } from "#engine/ports/port.ts";
import type { ContextState, OpenOutput, OutputReport } from "#engine/ports/output.ts";
import { fault } from "#engine/protocol/faults.ts";
// oxlint-disable-next-line import/default -- the bundler makes this export: the address of the file
import workletUrl from "./mixer.worklet.ts?worker&url";

const clockEveryMs = 500;
const gestures = ["pointerdown", "keydown", "touchend"] as const;

/** Joins the mixer's node to the speakers; a test may put a tap in between. */
export type Attach = (mixer: AudioNode) => void | Promise<void>;

/** The AudioContext with the mixer's worklet. A context that was asked to run while the browser
 *  still wants a gesture is asked again at the next one. */
export function createOpenOutput(
  attach: Attach = (mixer) => void mixer.connect(mixer.context.destination),
): OpenOutput {
  return ({ rate }, emitNow) => {
    let closed = false;
    let wanted = false;
    let context: AudioContext | undefined;
    let mixer: AudioWorkletNode | undefined;
    const unsent: unknown[] = [];
    const emit: Emit<OutputReport> = (report) => {
      if (!closed) emitNow(report);
    };
    const fail = (cause: unknown): void =>
      emit({ type: "failed", fault: fault("audio-unavailable", `No sound: ${String(cause)}`) });
    // Settled or refused, the outcome arrives as `statechange`; a refusal only means: not yet.
    const run = (): void => void context?.resume().catch(() => undefined);
    const askAgain = (): void => {
      if (wanted && context?.state !== "running") run();
    };
    const timer = setInterval(() => {
      if (context?.state === "running") emit({ type: "clock", seconds: context.currentTime });
    }, clockEveryMs);
    for (const gesture of gestures) addEventListener(gesture, askAgain, true);

    const open = async (): Promise<void> => {
      const opened = (context = new AudioContext({
        sampleRate: rate,
        latencyHint: "interactive",
      }));
      // Where no gesture is needed it would start by itself.
      void opened.suspend();
      const tellState = (): void => emit({ type: "state", state: opened.state as ContextState });
      opened.addEventListener("error", () => fail("the audio device failed"));
      await opened.audioWorklet.addModule(workletUrl);
      if (closed) return;
      mixer = new AudioWorkletNode(opened, "segue-mixer", {
        numberOfInputs: 0,
        outputChannelCount: [2],
      });
      mixer.onprocessorerror = () => fail("the mixer stopped");
      mixer.port.onmessage = ({ data }) => emit({ type: "mixer", message: data });
      const feed = new MessageChannel();
      mixer.port.postMessage(null, [feed.port1]);
      for (const message of unsent.splice(0)) mixer.port.postMessage(message);
      await attach(mixer);
      emit({ type: "created", rate: opened.sampleRate, feed: feed.port2 });
      opened.onstatechange = tellState;
      tellState();
    };
    open().catch(fail);

    return {
      resume: () => {
        wanted = true;
        run();
      },
      suspend: () => {
        wanted = false;
        void context?.suspend();
      },
      post: (message) => {
        if (mixer) mixer.port.postMessage(message);
        else unsent.push(message);
      },
      close: () => {
        closed = true;
        clearInterval(timer);
        for (const gesture of gestures) removeEventListener(gesture, askAgain, true);
        mixer?.disconnect();
        // It rejects when the browser has closed it already, which is what is wanted.
        void context?.close().catch(() => undefined);
      },
    };
  };
}
