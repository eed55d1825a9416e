/** The command line of `npm run listen`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  defaultVariant,
  presetSchema,
  presets,
  roundIntensity,
  type Preset,
} from "#engine/protocol/variant.ts";
import type { Sink } from "./adapters/openOutput.ts";

export type ListenArguments = {
  /** address of a host that runs, without a slash at its end; null: one of our own */
  readonly url: string | null;
  /** absolute, for a host of our own; empty: its demo album */
  readonly folders: readonly string[];
  /** absolute; null: the host's own choice */
  readonly data: string | null;
  readonly sink: Sink;
  /** number in the list, from 1, or part of a title; null: the first */
  readonly track: string | null;
  /** seconds from the track's beginning */
  readonly from: number;
  /** seconds of sound after which it ends; null: the end of the list */
  readonly seconds: number | null;
  readonly enhance: boolean;
  readonly preset: Preset;
  readonly intensity: number;
  /** 0…1 */
  readonly volume: number;
  readonly matchLoudness: boolean;
};

export type ParsedListenArguments =
  | { readonly type: "run"; readonly args: ListenArguments }
  | { readonly type: "help"; readonly text: string }
  | { readonly type: "refused"; readonly line: string };

const help = [
  "npm run listen -- [URL|FOLDER…] [flags]",
  "",
  "Plays in the terminal what a browser would play: from the host at URL, or from a host of its own on the",
  "music below the folders. Without either the host makes and plays its demo album.",
  "",
  `  --track N|TEXT   begins with the track of that number, from 1, or with TEXT in its title (1)`,
  "  --from N         begins that many seconds into it (0)",
  "  --seconds N      ends after so many seconds of sound (at the end of the list)",
  "  --original       the music as it is; e switches",
  `  --preset P       ${presets.join(", ")} (${defaultVariant.preset})`,
  `  --intensity N    0 to 100 (${defaultVariant.intensity})`,
  "  --volume N       0 to 100 (100)",
  "  --no-match       original and enhanced each as loud as they are, not equally loud",
  "  --sink S         default: the system's sound device; none: nobody hears it, at the same pace (default)",
  "  --data DIR       data folder of a host of its own (as npm start)",
  "  --help           this page",
  "",
  "Keys: space play and pause · ← → 5 seconds · ↑ ↓ volume · e enhance · p next preset · n b next and",
  "previous track · q quit",
  "",
  "Exit status: 0 it ended as asked; 1 nothing could be played; 2 the command line is wrong.",
].join("\n");

/** @param argv what follows the script's name
 *  @returns what to play, the help, or one line that says what is wrong (exit status 2) */
export function parseListenArguments(argv: readonly string[]): ParsedListenArguments {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        track: { type: "string" },
        from: { type: "string", default: "0" },
        seconds: { type: "string" },
        original: { type: "boolean", default: false },
        preset: { type: "string", default: defaultVariant.preset },
        intensity: { type: "string", default: String(defaultVariant.intensity) },
        volume: { type: "string", default: "100" },
        "no-match": { type: "boolean", default: false },
        sink: { type: "string", default: "default" },
        data: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    // node:util explains in its first sentence what the user typed wrong
    return refuse(String((cause as Error).message).split(/\. |\n/)[0]!);
  }
  const { values, positionals } = parsed;
  if (values.help) return { type: "help", text: help };
  const preset = presetSchema.safeParse(values.preset);
  if (!preset.success) return refuse(`--preset wants one of ${presets.join(", ")}`);
  const intensity = roundIntensity(numberOf(values.intensity) ?? -1);
  if (intensity === undefined) return refuse("--intensity wants a number from 0 to 100");
  const volume = numberOf(values.volume) ?? 101;
  if (volume > 100) return refuse("--volume wants a number from 0 to 100");
  const from = numberOf(values.from);
  if (from === undefined) return refuse("--from wants a number of seconds");
  const seconds = values.seconds === undefined ? null : numberOf(values.seconds);
  if (seconds === undefined) return refuse("--seconds wants a number of seconds");
  const { sink } = values;
  if (sink !== "default" && sink !== "none") return refuse("--sink wants default or none");
  if (values.data === "") return refuse("--data wants a folder");
  if (values.track === "") return refuse("--track wants a number or part of a title");
  if (positionals.includes("")) return refuse("a folder's name is empty");
  const addresses = positionals.filter((each) => /^[a-z]+:\/\//i.test(each));
  if (addresses.length > 0 && positionals.length > 1)
    return refuse("listen wants one URL, or folders");
  const [address] = addresses;
  const url = address === undefined ? null : hostAt(address);
  if (url === undefined) return refuse(`${address} is no address of a host`);
  if (url !== null && values.data !== undefined) return refuse("--data is for a host of its own");
  return {
    type: "run",
    args: {
      url,
      folders: url === null ? positionals.map((folder) => resolve(folder)) : [],
      data: values.data === undefined ? null : resolve(values.data),
      sink,
      track: values.track ?? null,
      from,
      seconds,
      enhance: !values.original,
      preset: preset.data,
      intensity,
      volume: volume / 100,
      matchLoudness: !values["no-match"],
    },
  };
}

function refuse(line: string): ParsedListenArguments {
  return { type: "refused", line: `${line} (--help explains every flag)` };
}

/** @returns a number that is not negative, or undefined */
function numberOf(text: string): number | undefined {
  return /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/** @returns the address without a path, or undefined when it is none of http or https */
function hostAt(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, origin, pathname, search } = new URL(address);
  const isHost = /^https?:$/.test(protocol) && pathname === "/" && search === "";
  return isHost ? origin : undefined;
}
