/** Development aid, loaded only with `?tap`: keeps what is heard, frame by frame, in `segueTap`. */
// oxlint-disable-next-line import/default -- the bundler makes this export: the address of the file
import tapUrl from "./tap.worklet.ts?worker&url";
import type { Attach } from "./openOutput.ts";

/** A run of what went to the speakers; `frame` counts the context's frames. ±1, planar. */
export type TapBatch = {
  readonly frame: number;
  readonly left: Float32Array;
  readonly right: Float32Array;
};

declare global {
  interface Window {
    segueTap?: TapBatch[];
    /** the context that the frames of the batches belong to */
    segueTapContext?: BaseAudioContext;
  }
}

/** Puts the tap between mixer and speakers. It keeps everything: 21 MB a minute at 44.1 kHz. */
export const attachTap: Attach = async (mixer) => {
  const heard = (window.segueTap ??= []);
  window.segueTapContext = mixer.context;
  await mixer.context.audioWorklet.addModule(tapUrl);
  const tap = new AudioWorkletNode(mixer.context, "segue-tap", { outputChannelCount: [2] });
  tap.port.onmessage = ({ data }: MessageEvent<TapBatch>) => void heard.push(data);
  mixer.connect(tap).connect(mixer.context.destination);
};
