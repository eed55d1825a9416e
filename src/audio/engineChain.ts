/** The mastering chain on the engine: WebAssembly with SIMD, compiled from assembly/. Equal to `MasteringChain` bit for
 *  bit.
 *
 *  One instance per thread serves all streams: a stream that goes on after another one has run first puts its
 *  state back into the instance's memory. So a stream holds nothing that would have to be given back. */
import { biquadSections } from "./biquad.ts";
import { compressorTuning } from "./compressor.ts";
import { theEngine, type Address, type Engine, type Slot, slots } from "./engineInstance.ts";
import { limiterLatency, limiterTuning } from "./limiter.ts";
import { chainLatency, checkBlock, type Chain } from "./masteringChain.ts";
import type { Plan } from "./plan.ts";
import { sideFilter } from "./stereoWidth.ts";

/** Highest rate that the engine's memory has room for, Hz. */
const rateMax = 192_000;

/** State of one stream through the chain of one plan. Cost about 30 ns per stereo frame with all stages at work. */
export class EngineChain implements Chain {
  readonly latencyFrames: number;
  readonly #passes: boolean;
  readonly #state: Uint8Array;

  /** @param rate Hz, at most 192,000. The state begins as after endless silence.
   *  @param gated as for `Limiter`
   *  @throws RangeError above that rate, or for more filters than there is room for (a bug) */
  constructor(plan: Plan, rate: number, gated = true) {
    if (rate > rateMax) throw new RangeError(`chain at ${rate} Hz`);
    this.latencyFrames = chainLatency(plan, rate);
    const { engine } = theEngine();
    this.#state = new Uint8Array(engine.stateBytes.value);
    this.#passes = !writeParameters(engine, this.#state, plan, rate, gated);
  }

  process(planar: readonly Float32Array[], frames: number): void {
    checkBlock(planar, frames);
    if (this.#passes) return;
    const { engine, left, right } = theEngine();
    takeUp(this.#state);
    left.set(planar[0]!.subarray(0, frames));
    if (planar[1]) right.set(planar[1].subarray(0, frames));
    engine.process(frames, planar.length - 1);
    planar[0]!.set(left.subarray(0, frames));
    if (planar[1]) planar[1].set(right.subarray(0, frames));
  }
}

/** Puts a stream's state into the engine, and that of the one before back to where it belongs. */
function takeUp(state: Uint8Array): void {
  const now = theEngine();
  if (now.resident === state) return;
  now.resident?.set(now.state);
  now.state.set(state);
  now.resident = state;
}

/** Writes what a plan comes to into the state of a stream that begins.
 *  @returns false when the plan changes nothing */
function writeParameters(
  engine: Engine,
  state: Uint8Array,
  plan: Plan,
  rate: number,
  gated: boolean,
): boolean {
  const numbers = new Float64Array(state.buffer);
  const place = (name: Address) => (engine[name].value - engine.state.value) / 8;
  const write = (values: Partial<Readonly<Record<Slot, number>>>) => {
    for (const slot of slots) if (values[slot] !== undefined) numbers[place(slot)] = values[slot];
  };
  const sections = biquadSections(plan.eq, rate);
  if (sections.length > engine.sectionsMax.value)
    throw new RangeError(`chain of ${sections.length} filters`);
  const widens = plan.width !== 1 || plan.monoBelowHz !== null;
  const gain = 10 ** (plan.gainDb / 20);
  numbers.set(sections.flat(), place("coefficients"));
  write({
    sectionCount: sections.length,
    compressorOn: Number(plan.compressor !== null),
    widthOn: Number(widens),
    gain,
    limiterOn: Number(plan.ceilingDb !== null),
    gated: Number(gated),
  });
  if (plan.compressor !== null) {
    const { floor, ...tuning } = compressorTuning(plan.compressor, rate);
    write({ ...tuning, compressorFloor: floor });
  }
  if (widens) {
    write({ halfWidth: 0.5 * plan.width });
    numbers.set(sideFilter(plan.monoBelowHz, rate), place("sideFilter"));
  }
  if (plan.ceilingDb !== null) {
    const tuning = limiterTuning(plan.ceilingDb, rate);
    const { average } = tuning;
    write({
      ceiling: tuning.ceiling,
      nearLevel: tuning.near,
      gate: tuning.gate,
      recovery: tuning.release,
      average,
      delay: limiterLatency(rate),
      history: tuning.history,
      queueMask: tuning.queue - 1,
      window: tuning.window,
      limiterGain: 1,
      boxSum: average,
      idle: average,
    });
    numbers.fill(1, place("box"), place("box") + average);
  }
  return (
    sections.length > 0 ||
    plan.compressor !== null ||
    widens ||
    gain !== 1 ||
    plan.ceilingDb !== null
  );
}
