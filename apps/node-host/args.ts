import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { MasteringGoals } from "#engine/audio/plan.ts";
import { goalHelp, goalOptions, joinNegatives, readGoals } from "./goalFlags.ts";
import { logLevels, logLevelSchema, type LogLevel } from "./log/logLevels.ts";

export type Arguments = {
  /** absolute; empty: the demo album */
  readonly folders: readonly string[];
  readonly port: number;
  readonly host: string;
  /** absolute */
  readonly data: string;
  readonly workers: number;
  readonly inspect: boolean;
  /** whether the library is analysed while nobody plays */
  readonly survey: boolean;
  /** absolute; null: nothing is recorded */
  readonly record: string | null;
  readonly goals: MasteringGoals;
  readonly logLevel: LogLevel;
  /** absolute; null: stderr */
  readonly logFile: string | null;
  /** absolute files; null: plain http */
  readonly tls: { readonly cert: string; readonly key: string } | null;
};

export type ParsedArguments =
  | { readonly type: "run"; readonly args: Arguments }
  | { readonly type: "help"; readonly text: string }
  | { readonly type: "refused"; readonly line: string };

type Flag = {
  readonly name: string;
  readonly value: string;
  readonly fallback: string;
  readonly explains: string;
};

const flags: readonly Flag[] = [
  {
    name: "port",
    value: "N",
    fallback: "4780",
    explains: "TCP port to listen on; 0 takes any free one, which the ready line names",
  },
  {
    name: "host",
    value: "ADDRESS",
    fallback: "127.0.0.1",
    explains: "address to listen on; 0.0.0.0 lets other machines in",
  },
  {
    name: "data",
    value: "DIR",
    fallback: defaultDataFolder(),
    explains: "where decoded and rendered audio, the library's index and the demo album are kept",
  },
  {
    name: "workers",
    value: "N",
    fallback: String(Math.max(1, availableParallelism() - 1)),
    explains: "threads that render audio, 1 to 64",
  },
  {
    name: "log-level",
    value: "LEVEL",
    fallback: "warn",
    explains: "how much is logged: error, warn, info, debug or trace; docs/logging.md",
  },
];

/** Reads the command line. @param argv what follows the script's name
 *  @returns what to run, the help, or one line that says what is wrong (exit status 2) */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  let parsed;
  try {
    parsed = parseArgs({
      args: joinNegatives(argv),
      allowPositionals: true,
      strict: true,
      options: {
        ...Object.fromEntries(flags.map(({ name }) => [name, { type: "string" as const }])),
        ...goalOptions,
        inspect: { type: "boolean" as const },
        "no-survey": { type: "boolean" as const },
        record: { type: "string" as const },
        "log-file": { type: "string" as const },
        "tls-cert": { type: "string" as const },
        "tls-key": { type: "string" as const },
        help: { type: "boolean" as const, short: "h" },
      },
    });
  } catch (cause) {
    // node:util explains in its first sentence what the user typed wrong
    const [line] = String((cause as Error).message).split(/\. |\n/);
    return refuse(`${line}`);
  }
  const values = parsed.values as Readonly<Record<string, string | boolean | undefined>>;
  if (values["help"]) return { type: "help", text: helpText() };
  const read = (name: string): string =>
    String(values[name] ?? flags.find((flag) => flag.name === name)!.fallback);
  const port = wholeNumber(read("port"), 0, 65_535);
  if (port === undefined) return refuse("--port wants a number from 0 to 65535");
  const workers = wholeNumber(read("workers"), 1, 64);
  if (workers === undefined) return refuse("--workers wants a number from 1 to 64");
  const host = read("host");
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) return refuse("--host wants an address or a host's name");
  if (read("data") === "") return refuse("--data wants a folder");
  const { record } = values;
  if (record === "") return refuse("--record wants a file");
  const goals = readGoals(values);
  if (typeof goals === "string") return refuse(goals);
  const logLevel = logLevelSchema.safeParse(read("log-level"));
  if (!logLevel.success) return refuse(`--log-level wants one of ${logLevels.join(", ")}`);
  const logFile = values["log-file"];
  if (logFile === "") return refuse("--log-file wants a file");
  const { "tls-cert": cert, "tls-key": key } = values;
  if (cert === "" || key === "") return refuse("--tls-cert and --tls-key want a file each");
  if ((cert === undefined) !== (key === undefined))
    return refuse("--tls-cert and --tls-key are wanted together");
  if (parsed.positionals.includes("")) return refuse("a folder's name is empty");
  return {
    type: "run",
    args: {
      folders: parsed.positionals.map((folder) => resolve(folder)),
      port,
      host,
      data: resolve(read("data")),
      workers,
      inspect: values["inspect"] === true,
      survey: values["no-survey"] !== true,
      record: typeof record === "string" ? resolve(record) : null,
      goals,
      logLevel: logLevel.data,
      logFile: typeof logFile === "string" ? resolve(logFile) : null,
      tls:
        typeof cert === "string" && typeof key === "string"
          ? { cert: resolve(cert), key: resolve(key) }
          : null,
    },
  };
}

function refuse(line: string): ParsedArguments {
  return { type: "refused", line: `${line} (--help explains every flag)` };
}

function wholeNumber(text: string, min: number, max: number): number | undefined {
  if (!/^\d{1,6}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function defaultDataFolder(): string {
  const { XDG_DATA_HOME: xdg, LOCALAPPDATA: windows } = process.env;
  return join(xdg || windows || join(homedir(), ".local", "share"), "segue");
}

function helpText(): string {
  const rows = flags.map(
    ({ name, value, fallback, explains }) =>
      `  ${`--${name} ${value}`.padEnd(18)}${explains} (${fallback})`,
  );
  return [
    "npm start [-- FOLDER…] [flags]",
    "",
    "Plays the music below the folders in a browser. Without a folder it makes and plays a demo album.",
    "",
    ...rows,
    ...goalHelp.map(([flag, explains]) => `  ${flag.padEnd(18)}${explains}`),
    `  ${"--inspect".padEnd(18)}lets /inspect watch every page, and send events to the host; ?inspect, one page`,
    `  ${"--no-survey".padEnd(18)}does not analyse the tracks that nobody has opened yet while nobody plays`,
    `  ${"--record FILE".padEnd(18)}records what happens for a bug report, without a sample of audio; docs/recording.md`,
    `  ${"--log-file FILE".padEnd(18)}writes the log there, not among what is said on the terminal`,
    `  ${"--tls-cert FILE".padEnd(18)}serves https and wss with this certificate (PEM); browsers on other devices need`,
    `  ${"--tls-key FILE".padEnd(18)}it to play without a seam. Its private key (PEM); one is wanted with the other`,
    `  ${"--help".padEnd(18)}this page`,
  ].join("\n");
}
