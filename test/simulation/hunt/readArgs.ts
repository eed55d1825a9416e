/** What `npm run sim` can be told. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export const help = `npm run sim -- [--runs N] [--seed S] [--jobs N] [--mutants[=NAME,…]] [--afresh] [--replay SEED|FILE]
               [--trace] [--trace-file FILE] [--log] [--no-shrink] [--no-keep] [--help]

Runs both sides of Segue in one process under one virtual clock, and judges every frame that would sound.

  --runs N           how many scenarios, at least 1 (200); with --mutants how many each may survive (20000)
  --seed S           the first seed; the others follow it (1)
  --jobs N           processes at once (as many as there are cores)
  --mutants[=A,B]    plants one defect after the other, all or those named, and hunts each until it is found: first
                     by what found it last (not with --afresh), then through what was found once and the named
                     races, then from seed to seed
  --replay SEED      runs this one seed and prints its scenario
  --replay FILE      runs a scenario (.json) or a recorded session again
  --trace            with --replay: prints the messages around the failing moment as a Mermaid sequence diagram
                     and writes a page that shows them as a picture, and what /inspect opens
  --trace-file FILE  where to (sim-trace-SEED.html)
  --from MS --to MS  which part of the run the picture shows (what comes before the failing moment)
  --actors A,B       whose messages it shows, e.g. player,link (those of everybody)
  --log              with --replay: prints every event
  --no-shrink        does not look for the smallest scenario that violates the same invariant
  --no-keep          does not write it to test/simulation/found/, nor what found a defect to mutants/killers.json
  --help             this text

The last line is JSON: {"runs","seed","events","hours","violations"}, with --mutants
{"mutants","killed","survivors","runsMedian","runsMax","by"}. Exits 1 when there is a violation or a survivor, 2 when told something wrong.`;

export type Args = {
  readonly help: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly jobs: number;
  /** null: none; empty: all */
  readonly mutants: readonly string[] | null;
  /** forgets what found each of them last */
  readonly afresh: boolean;
  readonly replay: { readonly seed: number } | { readonly file: string } | null;
  readonly trace: boolean;
  readonly traceFile: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** null: whoever matters */
  readonly actors: readonly string[] | null;
  readonly log: boolean;
  readonly shrink: boolean;
  readonly keep: boolean;
};

/** @throws Error for what cannot be meant, with a message for people */
export function readArgs(argv: readonly string[]): Args {
  // a flag that may stand alone or name something
  const spelled = argv.map((word) => (word === "--mutants" ? "--mutants=" : word));
  const { values } = parseArgs({
    args: spelled,
    options: {
      runs: { type: "string" },
      seed: { type: "string", default: "1" },
      jobs: { type: "string" },
      mutants: { type: "string" },
      afresh: { type: "boolean", default: false },
      replay: { type: "string" },
      trace: { type: "boolean", default: false },
      "trace-file": { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      actors: { type: "string" },
      log: { type: "boolean", default: false },
      "no-shrink": { type: "boolean", default: false },
      "no-keep": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const replay = replayOf(values.replay);
  for (const name of ["trace", "trace-file", "from", "to", "actors", "log"] as const)
    if (values[name] !== undefined && values[name] !== false && replay === null)
      throw new RangeError(`--${name} needs --replay`);
  if (values.mutants !== undefined && replay !== null)
    throw new RangeError("--mutants and --replay do not go together");
  const mutants = values.mutants?.split(",").filter((name) => name !== "") ?? null;
  return {
    help: values.help,
    runs: natural("runs", values.runs ?? (mutants ? "20000" : "200"), 1),
    seed: natural("seed", values.seed),
    jobs: natural("jobs", values.jobs ?? String(availableParallelism()), 1),
    mutants,
    afresh: values.afresh,
    replay,
    trace: values.trace,
    traceFile: values["trace-file"] ?? null,
    fromMs: values.from === undefined ? null : natural("from", values.from),
    toMs: values.to === undefined ? null : natural("to", values.to),
    actors: values.actors?.split(",") ?? null,
    log: values.log,
    shrink: !values["no-shrink"],
    keep: !values["no-keep"],
  };
}

function replayOf(text: string | undefined): Args["replay"] {
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return { seed: natural("replay", text) };
  if (/^[-+\d.]+$/.test(text) || text === "") natural("replay", text);
  return { file: text };
}

function natural(name: string, text: string, least = 0): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(
      `--${name} takes a whole number from ${least}, not ${JSON.stringify(text)}`,
    );
  return value;
}
