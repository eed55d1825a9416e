/** `npm run sim`: hunts through a range of seeds, kills mutants, or runs one scenario again and shows it.
 *  The last line on stdout is JSON. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { generateScenario } from "./generateScenario.ts";
import { brief, explainViolations } from "./hunt/explainViolation.ts";
import { readScenario } from "./hunt/foundScenario.ts";
import { huntProcesses } from "./hunt/huntProcesses.ts";
import { keepKiller, readKillers } from "./hunt/killers.ts";
import { huntMutant, type MutantOutcome } from "./hunt/killMutants.ts";
import { help, readArgs, type Args } from "./hunt/readArgs.ts";
import type { Found } from "./hunt/runBatch.ts";
import { Tally } from "./hunt/tally.ts";
import { allMutants } from "./mutants/allMutants.ts";
import { tracePicture } from "./picture/tracePicture.ts";
import type { Scenario } from "./scenario.ts";
import { runScenario, type Outcome } from "./simulation.ts";
import { tapeCommand } from "./tape/tapeCommand.ts";

const say = (line: string): void => console.log(line);
const tell = (line: string): void => console.error(line);
const progressEveryMs = 2000;

/** @returns the status to exit with, as all of these */
async function hunt({ runs, seed, jobs, shrink, keep }: Args): Promise<number> {
  const tally = new Tally();
  const began = Date.now();
  let shownMs = began;
  const show = (): void => tell(tally.line((Date.now() - began) / 1000, runs));
  await huntProcesses({
    seed,
    runs,
    jobs,
    onBatch: (batch) => {
      tally.add(batch);
      for (const { seed: at, invariant, detail } of batch.found)
        tell(`seed ${at}: ${invariant}: ${brief(detail)}`);
      if (Date.now() - shownMs < progressEveryMs) return;
      shownMs = Date.now();
      show();
    },
  });
  show();
  tell(`faults: ${tally.faultLine()}`);
  tell(tally.coverage.table());
  for (const name of tally.coverage.missing()) tell(`never taken: ${name}`);
  explainViolations(tally.found, { shrinks: shrink, keeps: keep, say });
  const violations = tally.found.map(({ seed: at, invariant }) => ({ seed: at, invariant }));
  say(JSON.stringify({ runs, seed, events: tally.events, hours: tally.hours, violations }));
  return violations.length > 0 ? 1 : 0;
}

async function killMutants({
  mutants: names,
  runs,
  seed,
  jobs,
  keep,
  afresh,
}: Args): Promise<number> {
  for (const name of names!)
    if (!allMutants.some((mutant) => mutant.name === name))
      throw new RangeError(`no mutant is named ${name}`);
  const wanted = allMutants.filter(({ name }) => names!.length === 0 || names!.includes(name));
  const waiting = [...wanted];
  const killers = readKillers();
  const outcomes: MutantOutcome[] = [];
  const lead = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const killer = killers[mutant.name];
      const known = afresh ? undefined : killer;
      const how = { seed, runsMax: runs, jobs: 1, told: true, killer: known };
      const outcome = await huntMutant(mutant, how);
      outcomes.push(outcome);
      const { killedBy } = outcome;
      if (keep && killedBy && (killedBy.told ?? killedBy.seed) !== killer)
        keepKiller(mutant.name, killedBy);
      say(`${outcomes.length} of ${wanted.length} ${mutantLine(outcome)}`);
      for (const at of outcome.guilty)
        say(`${placeOf(at)} violates without ${mutant.name}, too: ${brief(at.detail)}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lead));
  say(JSON.stringify(summaryOf(outcomes)));
  return outcomes.some(({ killedBy, guilty }) => !killedBy || guilty.length > 0) ? 1 : 0;
}

function summaryOf(outcomes: readonly MutantOutcome[]): object {
  const killed = outcomes.filter(({ killedBy }) => killedBy);
  const survivors = outcomes.filter(({ killedBy }) => !killedBy).map(({ mutant }) => mutant.name);
  const runs = killed.map((outcome) => outcome.runs).toSorted((a, b) => a - b);
  return {
    mutants: outcomes.length,
    killed: killed.length,
    survivors,
    runsMedian: runs[Math.floor(runs.length / 2)] ?? null,
    runsMax: runs.at(-1) ?? null,
    by: Object.fromEntries(
      killed.map(({ mutant, killedBy, ...outcome }) => {
        const { invariant } = killedBy!;
        return [mutant.name, { runs: outcome.runs, invariant, by: placeOf(killedBy!) }];
      }),
    ),
  };
}

function mutantLine({ mutant, runs, killedBy }: MutantOutcome): string {
  if (!killedBy) return `SURVIVED ${mutant.name} after ${runs} runs: ${mutant.what}`;
  const { invariant, detail } = killedBy;
  return `killed ${mutant.name} after ${runs} by ${invariant}, ${placeOf(killedBy)}: ${brief(detail).slice(0, 200)}`;
}

function placeOf({ told, seed }: Found): string {
  return told ?? `seed ${seed}`;
}

function replay(args: Args): number {
  const { replay: what, log, trace } = args;
  // scenarios are JSON, recorded sessions are not
  if ("file" in what! && !what.file.endsWith(".json"))
    return tapeCommand(
      what.file,
      { log, inspected: trace ? inspectedPath(args, "tape") : null },
      say,
    );
  const scenario = "seed" in what! ? generateScenario(what.seed) : readScenario(what!.file);
  say(JSON.stringify(scenario, null, 1));
  const outcome = runScenario(scenario, { traced: trace || log });
  const { violation, events, virtualMs } = outcome;
  if (log) for (const line of outcome.trace!) say(line);
  if (violation)
    say(`at ${violation.atMs.toFixed(1)} ms: ${violation.invariant}: ${brief(violation.detail)}`);
  if (trace) show(scenario, outcome, args);
  const violations = violation ? [{ seed: scenario.seed, invariant: violation.invariant }] : [];
  const hours = Math.round(virtualMs / 3600) / 1000;
  say(JSON.stringify({ runs: 1, seed: scenario.seed, events, hours, violations }));
  return violation ? 1 : 0;
}

/** Where the recording for `/inspect` goes: beside the picture. */
function inspectedPath({ traceFile }: Args, name: string | number): string {
  return resolve((traceFile ?? `sim-trace-${name}.html`).replace(/(\.html)?$/, ".inspect.json"));
}

/** Prints the messages around the failing moment, and writes the page that shows them. */
function show(scenario: Scenario, outcome: Outcome, args: Args): void {
  const { replay: what, traceFile, fromMs, toMs, actors } = args;
  const given = "file" in what! ? what.file : String(scenario.seed);
  const window = {
    ...(fromMs !== null && { fromMs }),
    ...(toMs !== null && { untilMs: toMs }),
    ...(actors !== null && { actors }),
  };
  const again = `npm run sim -- --replay ${given} --trace`;
  const { mermaid, html } = tracePicture(scenario, outcome, window, again);
  const path = resolve(traceFile ?? `sim-trace-${scenario.seed}.html`);
  writeFileSync(path, html);
  say(`\`\`\`mermaid\n${mermaid}\n\`\`\``);
  say(`The same as a picture: ${path}`);
  const inspected = inspectedPath(args, scenario.seed);
  writeFileSync(inspected, outcome.inspected!);
  say(`For /inspect of a running host, Open a recording: ${inspected}`);
}

try {
  const args = readArgs(process.argv.slice(2));
  if (args.help) say(help);
  else if (args.replay) process.exitCode = replay(args);
  else process.exitCode = await (args.mutants ? killMutants(args) : hunt(args));
} catch (cause) {
  tell(`${(cause as Error).message}\nTry --help.`);
  process.exitCode = 2;
}
