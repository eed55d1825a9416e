/** Pause dues: after a pause it is silent within one fade of the mixer hearing of it, which it does at once. */
import { quantumFrames } from "../ports/simulatedOutput.ts";
import type { World } from "../world/world.ts";
import type { MixerControl } from "#engine/protocol/mixerMessages.ts";
import type { Listener } from "./listener.ts";
import { reachMs } from "./onset.ts";

export class PauseDues {
  private readonly world: World;
  private readonly listener: Listener;
  /** what the mixer was told last */
  private playing = false;
  /** frames that it has emitted since */
  private frames = 0;

  constructor(world: World, listener: Listener) {
    this.world = world;
    this.listener = listener;
  }

  /** A new mixer, told nothing yet. */
  opened(): void {
    this.playing = false;
    this.frames = 0;
  }

  told(message: MixerControl): void {
    if (message.type !== "mixer/transport" || message.playing === this.playing) return;
    this.playing = message.playing;
    this.frames = 0;
  }

  /** One quantum has passed. @param sounds whether anything of it was heard
   *  @returns what is wrong with that, or null */
  pass(count: number, sounds: boolean, fadeFrames: number): string | null {
    const { playing, listener } = this;
    this.frames += count;
    if (!sounds) return null;
    const lateMs = this.world.now - listener.wishSinceMs;
    if (!playing && this.frames > fadeFrames + quantumFrames)
      return `${this.frames} frames after the mixer heard of it`;
    if (!listener.isPlaying && playing && lateMs > reachMs)
      return `the mixer has not heard of it after ${lateMs} ms`;
    return null;
  }
}
