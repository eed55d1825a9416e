/** Nearest multiple of 1/steps, never −0: stored measurements are short, and equal ones are equal. */
export function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps + 0;
}
