/** The engine's instance: one per thread, compiled from `engineBinary.ts`. What it computes with lies in its memory, at the
 *  places that assembly/layout.ts names. */
import { engineBinary } from "./engineBinary.ts";
import { finePeakHalves } from "./peakInterpolator.ts";
import { truePeakHalves } from "./truePeak.ts";

/** What the engine exports: its function, its memory, and where in it everything lies. */
export type Engine = {
  readonly memory: WebAssembly.Memory;
  readonly process: (frames: number, stereo: number) => void;
  readonly dither: (
    frames: number,
    stereo: number,
    low: number,
    leftSeed: number,
    rightSeed: number,
  ) => void;
} & Readonly<Record<Address, WebAssembly.Global>>;
export type Address =
  | "state"
  | "stateBytes"
  | "left"
  | "right"
  | "bytes"
  | "blockMax"
  | "sectionsMax"
  | "coarseTaps"
  | "fineTaps"
  | "coefficients"
  | "box"
  | Slot;
export type Slot = (typeof slots)[number];
/** Names of the numbers in `state` that are written here; see assembly/layout.ts. */
export const slots = [
  "sectionCount",
  "compressorOn",
  "widthOn",
  "gain",
  "limiterOn",
  "gated",
  "threshold",
  "halfKnee",
  "slope",
  "kneeSlope",
  "compressorFloor",
  "attack",
  "release",
  "halfWidth",
  "sideFilter",
  "ceiling",
  "nearLevel",
  "gate",
  "recovery",
  "average",
  "delay",
  "history",
  "queueMask",
  "window",
  "limiterGain",
  "boxSum",
  "idle",
] as const;

type Loaded = {
  readonly engine: Engine;
  /** the engine's own memory */
  readonly state: Uint8Array;
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly bytes: Uint8Array;
  /** the stream whose state is in `state` */
  resident: Uint8Array | null;
};

let instance: Loaded | null = null;

/** The thread's one instance; compiled at the first call, some milliseconds. */
export function theEngine(): Loaded {
  instance ??= load();
  return instance;
}

function load(): Loaded {
  const bytes = Uint8Array.from(atob(engineBinary), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const engine = exports as unknown as Engine;
  const { buffer } = engine.memory;
  writeTwice(buffer, engine.coarseTaps.value, truePeakHalves);
  writeTwice(buffer, engine.fineTaps.value, finePeakHalves);
  const plane = (at: WebAssembly.Global) =>
    new Float32Array(buffer, at.value, engine.blockMax.value);
  return {
    engine,
    state: new Uint8Array(buffer, engine.state.value, engine.stateBytes.value),
    left: plane(engine.left),
    right: plane(engine.right),
    bytes: new Uint8Array(buffer, engine.bytes.value, engine.blockMax.value * 4),
    resident: null,
  };
}

/** Every number for both channels. */
function writeTwice(buffer: ArrayBuffer, at: number, numbers: readonly number[]): void {
  new Float64Array(buffer, at, numbers.length * 2).set(numbers.flatMap((each) => [each, each]));
}
