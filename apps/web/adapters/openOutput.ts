import type { Emit } from "#engine/ports/port.ts";
import type { ContextState, OpenOutput, OutputReport } from "#engine/ports/output.ts";
import { fault } from "#engine/protocol/faults.ts";
// oxlint-disable-next-line import/default -- the bundler makes this export: the address of the file
import workletUrl from "./mixer.worklet.ts?worker&url";

const clockEveryMs = 400;
const gestures = ["pointerdown", "keydown", "touchend"] as const;

/** Joins the mixer's node to the speakers; a test may put a tap in between. */
export type Attach = (mixer: AudioNode) => void | Promise<void>;

/** The AudioContext with the mixer's worklet. A context that was asked to run while the browser
 *  still wants a gesture is asked again at the next one. One that breaks after it ran is reported
 *  as closed: another has to take its place; one that never ran, as failed. */
export function createOpenOutput(
  attach: Attach = (mixer) => void mixer.connect(mixer.context.destination),
): OpenOutput {
  return ({ rate }, emitNow) => {
    let closed = false;
    let wanted = false;
    let hasRun = false;
    let context: AudioContext | undefined;
    let mixer: AudioWorkletNode | undefined;
    let toldSeconds = 0;
    const unsent: unknown[] = [];
    const emit: Emit<OutputReport> = (report) => {
      if (!closed) emitNow(report);
    };
    const fail = (cause: unknown): void =>
      emit(
        hasRun
          ? { type: "state", state: "closed" }
          : { type: "failed", fault: fault("audio-unavailable", `No sound: ${String(cause)}`) },
      );
    const run = (): void => settle(context?.resume());
    const askAgain = (): void => {
      if (wanted && context?.state !== "running") run();
    };
    // A clock that stands still is not told: that is how a frozen context is found out.
    const tellClock = (): void => {
      const seconds = context?.state === "running" ? context.currentTime : 0;
      if (seconds - toldSeconds < clockEveryMs / 2000) return;
      toldSeconds = seconds;
      emit({ type: "clock", seconds });
    };
    const timer = setInterval(tellClock, clockEveryMs);
    for (const gesture of gestures) addEventListener(gesture, askAgain, true);

    const open = async (): Promise<void> => {
      const opened = (context = new AudioContext({
        sampleRate: rate,
        latencyHint: "interactive",
      }));
      if (!("audioWorklet" in opened)) throw new Error("the page has to be opened over https");
      // Where no gesture is needed it would start by itself.
      settle(opened.suspend());
      opened.addEventListener("error", () => fail("the audio device failed"));
      await opened.audioWorklet.addModule(workletUrl);
      if (closed) return;
      mixer = new AudioWorkletNode(opened, "segue-mixer", {
        numberOfInputs: 0,
        outputChannelCount: [2],
      });
      mixer.onprocessorerror = () => fail("the mixer stopped");
      mixer.port.onmessage = ({ data }) => {
        // Hidden tabs slow timers down, not messages.
        tellClock();
        emit({ type: "mixer", message: data });
      };
      const feed = new MessageChannel();
      mixer.port.postMessage(null, [feed.port1]);
      for (const message of unsent.splice(0)) mixer.port.postMessage(message);
      await attach(mixer);
      emit({ type: "created", rate: opened.sampleRate, feed: feed.port2 });
      const tellState = (): void => {
        hasRun ||= opened.state === "running";
        emit({ type: "state", state: opened.state as ContextState });
      };
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
        settle(context?.suspend());
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
        settle(context?.close());
      },
    };
  };
}

/** The outcome of a request arrives as `statechange`. A refusal only means "not yet", or that the
 *  context is closed already, which is told too. */
function settle(request: Promise<void> | undefined): void {
  request?.catch(() => undefined);
}
