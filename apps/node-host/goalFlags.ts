/** The flags that set what every plan is to reach, for all commands that master. */
import { defaultGoals, goalBounds, type MasteringGoals } from "#engine/audio/plan.ts";

/** For `parseArgs`. */
export const goalOptions = {
  "target-lufs": { type: "string" },
  ceiling: { type: "string" },
} as const;

/** Flag and what it does. */
export const goalHelp: readonly (readonly [string, string])[] = [
  [
    "--target-lufs N",
    `loudness that intensity 100 brings a track to (${defaultGoals.targetLoudness})`,
  ],
  ["--ceiling N", `dBTP that the limiter holds, within half a dB (${defaultGoals.ceilingDb})`],
];

/** `--flag -14` as `--flag=-14`: else a number below nought would be taken for a flag.
 *  @param argv what follows the script's name */
export function joinNegatives(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of argv) {
    const last = joined.at(-1);
    const isGoal = Object.keys(goalOptions).some((name) => last === `--${name}`);
    if (isGoal && /^-[\d.]/.test(argument)) joined[joined.length - 1] = `${last}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}

/** @param values of `parseArgs` @returns the goals, or one line that says what is wrong */
export function readGoals(
  values: Readonly<Record<string, string | boolean | undefined>>,
): MasteringGoals | string {
  const read = (name: keyof typeof goalOptions, key: keyof MasteringGoals): number | string => {
    const text = values[name];
    if (text === undefined) return defaultGoals[key];
    const [low, high] = goalBounds[key];
    const value = /^-?\d{1,3}(\.\d)?$/.test(String(text)) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    return `--${name} wants a number from ${low} to ${high}, with one decimal at most`;
  };
  const targetLoudness = read("target-lufs", "targetLoudness");
  if (typeof targetLoudness === "string") return targetLoudness;
  const ceilingDb = read("ceiling", "ceilingDb");
  if (typeof ceilingDb === "string") return ceilingDb;
  return { targetLoudness, ceilingDb };
}
