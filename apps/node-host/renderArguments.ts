import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { MasteringGoals } from "#engine/audio/plan.ts";
import type { VariantName } from "#engine/protocol/variant.ts";
import { goalHelp, goalOptions, joinNegatives, readGoals } from "./goalFlags.ts";
import { variantOf } from "./http/variantOf.ts";
import { outputFormat, type OutputFormat } from "./render/outputFormat.ts";

export type RenderRun = {
  readonly type: "run";
  /** absolute; a file, or a folder of them */
  readonly input: string;
  readonly output: string;
  readonly format: OutputFormat;
  readonly variant: VariantName;
  /** as a track of its album */
  readonly isAlbum: boolean;
  readonly goals: MasteringGoals;
  /** threads that render */
  readonly workers: number;
  readonly isReported: boolean;
  /** told of where there is no terminal, too */
  readonly isProgressTold: boolean;
};

export type RenderArguments =
  | RenderRun
  | { readonly type: "help"; readonly text: string }
  | { readonly type: "refused"; readonly line: string };

const help = [
  "npm run render -- IN OUT [flags]",
  "",
  "Writes what the host would play of a file, at the file's own rate: WAV, or FLAC when OUT ends in .flac.",
  "IN may be a folder: then every sound file in it is written below the folder OUT.",
  "",
  "  --preset P        adaptive, gentle, warm, bright or punchy (adaptive)",
  "  --intensity N     0 to 100 (80)",
  "  --original        the file as it is, decoded, without mastering",
  "  --bits N          16, 24, or 32f for floating point in WAV (16)",
  "  --format F        wav or flac, whatever OUT is called",
  ...goalHelp.map(([flag, explains]) => `  ${flag.padEnd(18)}${explains}`),
  "  --album           with one plan for all tracks of its album in the folder, running on from the one before",
  "  --report          prints loudness and true peak, before and after, and what was done",
  "  --progress        tells how far it is where there is no terminal, too",
  `  --workers N       threads that render, 1 to 64 (${availableParallelism()})`,
  "  --help            this page",
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
        bits: { type: "string" },
        format: { type: "string" },
        album: { type: "boolean" },
        report: { type: "boolean" },
        progress: { type: "boolean" },
        workers: { type: "string" },
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
  if (!input || !output || more.length > 0) return refuse("render wants IN and OUT");
  const variant = variantOf({
    variant: values.original ? "original" : "enhanced",
    preset: values.preset,
    intensity: values.intensity,
  });
  if (typeof variant !== "string") return refuse(variant.detail);
  const goals = readGoals(values);
  if (typeof goals === "string") return refuse(goals);
  const format = outputFormat(output, values.format, values.bits);
  if (typeof format === "string") return refuse(format);
  const workers = values.workers ?? String(availableParallelism());
  if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(workers))
    return refuse("--workers wants a number from 1 to 64");
  return {
    type: "run",
    input: resolve(input),
    output: resolve(output),
    format,
    variant,
    isAlbum: values.album === true,
    goals,
    workers: Number(workers),
    isReported: values.report === true,
    isProgressTold: values.progress === true,
  };
}
