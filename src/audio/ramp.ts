/** A gain that moves to its target in a straight line, a fixed step a frame. */
export class Ramp {
  value: number;
  target: number;
  private readonly step: number;

  /** @param step change per frame at most */
  constructor(value: number, step: number) {
    this.value = value;
    this.target = value;
    this.step = step;
  }

  /** frames until the target is reached, 0 when it is */
  framesToTarget(): number {
    return Math.ceil(Math.abs(this.target - this.value) / this.step - 1e-9);
  }

  /** Gain `frames` frames from now, the first frame being 1. */
  at(frames: number): number {
    const way = this.target - this.value;
    const gone = this.step * frames;
    return Math.abs(way) <= gone ? this.target : this.value + Math.sign(way) * gone;
  }

  /** Moves on by `count` frames. */
  skip(count: number): void {
    this.value = this.at(count);
  }

  /** Multiplies in place, without moving on. Untouched, to the bit, while the gain rests at one. */
  shape(left: Float32Array, right: Float32Array, count: number): void {
    if (this.value === 1 && this.target === 1) return;
    for (let i = 0; i < count; i++) {
      const gain = this.at(i + 1);
      left[i]! *= gain;
      right[i]! *= gain;
    }
  }

  /** Multiplies in place and moves on. */
  apply(left: Float32Array, right: Float32Array, count: number): void {
    this.shape(left, right, count);
    this.skip(count);
  }
}
