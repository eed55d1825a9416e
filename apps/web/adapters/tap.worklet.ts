/** Passes its input through and posts a copy of it in batches of 32 quanta. */
declare const currentFrame: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare const AudioWorkletProcessor: new () => { readonly port: MessagePort };

const batchFrames = 32 * 128;

class TapProcessor extends AudioWorkletProcessor {
  private frame = 0;
  private filled = 0;
  private left = new Float32Array(batchFrames);
  private right = new Float32Array(batchFrames);

  process([input]: [Float32Array[]], [output]: [Float32Array[]]): boolean {
    const quantum = output[0]!.length;
    // The context's frames jump when Chromium drops quanta; a batch never spans a jump.
    if (this.filled > 0 && currentFrame !== this.frame + this.filled) this.flush();
    if (this.filled === 0) this.frame = currentFrame;
    if (input[0]) {
      const right = input[1] ?? input[0];
      this.left.set(input[0], this.filled);
      this.right.set(right, this.filled);
      output[0]!.set(input[0]);
      output[1]!.set(right);
    }
    this.filled += quantum;
    if (this.filled + quantum > batchFrames) this.flush();
    return true;
  }

  private flush(): void {
    const left = this.left.slice(0, this.filled);
    const right = this.right.slice(0, this.filled);
    this.port.postMessage({ frame: this.frame, left, right }, [left.buffer, right.buffer]);
    this.left.fill(0);
    this.right.fill(0);
    this.filled = 0;
  }
}

registerProcessor("segue-tap", TapProcessor);
