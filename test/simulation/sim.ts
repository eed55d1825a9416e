/** `npm run sim`: runs scenarios from a range of seeds, shows progress, explains the first violation of
 *  each seed. The last line on stdout is JSON. */
import { parseArgs } from "node:util";
import { generateScenario } from "./generateScenario.ts";
import { runScenario } from "./simulation.ts";

const help = `npm run sim -- [--runs N] [--seed S] [--replay SEED] [--trace] [--help]

Runs both sides of Segue in one process under one virtual clock, and judges every frame that would sound.

  --runs N       how many scenarios, at least 1 (200)
  --seed S       the first seed; the others follow it (1)
  --replay SEED  runs this one seed and prints its scenario
  --trace        with --replay: prints every event
  --help         this text

The last line is JSON: {"runs","seed","events","hours","violations"}. Exits 1 when there is a violation.`;

function readArgs() {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      replay: { type: "string" },
      trace: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const natural = (name: string, text: string, least = 0): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new RangeError(
        `--${name} takes a whole number from ${least}, not ${JSON.stringify(text)}`,
      );
    return value;
  };
  const replay = values.replay === undefined ? null : natural("replay", values.replay);
  return {
    help: values.help,
    trace: values.trace,
    replay,
    runs: replay === null ? natural("runs", values.runs, 1) : 1,
    seed: replay ?? natural("seed", values.seed),
  };
}

function simulate({ runs, seed, replay, trace }: ReturnType<typeof readArgs>): number {
  const began = Date.now();
  const violations: unknown[] = [];
  let events = 0;
  let virtualMs = 0;
  let struck = 0;
  let shownMs = began;
  for (let run = 0; run < runs; run++) {
    const scenario = generateScenario(seed + run);
    if (replay !== null) console.log(JSON.stringify(scenario, null, 1));
    const outcome = runScenario(scenario, { traced: trace });
    for (const line of outcome.trace ?? []) console.log(line);
    events += outcome.events;
    virtualMs += outcome.virtualMs;
    struck += outcome.struck;
    if (outcome.violation) {
      const { invariant, detail, atMs } = outcome.violation;
      violations.push({ seed: outcome.seed, invariant });
      console.log(`seed ${outcome.seed} at ${atMs.toFixed(1)} ms: ${invariant}: ${brief(detail)}`);
    }
    const now = Date.now();
    if (now - shownMs < 2000) continue;
    shownMs = now;
    const seconds = (now - began) / 1000;
    console.error(
      `${run + 1} of ${runs} runs, ${Math.round(events / seconds)} events/s, ` +
        `${(virtualMs / 3_600_000).toFixed(2)} simulated hours, ${struck} faults, ${violations.length} violations`,
    );
  }
  const hours = Math.round((virtualMs / 3_600_000) * 1000) / 1000;
  console.log(JSON.stringify({ runs, seed, events, hours, violations }));
  return violations.length > 0 ? 1 : 0;
}

/** The first lines of a violation: stacks are long. */
function brief(detail: string): string {
  return detail.split("\n").slice(0, 4).join("\n");
}

try {
  const args = readArgs();
  if (args.help) console.log(help);
  else process.exitCode = simulate(args);
} catch (cause) {
  console.error(`${(cause as Error).message}\nTry --help.`);
  process.exitCode = 2;
}
