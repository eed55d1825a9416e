import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { MasteringGoals } from "#engine/audio/plan.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { goalHelp, goalOptions, joinNegatives, readGoals } from "./goalFlags.ts";
import { variantOf } from "./http/variantOf.ts";

export type RenderArguments =
  | {
      readonly type: "run";
      /** absolute */
      readonly input: string;
      readonly output: string;
      readonly variant: VariantName;
      /** as a track of its album */
      readonly isAlbum: boolean;
      readonly goals: MasteringGoals;
    }
  | { readonly type: "help"; readonly text: string }
  | { readonly type: "refused"; readonly line: string };

const help = [
  "npm run render -- IN OUT.wav [flags]",
  "",
  "Writes what the host would play of a file: 16 bit, at the file's own rate.",
  "",
  "  --preset P      adaptive, gentle, warm, bright or punchy (adaptive)",
  "  --intensity N   0 to 100 (80)",
  "  --original      the file as it is, decoded, without mastering",
  ...goalHelp.map(([flag, explains]) => `  ${flag.padEnd(18)}${explains}`),
  "  --album         with one plan for all tracks of its album in the folder, running on from the one before",
  "  --help          this page",
].join("\n");

/** Reads the command line of `npm run render`. @param argv what follows the script's name */
export function parseRenderArguments(argv: readonly string[]): RenderArguments {
  const refuse = (line: string): RenderArguments => ({
    type: "refused",
    line: `${line} (--help explains every flag)`,
  });
  let parsed;
  try {
    parsed = parseArgs({
      args: joinNegatives(argv),
      allowPositionals: true,
      options: {
        preset: { type: "string" },
        intensity: { type: "string" },
        original: { type: "boolean" },
        album: { type: "boolean" },
        ...goalOptions,
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    // node:util explains in its first sentence what the user typed wrong
    return refuse(String((cause as Error).message).split(/\. |\n/)[0]!);
  }
  const { values, positionals } = parsed;
  if (values.help) return { type: "help", text: help };
  const [input, output, ...more] = positionals;
  if (!input || !output || more.length > 0) return refuse("render wants IN and OUT.wav");
  const variant = variantOf({
    variant: values.original ? "original" : "enhanced",
    preset: values.preset,
    intensity: values.intensity,
  });
  if (typeof variant !== "string") return refuse(variant.detail);
  const goals = readGoals(values);
  if (typeof goals === "string") return refuse(goals);
  const isAlbum = values.album === true;
  return { type: "run", input: resolve(input), output: resolve(output), variant, isAlbum, goals };
}
