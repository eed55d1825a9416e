/** One channel of a FLAC frame (RFC 9639, §9.2): constant, or a fixed predictor with Rice-coded residuals, or
 *  as it is where that is shorter. */
import type { BitWriter } from "./bitWriter.ts";

const orderMax = 4;
const partitionOrderMax = 4;

/** How a channel is to be coded. */
export type Subframe = {
  readonly samples: Int32Array;
  /** bits of a sample */
  readonly bits: number;
  readonly order: number;
  readonly residual: Int32Array;
  readonly partitionOrder: number;
  /** Rice parameters, one per partition */
  readonly parameters: readonly number[];
  readonly kind: "constant" | "fixed" | "verbatim";
  /** bits that it takes, about */
  readonly cost: number;
};

/** Chooses the cheapest predictor. @param samples of one block @param bits of each */
export function planSubframe(samples: Int32Array, bits: number): Subframe {
  const verbatim = {
    ...{ samples, bits, order: 0, residual: samples, partitionOrder: 0, parameters: [] },
    kind: "verbatim" as const,
    cost: 8 + samples.length * bits,
  };
  if (samples.every((sample) => sample === samples[0]))
    return { ...verbatim, kind: "constant", cost: 8 + bits };
  if (samples.length <= orderMax) return verbatim;
  let residual = samples;
  let best: Subframe = verbatim;
  for (let order = 0; order <= orderMax; order++) {
    if (order > 0) residual = differences(residual, order);
    const { parameters, partitionOrder, cost } = planRice(residual, order, bits);
    const whole = 8 + 6 + order * bits + cost;
    if (whole < best.cost)
      best = {
        samples,
        bits,
        order,
        residual,
        partitionOrder,
        parameters,
        kind: "fixed",
        cost: whole,
      };
  }
  return best;
}

/** Writes it: header, warm-up samples, residuals. */
export function writeSubframe(into: BitWriter, subframe: Subframe): void {
  const { kind, samples, bits, order, residual, partitionOrder, parameters } = subframe;
  if (kind !== "fixed") {
    into.write(kind === "constant" ? 0 : 0b10, 8);
    const count = kind === "constant" ? 1 : samples.length;
    for (let i = 0; i < count; i++) into.write(samples[i]!, bits);
    return;
  }
  into.write((0b001000 | order) << 1, 8);
  for (let i = 0; i < order; i++) into.write(samples[i]!, bits);
  const wide = parameterBits(bits);
  into.write(wide === 5 ? 1 : 0, 2);
  into.write(partitionOrder, 4);
  const length = samples.length >> partitionOrder;
  parameters.forEach((parameter, partition) => {
    into.write(parameter, wide);
    const from = Math.max(order, partition * length);
    for (let i = from; i < (partition + 1) * length; i++) {
      const folded = fold(residual[i]!);
      into.writeUnary(folded >>> parameter);
      into.write(folded, parameter);
    }
  });
}

/** Differences of neighbours; the first `order` values are of no account. */
function differences(x: Int32Array, order: number): Int32Array {
  const out = new Int32Array(x.length);
  for (let i = order; i < x.length; i++) out[i] = x[i]! - x[i - 1]!;
  return out;
}

function planRice(residual: Int32Array, order: number, bits: number) {
  const largest = 2 ** parameterBits(bits) - 2;
  let partitionOrder = partitionOrderMax;
  while (
    partitionOrder > 0 &&
    (residual.length % (1 << partitionOrder) !== 0 || residual.length >> partitionOrder <= order)
  )
    partitionOrder--;
  const length = residual.length >> partitionOrder;
  const parameters: number[] = [];
  let cost = 0;
  for (let partition = 0; partition < 1 << partitionOrder; partition++) {
    const from = Math.max(order, partition * length);
    const until = (partition + 1) * length;
    let sum = 0;
    for (let i = from; i < until; i++) sum += fold(residual[i]!);
    const mean = sum / Math.max(1, until - from);
    const parameter = Math.max(0, Math.min(largest, Math.floor(Math.log2(mean + 1))));
    parameters.push(parameter);
    cost += parameterBits(bits) + (until - from) * (1 + parameter) + sum / 2 ** parameter;
  }
  return { parameters, partitionOrder, cost };
}

/** 0, −1, 1, −2 … to 0, 1, 2, 3 … */
function fold(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function parameterBits(bits: number): 4 | 5 {
  return bits > 17 ? 5 : 4;
}
