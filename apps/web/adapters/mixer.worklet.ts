/** The lane mixer's shell in the AudioWorklet: two ports in, one stereo output, nothing decided here.
 *  `control` is the node's own port (page), `feed` a port handed over as its first message (worker). */
import "./strictParsing.ts";
import { LaneMixer } from "#engine/audio/laneMixer.ts";
import { mixerControlSchema, mixerFeedSchema } from "#engine/protocol/mixerMessages.ts";

// TypeScript has no library for the worklet's scope.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };

class MixerProcessor extends AudioWorkletProcessor {
  private readonly mixer: LaneMixer;

  constructor() {
    super();
    const ports = [this.port];
    this.mixer = new LaneMixer({ rate: sampleRate }, (report) => {
      for (const port of ports) port.postMessage(report);
    });
    this.port.onmessage = ({ data, ports: [feed] }) => {
      if (!feed) return this.mixer.control(mixerControlSchema.parse(data));
      ports.push(feed);
      feed.onmessage = (event) => this.mixer.feed(mixerFeedSchema.parse(event.data));
    };
  }

  process(_inputs: unknown, [output]: [Float32Array[]]): boolean {
    this.mixer.process(output, output[0]!.length);
    return true;
  }
}

registerProcessor("segue-mixer", MixerProcessor);
