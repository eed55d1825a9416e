/** Lane fades: what leaves while something else comes up. A change that comes in the middle of another
 *  begins at the gains that the first had reached; what was leaving already hurries. */
import type { LaneQueue } from "./laneQueue.ts";
import type { Ramp } from "./ramp.ts";

type Fade = {
  /** length */
  frames: number;
  done: number;
  readonly equalGain: boolean;
};
type Sounding = { readonly queue: LaneQueue; readonly gain: Ramp };
type Leaving = Fade & {
  readonly lane: Sounding;
  /** gain that it had when this fade began */
  readonly from: number;
};

export class LaneFades {
  private leaving: Leaving[] = [];
  private rising: Fade | null = null;
  private readonly hurriedFrames: number;
  private left = new Float32Array(0);
  private right = new Float32Array(0);

  /** @param hurriedFrames in which what leaves is gone when another change comes */
  constructor(hurriedFrames: number) {
    this.hurriedFrames = hurriedFrames;
  }

  /** Whether something still leaves. */
  get isOn(): boolean {
    return this.leaving.length > 0;
  }

  /** `lane`, which sounded, leaves within `frames`; what sounds from now on comes up.
   *  @param equalGain between renderings of the same frames, which are correlated; else equal power */
  begin(lane: Sounding, frames: number, equalGain: boolean): void {
    const hurried = this.leaving.map((fade) => ({
      lane: fade.lane,
      frames: Math.min(this.hurriedFrames, fade.frames - fade.done),
      done: 0,
      equalGain: fade.equalGain,
      from: fade.from * fallOf(fade),
    }));
    const from = this.rising ? riseOf(this.rising) : 1;
    this.leaving = [...hurried, { lane, frames, done: 0, equalGain, from }];
    this.rising = { frames, done: 0, equalGain };
  }

  /** Silence: nothing leaves, and nothing comes up. */
  forget(): void {
    this.leaving = [];
    this.rising = null;
  }

  /** Shapes the next `count` frames of what comes up, in place. */
  rise(left: Float32Array, right: Float32Array, count: number): void {
    const fade = this.rising;
    if (!fade) return;
    for (let i = 0; i < count && fade.done < fade.frames; i++, fade.done++) {
      const gain = riseOf(fade);
      left[i]! *= gain;
      right[i]! *= gain;
    }
    if (fade.done >= fade.frames) this.rising = null;
  }

  /** Adds the next `count` frames of what leaves. @param level shapes them as well; it is not moved on */
  fall(left: Float32Array, right: Float32Array, count: number, level: Ramp): void {
    if (this.left.length < count) {
      this.left = new Float32Array(count);
      this.right = new Float32Array(count);
    }
    for (const fade of this.leaving) {
      const until = Math.min(count, fade.frames - fade.done);
      const got = fade.lane.queue.read(this.left, this.right, until);
      fade.lane.gain.apply(this.left, this.right, got);
      for (let i = 0; i < got; i++, fade.done++) {
        const gain = fade.from * fallOf(fade);
        this.left[i]! *= gain;
        this.right[i]! *= gain;
      }
      if (got < until) fade.done = fade.frames;
      level.shape(this.left, this.right, got);
      for (let i = 0; i < got; i++) {
        left[i]! += this.left[i]!;
        right[i]! += this.right[i]!;
      }
    }
    if (this.isOn) this.leaving = this.leaving.filter(({ done, frames }) => done < frames);
  }
}

function riseOf({ done, frames, equalGain }: Fade): number {
  const at = (done + 1) / (frames + 1);
  return equalGain ? at : Math.sin((at * Math.PI) / 2);
}

function fallOf({ done, frames, equalGain }: Fade): number {
  const at = (done + 1) / (frames + 1);
  return equalGain ? 1 - at : Math.cos((at * Math.PI) / 2);
}
